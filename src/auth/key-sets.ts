// The public keys that verify grants, and when to fetch them. jose's own remote set makes requests
// wait for the network whenever its copy is old, does not share fetches on Workers, and counts its
// cool-down from the last success. Here a copy that is a little old is used at once and refreshed
// in the background; only after a pause does a request wait.

import type { JSONWebKeySet } from "jose";
import { readPublishedKeys } from "../config/jwks.ts";
import { keySetProblem } from "../config/key-set-check.ts";
import type { NamedProblem } from "../contract/responses.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { Host, WaitUntil } from "../platform/host.ts";
import {
  JWKS_COOL_DOWN_SECONDS,
  JWKS_FAILURE_SECONDS,
  JWKS_MAX_BYTES,
  JWKS_MAX_PAUSE_SECONDS,
  JWKS_REFRESH_SECONDS,
  JWKS_STORE_TIMEOUT_SECONDS,
  JWKS_TIMEOUT_SECONDS,
  JWKS_WARN_SECONDS,
  JWKS_WITHDRAWN_SECONDS,
} from "../platform/limits.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import { withTimeout } from "../platform/timeout.ts";
import { readText } from "../platform/utf8.ts";
import { KeySetStore, type StoredKeySet } from "./key-set-store.ts";
import { type Attempt, type KeyHeader, MatchingKeys } from "./matching-keys.ts";

/** A payload, and the version of the key set that verified it. */
export interface Verification {
  readonly payload: Uint8Array;
  readonly version: number;
}

export interface KeySetState {
  /** False: no grant can be verified by it now. */
  readonly hasKeys: boolean;
  readonly problems: readonly NamedProblem[];
  readonly warnings: readonly NamedProblem[];
}

export interface KeySet {
  /** Increased whenever the keys change: what one version verified, the next may not. */
  readonly version: number;
  /** What a request must wait for before it trusts the copy; undefined: nothing. */
  freshen(nowSeconds: number, waitUntil: WaitUntil): Promise<void> | undefined;
  /**
   * Undefined where no key verifies. Throws `grant_keys_unavailable` where a key that is not known
   * now might.
   */
  verify(
    header: KeyHeader,
    attempt: Attempt,
    nowSeconds: number,
    waitUntil: WaitUntil,
  ): Promise<Verification | undefined>;
  /** Undefined where there are no keys, or none that were fetched. */
  ageSeconds(nowSeconds: number): number | undefined;
  /** For `GET /ready`. It waits for the keys where there are none yet. */
  state(nowSeconds: number, waitUntil: WaitUntil): Promise<KeySetState>;
}

/** No key that we have verifies the token, and whether a newer one does can't be asked now. */
export class GrantKeyUnknown extends ServiceError {
  constructor(retryAfterSeconds: number) {
    const detail = "The key of this grant is not known, and can't be looked up now.";
    super("grant_keys_unavailable", detail, { retryAfterSeconds });
  }
}

export function createInlineKeySet(jwks: JSONWebKeySet): KeySet {
  const keys = new MatchingKeys(readPublishedKeys(jwks)?.jwks ?? { keys: [] });
  const version = 1;
  return {
    version,
    freshen: () => undefined,
    verify: async (header, attempt) => {
      const { payload } = await keys.verify(header, attempt);
      return payload && { payload, version };
    },
    ageSeconds: () => undefined,
    state: async () => {
      const problem = await keySetProblem(jwks);
      const problems = problem === undefined ? [] : [{ name: "GRANT_JWKS", message: problem }];
      return { hasKeys: true, problems, warnings: [] };
    },
  };
}

interface Copy {
  readonly keys: MatchingKeys;
  readonly hasSecret: boolean;
  readonly fetchedAt: number;
  readonly version: number;
}

const NEVER = Number.NEGATIVE_INFINITY;

