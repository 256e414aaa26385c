// A round of requests: each endpoint in turn until one gives a key. It also keeps the grant, and
// fetches a new one when the old one expires.

import type { IssuedKey } from "../contract/responses.ts";
import { createDeadline } from "./deadline.ts";
import type { Environment } from "./environment.ts";
import { grantExpiry, toGrantText } from "./grant.ts";
import { isRefusal, KeySourceError } from "./key-source-error.ts";
import type { CheckedOptions } from "./options.ts";
import type { ServerClock } from "./server-clock.ts";
import { ENDPOINT_RETURN_SECONDS } from "./timing.ts";
import { requestKey } from "./transport.ts";

const NO_GRANT = "The grant function gave no grant";

export interface RoundResult {
  issued: IssuedKey;
  /** The grant expires with this key and can't be renewed, so no key can follow. */
  isLast: boolean;
}

export interface Rounds {
  /**
   * One round at a time. Rejects with a KeySourceError: a refusal, or why the last endpoint failed.
   */
  request(): Promise<RoundResult>;
  /** In elapsed seconds: until then, every endpoint has asked for no requests (Retry-After). */
  heldUntil(): number;
  /**
   * Whether the grant has been revoked, and the next round will ask the grant function for another:
   * once, until a key comes.
   */
  canReplace(error: KeySourceError): boolean;
  close(error: KeySourceError): void;
}

export function createRounds(
  { endpoints, grant, wanted }: CheckedOptions,
  environment: Environment,
  clock: ServerClock,
): Rounds {
  const body = JSON.stringify(wanted);
  const deadline = createDeadline(environment);
  const heldUntil = endpoints.map(() => 0);
  const isFixed = typeof grant === "string";
  /** "" = the grant function must be called first. */
  let grantText = isFixed ? (toGrantText(grant) as string) : "";
  let hasReplaced = isFixed;
  let preferred = 0;
  let returnAt = 0;

  const requestFrom = async (address: string): Promise<RoundResult> => {
    if (!isFixed)
      grantText ||= await deadline.within("grant_unavailable", "", async (signal) => {
        const fetched = toGrantText(await grant(signal));
        if (!fetched) throw new KeySourceError("grant_unavailable", {}, NO_GRANT);
        return fetched;
      });
    const sent = clock.elapsed();
    const issued = await deadline.within("network", grantText, (signal) =>
      requestKey(environment.fetch, address, grantText, body, signal, clock.now),
    );
    clock.set(issued.serverTime, sent);
    hasReplaced = isFixed;
    // A key never outlives its grant. If both expire together, the next key needs a new grant; to
    // fetch it when the service refuses the old one would be too late.
    const endsWithGrant =
      issued.expiresAt !== null && issued.expiresAt >= (grantExpiry(grantText) as number);
    if (endsWithGrant && !isFixed) grantText = "";
    return { issued, isLast: endsWithGrant && isFixed };
  };

  return {
    heldUntil: () => Math.min(...heldUntil),
    canReplace({ code }) {
      if (hasReplaced || code !== "grant_revoked") return false;
      grantText = "";
      hasReplaced = true;
      return true;
    },
    close: deadline.close,
    async request() {
      if (clock.elapsed() >= returnAt) preferred = 0;
      let canRenewGrant = !isFixed;
      let failure: unknown;
      let turn = 0;
      while (turn < endpoints.length) {
        const index = (preferred + turn) % endpoints.length;
        try {
          if (clock.elapsed() >= (heldUntil[index] as number)) {
            const result = await requestFrom(endpoints[index] as string);
            if (index !== preferred) returnAt = clock.elapsed() + ENDPOINT_RETURN_SECONDS;
            preferred = index;
            return result;
          }
          turn++;
        } catch (error) {
          failure = error;
          const { status, code, retryAfterSeconds = 0 } = error as KeySourceError;
          heldUntil[index] = clock.elapsed() + retryAfterSeconds;
          const isFinal = isRefusal(error as KeySourceError);
          if (isFinal && status === 401 && canRenewGrant) {
            // The same endpoint once more.
            canRenewGrant = false;
            grantText = "";
          } else if (isFinal || code === "grant_unavailable") break;
          else turn++;
        }
      }
      throw failure;
    },
  };
}
