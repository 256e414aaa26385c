// What is known of one request, from its start to its end. Then it is counted, and written where
// the audit log wants it.

import type { Caller } from "../auth/caller.ts";
import type { Deployment } from "../config/deployment.ts";
import type { OperationId } from "../contract/routes.ts";
import { sha256Hex } from "../keys/sha-256.ts";
import type { Host } from "../platform/host.ts";
import type {
  AuditCaller,
  AuditEvent,
  AuditFacts,
  AuditRecord,
  Outcome,
  Users,
} from "./audit-event.ts";
import type { Metric } from "./metrics.ts";

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
  #users: Users | undefined;

  constructor(operation: OperationId, requestId: string, host: Host) {
    this.requestId = requestId;
    this.#operation = operation;
    this.#host = host;
    this.#startedAt = host.milliseconds();
  }

  about(facts: AuditFacts, users?: Users): void {
    this.#facts = facts;
    this.#users = users;
  }

  /** The response is known. `authorization`: the header that the request came with. */
  end(outcome: Outcome, deployment: Deployment, authorization = ""): void {
    const { telemetry } = deployment;
    if (telemetry.count) telemetry.count(this.#metric(outcome, deployment));
    const { caller } = this;
    if (!caller || !this.#isWritten(caller, outcome)) return;
    const users = this.#users;
    const event: AuditEvent = {
      type: "audit",
      time: this.#host.now(),
      requestId: this.requestId,
      operation: this.#operation,
      outcome,
      caller: describe(caller),
      ...this.#facts,
      count: users?.length,
      sha256: users && sha256Hex(listOf(users)),
    };
    // At once, and not behind the response: putting it off costs more than writing it.
    telemetry.audit(event, authorization.slice(authorization.lastIndexOf(" ") + 1));
  }

  #isWritten(caller: Caller, outcome: Outcome): boolean {
    if (outcome !== "ok") return true;
    return caller.kind === "serviceKey" && IS_WRITTEN[this.#operation];
  }

  #metric(outcome: Outcome, { revocations, grants }: Deployment): Metric {
    const now = this.#host.now();
    const { version } = this.#facts;
    const isGiven = outcome === "ok" && version !== undefined;
    return {
      operation: this.#operation,
      outcome,
      caller: this.caller?.kind ?? "none",
      version,
      keys: isGiven ? (this.#users?.length ?? 1) : 0,
      milliseconds: this.#host.milliseconds() - this.#startedAt,
      ...revocations?.state(now),
      keySetAgeSeconds: grants.keySetAge(now),
    };
  }
}

function describe(caller: Caller): AuditCaller {
  if (caller.kind === "serviceKey") return { kind: caller.kind, id: caller.id };
  const { id, subject } = caller.grant;
  return { kind: caller.kind, id, subject };
}

/** Uids as u32, the least significant byte first: their digits would take 50 times as long. */
function listOf(users: Users): string | Uint8Array {
  if (typeof users[0] === "string") return users.join("\n");
  return new Uint8Array(new Uint32Array(users as readonly number[]).buffer);
}
