import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Context } from "../config/deployment.ts";
import { parse, type Rules } from "../contract/parse-request.ts";
import { RevocationId, RevocationRequest, RevocationsRequest } from "../contract/requests.ts";
import type { Revocation, RevocationPage } from "../contract/responses.ts";
import { invalidRequest, ServiceError } from "../contract/service-error.ts";
import type { FieldError } from "../keys/fields.ts";
import {
  GRANT_START_LEEWAY_SECONDS,
  REVOCATION_MAX_LIFETIME_SECONDS,
  REVOCATIONS_ENDED_MAX,
} from "../platform/limits.ts";
import type { Revocations } from "./store.ts";

type ServiceKeyContext = Context<ServiceKeyCaller>;

/** What ids look like; any other text is the id of nothing. */
const REVOCATION_ID = /^\d{1,15}$/;

const NAMES = ["uid", "account", "channel", "sub", "jti", "issuedBefore"] as const;

/**
 * Revokes access, within REVOCATION_ENFORCED_SECONDS at every edge that the list answers. Throws
 * `invalid_request`, `revocations_full`, `revocations_unavailable` or `not_configured`.
 */
export async function revoke(context: ServiceKeyContext, input: unknown): Promise<Revocation> {
  const { now, waitUntil, record, caller } = context;
  const { notAfter = Number.POSITIVE_INFINITY } = caller.scope;
  const latest = now + REVOCATION_MAX_LIFETIME_SECONDS;
  const {
    until = latest,
    eject = false,
    ...fields
  } = parse(RevocationRequest, input, (given, invalid) => [
    ...nameErrors(given, invalid),
    ...timeErrors(given, now, latest),
  ]);
  const named = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  // What a service key made ends with it.
  const asked = { ...named, until: Math.min(until, notAfter) };
  record.about({ revocation: { ...asked, ...(eject && { eject }) } });
  const revocation = await requireRevocations(context).add(asked, eject, now, waitUntil);
  record.about({ revocation });
  return revocation;
}

/** Agora's rule knows a channel and a uid, and nothing else that a revocation may name. */
function ejectProblems(given: Partial<RevocationRequest>, invalid: ReadonlySet<string>) {
  const { uid, channel, until, eject, ...others } = given;
  const missing = Object.entries({ uid, channel })
    .filter(([name, value]) => value === undefined && !invalid.has(name))
    .map(([path]) => ({ path, message: "is required with eject" }));
  const surplus = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([path]) => ({ path, message: "can't be given together with eject" }));
  const isPrefix = channel?.endsWith("*");
  const prefix = [{ path: "channel", message: "must be one channel with eject, not a prefix" }];
  return [...missing, ...surplus, ...(isPrefix ? prefix : [])];
}

const nameErrors: Rules<typeof RevocationRequest> = (given, invalid) => {
  if (given.uid !== undefined && given.account !== undefined) {
    return [{ path: "account", message: "can't be given together with uid" }];
  }
  if (given.eject) return ejectProblems(given, invalid);
  if (NAMES.some((name) => given[name] !== undefined || invalid.has(name))) return [];
  return [{ path: "", message: `needs at least one of ${NAMES.join(", ")}` }];
};

/** A grant may be dated ahead as far as GRANT_START_LEEWAY_SECONDS; none is issued later. */
function timeErrors(
  { until, issuedBefore }: Partial<RevocationRequest>,
  now: number,
  latest: number,
): FieldError[] {
  const errors: FieldError[] = [];
  if (until !== undefined && (until <= now || until > latest)) {
    const message = `must be after now (${now}) and at most ${latest}`;
    errors.push({ path: "until", message });
  }
  const newest = now + GRANT_START_LEEWAY_SECONDS;
  if (issuedBefore !== undefined && issuedBefore > newest) {
    errors.push({ path: "issuedBefore", message: `must be at most ${newest}` });
  }
  return errors;
}

/** A page of the entries that have not ended, oldest first. */
export async function listRevocations(
  context: ServiceKeyContext,
  input: unknown,
): Promise<RevocationPage> {
  const after = Number(parse(RevocationsRequest, input).cursor ?? 0);
  const { entries, cursor } = await requireRevocations(context).page(after, context.now);
  return { revocations: entries, ...(cursor !== undefined && { cursor: String(cursor) }) };
}

/**
 * Ends a revocation early, or several: those of these ids that there are. Throws `not_found` where
 * there is none.
 */
export async function endRevocation(context: ServiceKeyContext, input: unknown): Promise<void> {
  const given = parse(RevocationId, input).id.split(",", REVOCATIONS_ENDED_MAX + 1);
  const revocations = requireRevocations(context);
  if (given.length > REVOCATIONS_ENDED_MAX) {
    const message = `may be ${REVOCATIONS_ENDED_MAX} ids at most`;
    throw invalidRequest([{ path: "id", message }]);
  }
  const ids = given.filter((id) => REVOCATION_ID.test(id)).map(Number);
  if (ids.length > 0) {
    context.record.about({ revocation: { id: ids.join(",") } });
    if ((await revocations.remove(ids, context.now)) > 0) return;
  }
  throw new ServiceError("not_found", "There is no revocation of this id. It may have ended.");
}

function requireRevocations({ deployment: { revocations } }: ServiceKeyContext): Revocations {
  if (revocations) return revocations;
  const detail =
    'No access can be revoked here: REVOCATIONS is "off", or its bindings are absent (GET /ready).';
  throw new ServiceError("not_configured", detail);
}
