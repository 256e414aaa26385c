// One check of a deployment, and what the checks share.

import { CliError } from "./cli-error.ts";
import { durationText } from "./report-text.ts";

export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** Nothing answered at all. */
  readonly isUnreachable?: boolean;
}

export interface Patient {
  /** Without a slash at its end. */
  readonly address: string;
  readonly serviceKey: string | undefined;
  /** Of a web page. */
  readonly origin: string | undefined;
  readonly channel: string;
}

/** A request that fails, or is answered with nonsense, fails its check alone. */
export async function guarded(name: string, check: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await check();
  } catch (error) {
    const message = error instanceof CliError ? error.message : "its response can't be read";
    return [{ name, state: "failed", message }];
  }
}

/** What keeps keys out of caches, and responses out of frames. */
const HEADERS: Readonly<Record<string, (value: string) => boolean>> = {
  "cache-control": (value) => value.includes("no-store"),
  "x-content-type-options": (value) => value === "nosniff",
  "strict-transport-security": (value) => /max-age=[1-9]/.test(value),
  "content-security-policy": (value) => value.includes("frame-ancestors 'none'"),
};

/** Whether they came as the deployment sends them. `what`: of which response. */
export function headersCheck(name: string, what: string, headers: Headers): Check {
  const wrong = Object.entries(HEADERS).flatMap(([header, isRight]) =>
    isRight(headers.get(header) ?? "") ? [] : [header],
  );
  if (wrong.length === 0) {
    return { name, state: "ok", message: `${what}: no-store, nosniff, HSTS, no frames` };
  }
  const message = `${what}: ${wrong.join(", ")} missing or changed`;
  const remedy = "look for a proxy or a rule of your zone that changes headers";
  return { name, state: "failed", message, remedy };
}

/** A key is dated by the deployment's clock, and used by clients with their own. */
const CLOCK_WARNING_SECONDS = 10;

/** `theirs`: the deployment's time when it answered; `receivedAt`: this machine's. Unix seconds. */
export function clockCheck(theirs: number, receivedAt: number): Check {
  const name = "clock";
  const seconds = receivedAt - theirs;
  if (Math.abs(seconds) <= CLOCK_WARNING_SECONDS) {
    return { name, state: "ok", message: "its time is this machine's" };
  }
  const apart = durationText(Math.abs(seconds));
  const message = `this machine's is ${apart} ${seconds > 0 ? "ahead" : "behind"}`;
  const remedy = "set this machine's clock: keys that are signed here would have wrong times";
  return { name, state: "warning", message, remedy };
}