/** Times are Unix seconds. */
export class RemoteKeySet implements KeySet {
  readonly #url: URL;
  readonly #maxAgeSeconds: number;
  readonly #fetch: Host["fetch"];
  readonly #store: KeySetStore;
  readonly #fetching = new SingleFlight(JWKS_COOL_DOWN_SECONDS, (now, waitUntil) =>
    this.#fetchKeys(now, waitUntil),
  );
  readonly #recalling = new SingleFlight(JWKS_COOL_DOWN_SECONDS, (now) => this.#recall(now));
  #copy: Copy | undefined;
  #version = 0;
  /** How many fetches have given a key set. */
  #fetches = 0;
  #askedAt = NEVER;
  #failedAt = NEVER;

  /** `maxAgeSeconds`: how long a copy is used while the provider fails. */
  constructor(url: URL, maxAgeSeconds: number, { fetch, cache }: Host) {
    this.#url = url;
    // Below this a copy is in use though nothing has failed.
    this.#maxAgeSeconds = Math.max(maxAgeSeconds, JWKS_WITHDRAWN_SECONDS);
    this.#fetch = fetch;
    this.#store = new KeySetStore(url, this.#maxAgeSeconds, cache);
  }

  get version(): number {
    return this.#version;
  }

  freshen(nowSeconds: number, waitUntil: WaitUntil): Promise<void> | undefined {
    const copy = this.#usableCopy(nowSeconds);
    if (!copy) return this.#begin(nowSeconds, waitUntil);
    const age = nowSeconds - copy.fetchedAt;
    if (age < JWKS_REFRESH_SECONDS) return undefined;
    const fetching = this.#fetching.join(nowSeconds, waitUntil);
    // While the provider fails no request waits for it, but the first after a pause.
    const hasJustFailed = nowSeconds - this.#failedAt <= JWKS_FAILURE_SECONDS;
    if (age <= JWKS_MAX_PAUSE_SECONDS || hasJustFailed) return undefined;
    return fetching && waitFor(fetching, JWKS_TIMEOUT_SECONDS);
  }

  async verify(
    header: KeyHeader,
    attempt: Attempt,
    nowSeconds: number,
    waitUntil: WaitUntil,
  ): Promise<Verification | undefined> {
    const fetches = this.#fetches;
    await this.freshen(nowSeconds, waitUntil);
    const copy = this.#usableCopy(nowSeconds);
    if (!copy) {
      const detail = "The keys that verify this grant can't be fetched now.";
      const retryAfterSeconds = this.#coolDownLeft(nowSeconds);
      throw new ServiceError("grant_keys_unavailable", detail, { retryAfterSeconds });
    }
    const { payload, isFinal } = await copy.keys.verify(header, attempt);
    if (payload) return { payload, version: copy.version };
    if (isFinal) return undefined;
    // A key that is newer than our copy, or one that never was. A fetch that ended since this
    // request came has told; else ask, but not for every such token.
    if (this.#fetches === fetches) await this.#fetchAgain(nowSeconds, waitUntil);
    const newer = this.#copy;
    if (!newer || newer === copy) return undefined;
    const again = await newer.keys.verify(header, attempt);
    return again.payload && { payload: again.payload, version: newer.version };
  }

  ageSeconds(nowSeconds: number): number | undefined {
    return this.#copy && nowSeconds - this.#copy.fetchedAt;
  }

  async state(nowSeconds: number, waitUntil: WaitUntil): Promise<KeySetState> {
    await this.freshen(nowSeconds, waitUntil);
    const warnings: string[] = [];
    const copy = this.#usableCopy(nowSeconds);
    if (!copy) warnings.push("can't be fetched: grants under its keys are refused");
    else if (this.#failedAt > copy.fetchedAt && nowSeconds - copy.fetchedAt > JWKS_WARN_SECONDS) {
      const hours = Math.floor((nowSeconds - copy.fetchedAt) / 3600);
      warnings.push(
        `can't be fetched since ${hours} h or more: the last good keys are used, for ${this.#maxAgeSeconds} s in all`,
      );
    }
    if (copy?.hasSecret) {
      warnings.push("holds a private or shared key: it is not used, and must be withdrawn");
    }
    return {
      hasKeys: copy !== undefined,
      problems: [],
      warnings: warnings.map((message) => ({ name: "GRANT_JWKS_URL", message })),
    };
  }

  /** Without a copy: the one that another isolate kept, and then the provider. */
  async #begin(nowSeconds: number, waitUntil: WaitUntil): Promise<void> {
    const recalling = this.#recalling.join(nowSeconds, waitUntil);
    if (recalling) await waitFor(recalling, JWKS_STORE_TIMEOUT_SECONDS);
    if (this.#copy) return this.freshen(nowSeconds, waitUntil);
    const fetching = this.#fetching.join(nowSeconds, waitUntil);
    if (fetching) await waitFor(fetching, JWKS_TIMEOUT_SECONDS);
  }

  /** Throws GrantKeyUnknown where a fetch is open, cooling down, or has failed. */
  async #fetchAgain(nowSeconds: number, waitUntil: WaitUntil): Promise<void> {
    const fetches = this.#fetches;
    const fetching = this.#fetching.join(nowSeconds, waitUntil);
    if (fetching) await waitFor(fetching, JWKS_TIMEOUT_SECONDS);
    if (this.#fetches === fetches) throw new GrantKeyUnknown(this.#coolDownLeft(nowSeconds));
  }

  #usableCopy(nowSeconds: number): Copy | undefined {
    if (this.#copy && nowSeconds - this.#copy.fetchedAt > this.#maxAgeSeconds) {
      this.#copy = undefined;
      this.#version++;
    }
    return this.#copy;
  }

  #coolDownLeft(nowSeconds: number): number {
    return Math.max(1, JWKS_COOL_DOWN_SECONDS - (nowSeconds - this.#askedAt));
  }

  #take({ jwks, hasSecret, fetchedAt }: StoredKeySet): void {
    this.#version++;
    this.#copy = { keys: new MatchingKeys(jwks), hasSecret, fetchedAt, version: this.#version };
  }

  /** Never throws. */
  async #recall(nowSeconds: number): Promise<void> {
    const stored = await this.#store.read();
    if (!stored || this.#copy || nowSeconds - stored.fetchedAt > this.#maxAgeSeconds) return;
    // Another machine's clock may be ahead.
    this.#take({ ...stored, fetchedAt: Math.min(stored.fetchedAt, nowSeconds) });
  }

  /** Never throws: a provider that is down, slow, or answers rubbish leaves the last good copy. */
  async #fetchKeys(nowSeconds: number, waitUntil: WaitUntil): Promise<void> {
    this.#askedAt = nowSeconds;
    const keys = await this.#download().catch(() => undefined);
    if (!keys) {
      this.#failedAt = nowSeconds;
      return;
    }
    // A fetch that was given up may end after one that began later.
    if (this.#copy && this.#copy.fetchedAt > nowSeconds) return;
    const fetched = { ...keys, fetchedAt: nowSeconds };
    this.#take(fetched);
    this.#fetches++;
    waitUntil(this.#store.write(fetched));
  }

  /** Undefined for all that is no key set. Throws what the network throws. */
  async #download() {
    const response = await this.#fetch(this.#url.href, {
      headers: { accept: "application/jwk-set+json, application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(JWKS_TIMEOUT_SECONDS * 1000),
    });
    const isTooLarge = Number(response.headers.get("content-length")) > JWKS_MAX_BYTES;
    if (response.status !== 200 || isTooLarge) {
      await response.body?.cancel();
      return undefined;
    }
    const text = await readText(response.body, JWKS_MAX_BYTES);
    return text.ok ? readPublishedKeys(JSON.parse(text.value)) : undefined;
  }
}

/** The work may be another request's, and end unfinished with it: wait as long as it may take. */
async function waitFor(work: Promise<void>, seconds: number): Promise<void> {
  await withTimeout(work, seconds).catch(() => undefined);
}
