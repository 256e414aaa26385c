// What `GET /ready` and `GET /health` say. Members that the page does not know are shown by their
// names: another version of the service may say more.

import type { NamedProblem } from "../../contract/responses.ts";
import type { Fact } from "./caller-text.ts";
import { instantText, millisecondsText } from "./time-text.ts";

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

/** `{ "revocations": { "ageSeconds": 12 } }` becomes "Revocations, age" and "12 s". */
export function factsOf(value: object, before: readonly string[] = []): Fact[] {
  return Object.entries(value).flatMap(([name, member]): Fact[] => {
    if (typeof member === "object" && member !== null) return factsOf(member, [...before, name]);
    const label = [...before, name.replace(/(Seconds|At)$/, "")].map(words).join(", ");
    return [[label.charAt(0).toUpperCase() + label.slice(1), text(name, member)]];
  });
}

const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function text(name: string, value: unknown): string {
  if (typeof value === "number" && name.endsWith("Seconds")) return `${value} s`;
  if (typeof value === "number" && name.endsWith("At")) return instantText(value);
  return String(value);
}
