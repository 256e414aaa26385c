// The log of a deployment under load: every line is read, and none is kept.

import { SECRETS } from "../test/support/settings.ts";

export class AuditTrail {
  /** Lines by operation and outcome. */
  readonly counts = new Map<string, number>();
  /** Lines that are no line of the log, or hold a secret. */
  readonly wrong: string[] = [];
  #rest = "";

  /** What the process wrote, in pieces of any length. */
  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#read(line);
  }

  /** A process that was killed may have left a line unfinished. */
  cut(): void {
    this.#rest = "";
  }

  get lines(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  #read(line: string): void {
    if (Object.values(SECRETS).some((secret) => line.includes(secret)))
      this.wrong.push(`a secret is in the log: ${line.slice(0, 200)}`);
    // workerd writes about itself too: of connections that a crash has cut, say.
    if (!line.startsWith("{")) return;
    try {
      const { operation, outcome } = JSON.parse(line) as Record<string, unknown>;
      const name = `${operation} ${outcome}`;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    } catch {
      this.wrong.push(`no line of JSON: ${line.slice(0, 200)}`);
    }
  }
}
