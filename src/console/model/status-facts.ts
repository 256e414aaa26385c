// What `GET /ready` and `GET /health` say. Members that the page does not know are shown by their
// names: another version of the service may say more.

import type { NamedProblem } from "../../contract/responses.ts";
import type { Fact } from "./caller-text.ts";
import { millisecondsText } from "./time-text.ts";

export interface DeploymentStatus {
  /** Undefined: no response. */
  readonly isReady: boolean | undefined;
  readonly problems: readonly NamedProblem[];
  readonly warnings: readonly NamedProblem[];
  readonly facts: readonly Fact[];
}

/** `now` in milliseconds, of a clock that never goes back. No credential is sent. */
export async function readStatus(send: typeof fetch, now: () => number): Promise<DeploymentStatus> {
  const [ready, health] = await Promise.all(
    ["/ready", "/health"].map((path) => get(path, send, now)),
  );
  const { status, problems, warnings, ...rest } = (ready?.content ?? {}) as Record<string, unknown>;
  return {
    isReady: ready && status === "ready",
    problems: namedProblems(problems),
    warnings: namedProblems(warnings),
    facts: [
      ["Process", health?.isOk ? `answers in ${millisecondsText(health.took)}` : "does not answer"],
      ...factsOf(rest),
    ],
  };
}

async function get(path: string, send: typeof fetch, now: () => number) {
  const sentAt = now();
  try {
    const response = await send(path, { cache: "no-store", credentials: "omit" });
    const content: unknown = await response.json();
    return { isOk: response.ok, content, took: now() - sentAt };
  } catch {
    return undefined;
  }
}

function namedProblems(value: unknown): readonly NamedProblem[] {
  return Array.isArray(value) ? value : [];
}

const KNOWN: Readonly<Record<string, (value: unknown) => Fact>> = {
  listAgeSeconds: (age) => ["List of revocations", `as it was ${age} s ago`],
  listFullPercent: (percent) => ["Room in the list", `${percent} % used`],
  keySetAgeSeconds: (age) => ["Keys of GRANT_JWKS_URL", `fetched ${age} s ago`],
};

function factsOf(members: object): Fact[] {
  return Object.entries(members).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return KNOWN[name]?.(value) ?? [name, text];
  });
}
