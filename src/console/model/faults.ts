// What can go wrong between a client and the service, put on by hand: a fetch that fails the way the world does.

export interface Faults {
  isOffline: boolean;
  isFailing: boolean;
  isLimited: boolean;
  isClockWrong: boolean;
  isGrantEnding: boolean;
}

/** What the service would have answered: a status, and its problem code. */
interface SimulatedAnswer {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const RETRY_AFTER_SECONDS = 20;
export const CLOCK_ERROR_MS = 3_600_000;
export const SHORT_GRANT_SECONDS = 60;
export const LONG_GRANT_SECONDS = 14_400;

const FAILING: SimulatedAnswer = {
  status: 503,
  code: "internal",
  detail: "Put on: the service fails.",
};
const LIMITED: SimulatedAnswer = {
  status: 429,
  code: "rate_limited",
  detail: "Put on: too many requests.",
  headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
};
export const GRANT_ENDED: SimulatedAnswer = {
  status: 401,
  code: "grant_expired",
  detail: "Put on: the grant has ended.",
};

/** The answer that the faults put in the place of the service's; undefined where they leave the request alone. */
export function simulatedAnswer({ isFailing, isLimited }: Faults): SimulatedAnswer | undefined {
  if (isFailing) return FAILING;
  return isLimited ? LIMITED : undefined;
}

export function responseOf({ status, code, detail, headers }: SimulatedAnswer): Response {
  const body = JSON.stringify({ type: `/docs#${code}`, title: detail, status, detail, code });
  return new Response(body, {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
