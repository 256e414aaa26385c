// One round: each endpoint in turn until one answers, with a new grant where the old one is at its end.

import { createDeadline } from "./deadline.ts";
import type { Environment } from "./environment.ts";
import { grantExpiry } from "./grant-expiry.ts";
import { isRefusal, type KeySourceError } from "./key-source-error.ts";
import type { KeyAnswer, KeySourceOptions } from "./public-types.ts";
import type { ServerClock } from "./server-clock.ts";
import { ENDPOINT_RETURN_SECONDS } from "./timing.ts";
import { requestKey } from "./transport.ts";

export interface Rounds {
  /**
   * Rejects with a KeySourceError: a refusal, or what the last endpoint failed with. One request at a time. `isLast`: no later
   * key can follow.
   */
  ask(): Promise<{ answer: KeyAnswer; isLast: boolean }>;
  /** Until then (in elapsed seconds) every endpoint has asked to be left alone. */
  heldUntil(): number;
  close(error: KeySourceError): void;
}

export function createRounds(
  options: KeySourceOptions,
  environment: Environment,
  clock: ServerClock,
): Rounds {
  const { endpoint, endpoints = [endpoint as string], grant, ...wanted } = options;
  if (endpoints[0] === undefined) throw new TypeError("endpoint: missing");
  if (!grant) throw new TypeError("grant: missing");
  // The rest is the request: JSON leaves out the functions, which are the environment.
  const body = JSON.stringify(wanted);
  const isFixed = typeof grant === "string";
  const deadline = createDeadline(environment);
  const heldUntil = endpoints.map(() => 0);
  let text = isFixed ? grant : "";
  let preferred = 0;
  let returnAt = 0;

  const askOne = async (address: string) => {
    if (!isFixed) text ||= await deadline.within("grant_unavailable", grant);
    const sent = clock.elapsed();
    const answer = await deadline.within("network", (signal) =>
      requestKey(environment.fetch, address, text, body, signal, clock.now),
    );
    clock.set(answer.serverTime, sent);
    // A key never outlives its grant. One that ends with it can only be followed by a key from a new grant, and waiting until
    // the service refuses the old one would be too late.
    const endsWithGrant =
      answer.expiresAt !== null && answer.expiresAt >= (grantExpiry(text) as number);
    if (endsWithGrant && !isFixed) text = "";
    return { answer, isLast: endsWithGrant && isFixed };
  };

  return {
    heldUntil: () => Math.min(...heldUntil),
    close: deadline.close,
    async ask() {
      let hasNewGrant = isFixed;
      let failure: unknown;
      if (clock.elapsed() >= returnAt) preferred = 0;
      for (let turn = 0; turn < endpoints.length; ) {
        const index = (preferred + turn) % endpoints.length;
        turn++;
        if (clock.elapsed() < (heldUntil[index] as number)) continue;
        try {
          const got = await askOne(endpoints[index] as string);
          if (index !== preferred) returnAt = clock.elapsed() + ENDPOINT_RETURN_SECONDS;
          preferred = index;
          return got;
        } catch (cause) {
          failure = cause;
          const { status, code, retryAfterSeconds = 0 } = cause as KeySourceError;
          if (status === 401 && !hasNewGrant) {
            hasNewGrant = true;
            text = "";
            turn--;
          } else if (isRefusal(cause as KeySourceError) || code === "grant_unavailable") break;
          heldUntil[index] = clock.elapsed() + retryAfterSeconds;
        }
      }
      throw failure;
    },
  };
}
