import type { Caller } from "../access/caller.ts";
import type { Background } from "../access/key-sets.ts";
import { invalidRequest, Refusal } from "../errors.ts";
import { REVOCATION_MAX_LIFETIME_SECONDS } from "../platform/limits.ts";
import type { NewRevocation, RevocationEntry } from "../revocations/entry.ts";
import type { Revocations } from "../revocations/revocations.ts";
import type { Service } from "../service.ts";

/** When entries may have ended and made room. */
const FULL_LIST_RETRY_SECONDS = 60;
/** What ids look like; anything else is the id of nothing. */
const REVOCATION_ID = /^\d{1,15}$/;

export interface RevocationRequest {
  readonly uid?: number | undefined;
  readonly channel?: string | undefined;
  readonly sub?: string | undefined;
  readonly jti?: string | undefined;
  /** Unix seconds; left out: when the last grant that it could be about has ended. */
  readonly until?: number | undefined;
}

export interface ListedRevocations {
  readonly revocations: RevocationEntry[];
  readonly cursor?: string;
}

/** Cuts off whom the request names, at every edge within 60 s. For service keys. Throws a Refusal. */
export async function revoke(
  service: Service,
  caller: Caller,
  request: RevocationRequest,
  background: Background,
): Promise<RevocationEntry> {
  const revocations = requireRevocations(service, caller);
  const now = service.host.now();
  const latest = now + REVOCATION_MAX_LIFETIME_SECONDS;
  const { until = latest, ...fields } = request;
  const named = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(named).length === 0) {
    throw invalidRequest([
      { path: "", message: "needs at least one of uid, channel, sub and jti" },
    ]);
  }
  if (until <= now || until > latest) {
    throw invalidRequest([
      { path: "until", message: `must be after now (${now}) and at most ${latest}` },
    ]);
  }
  const entry = await revocations.add({ ...named, until } as NewRevocation, now, background);
  if (entry) return entry;
  const detail =
    "The list of revocations is full: name a channel or turn over the grant secret, rather than more users.";
  throw new Refusal("rate_limited", detail, {
    headers: { "Retry-After": String(FULL_LIST_RETRY_SECONDS) },
  });
}

/** A page of those that have not ended, oldest first. For service keys. Throws a Refusal. */
export async function listRevocations(
  service: Service,
  caller: Caller,
  after: string | undefined,
): Promise<ListedRevocations> {
  const { entries, cursor } = await requireRevocations(service, caller).page(
    Number(after ?? 0),
    service.host.now(),
  );
  return { revocations: entries, ...(cursor !== undefined && { cursor: String(cursor) }) };
}

/** Ends a revocation early. For service keys. Throws a Refusal: `not_found` where there is none of this id. */
export async function endRevocation(service: Service, caller: Caller, id: string): Promise<void> {
  const revocations = requireRevocations(service, caller);
  if (REVOCATION_ID.test(id) && (await revocations.remove(Number(id), service.host.now()))) return;
  throw new Refusal("not_found", "There is no revocation of this id: it may have ended.");
}

function requireRevocations({ revocations }: Service, caller: Caller): Revocations {
  if (caller.kind !== "service")
    throw new Refusal("forbidden", "Revocations are for service keys.");
  if (revocations) return revocations;
  throw new Refusal(
    "not_configured",
    "This deployment has no REVOCATION_LIST and REVOCATION_SNAPSHOTS bound.",
  );
}
