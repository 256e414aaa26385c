// What is known of one request, from its start to its end. Then it is counted, and written where
// the audit log wants it.

import type { Caller } from "../auth/caller.ts";
import type { Deployment } from "../config/deployment.ts";
import type { OperationId } from "../contract/routes.ts";
import type { Host, WaitUntil } from "../platform/host.ts";
import type { AuditCaller, AuditFacts, AuditRecord, Outcome } from "./audit-event.ts";

/**
 * Of which operations a success by service key is written. What clients do by grant is counted
 * alone: there are many, and they are strangers, who must not run up a bill.
 */
const IS_WRITTEN: Readonly<Record<OperationId, boolean>> = {
  issueKey: true,
  issueKeys: true,
  issueToken: true,
  issueGrant: true,
  revoke: true,
  endRevocation: true,
  inspectKey: false,
  listRevocations: false,
  describeCaller: false,
  health: false,
  ready: false,
};

const NOTHING: AuditFacts = {};

export class RequestRecord implements AuditRecord {
  readonly requestId: string;
  /** Undefined while the credential is not known to be valid. */
  caller: Caller | undefined;
  readonly #operation: OperationId;
  readonly #host: Host;
  readonly #startedAt: number;
  #facts = NOTHING;

  constructor(operation: OperationId, requestId: string, host: Host) {
    this.requestId = requestId;
    this.#operation = operation;
    this.#host = host;
    this.#startedAt = host.milliseconds();
  }

  about(facts: AuditFacts): void {
    this.#facts = facts;
  }

  /** The response is known. `authorization`: the header that the request came with. */
  end(
    outcome: Outcome,
    deployment: Deployment,
    authorization: string | undefined,
    waitUntil: WaitUntil,
  ): void {
    const now = this.#host.now();
    this.#count(outcome, deployment, now);
    const { caller } = this;
    if (!caller || !this.#isWritten(caller, outcome)) return;
    const { users, ...facts } = this.#facts;
    const event = {
      time: now,
      requestId: this.requestId,
      operation: this.#operation,
      outcome,
      caller: describe(caller),
      ...facts,
    };
    const { telemetry } = deployment;
    const credential = String(authorization).replace(/^\S+ +/, "");
    // At once, and not behind the response: putting it off costs more than writing it.
    if (!users) {
      telemetry.audit(event, credential);
      return;
    }
    const writing = sha256Of(users).then((sha256) =>
      telemetry.audit({ ...event, count: users.length, sha256 }, credential),
    );
    waitUntil(writing);
  }

  #isWritten(caller: Caller, outcome: Outcome): boolean {
    if (outcome !== "ok") return true;
    return caller.kind === "serviceKey" && IS_WRITTEN[this.#operation];
  }

  #count(outcome: Outcome, { telemetry, revocations, grants }: Deployment, now: number): void {
    const { version, users } = this.#facts;
    const isGiven = outcome === "ok" && version !== undefined;
    telemetry.count?.({
      operation: this.#operation,
      outcome,
      caller: this.caller?.kind ?? "none",
      version,
      keys: isGiven ? (users?.length ?? 1) : 0,
      milliseconds: this.#host.milliseconds() - this.#startedAt,
      ...revocations?.state(now),
      keySetAgeSeconds: grants.keySetAge(now),
    });
  }
}

function describe(caller: Caller): AuditCaller {
  if (caller.kind === "serviceKey") return { kind: caller.kind, id: caller.id };
  const { id, subject } = caller.grant;
  return { kind: caller.kind, id, subject };
}

/** Of the list as JSON without white space, in hexadecimal digits. */
async function sha256Of(users: readonly number[] | readonly string[]): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(users));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", json));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
