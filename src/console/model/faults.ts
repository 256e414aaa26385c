// Faults between a client and the service, switched on by hand, and the responses that simulate
// them.

export interface Faults {
  isOffline: boolean;
  isFailing: boolean;
  isLimited: boolean;
  isClockWrong: boolean;
  isGrantEnding: boolean;
}

interface SimulatedResponse {
  readonly status: number;
  /** The service's problem code. */
  readonly code: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const RETRY_AFTER_SECONDS = 20;
export const CLOCK_ERROR_MS = 3_600_000;
export const SHORT_GRANT_SECONDS = 60;
export const LONG_GRANT_SECONDS = 14_400;

const FAILING: SimulatedResponse = {
  status: 503,
  code: "internal",
  detail: "Simulated: the service fails.",
};
const LIMITED: SimulatedResponse = {
  status: 429,
  code: "rate_limited",
  detail: "Simulated: too many requests.",
  headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
};
export const GRANT_EXPIRED: SimulatedResponse = {
  status: 401,
  code: "grant_expired",
  detail: "Simulated: the grant has expired.",
};

/** The response to give without asking the service; undefined if the faults let the request go. */
export function simulatedResponse({ isFailing, isLimited }: Faults): SimulatedResponse | undefined {
  if (isFailing) return FAILING;
  return isLimited ? LIMITED : undefined;
}

export function toResponse({ status, code, detail, headers }: SimulatedResponse): Response {
  const body = JSON.stringify({ type: `/docs#${code}`, title: detail, status, detail, code });
  return new Response(body, {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
