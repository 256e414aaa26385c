// Where a cold isolate finds the last good key set of a provider: Cloudflare's cache of its
// location, by the Cache API. Where there is no such cache, as in bare workerd, nothing is kept and
// nothing fails.

import { type PublishedKeys, readPublishedKeys } from "../config/jwks.ts";
import type { Host } from "../platform/host.ts";
import { JWKS_MAX_BYTES } from "../platform/limits.ts";
import { readText } from "../platform/utf8.ts";

export interface StoredKeySet extends PublishedKeys {
  /** Unix seconds. */
  readonly fetchedAt: number;
}

export class KeySetStore {
  readonly #name: string;
  readonly #maxAgeSeconds: number;
  readonly #cache: Host["cache"];

  constructor(url: URL, maxAgeSeconds: number, cache: Host["cache"]) {
    this.#name = nameOf(url);
    this.#maxAgeSeconds = maxAgeSeconds;
    this.#cache = cache;
  }

  /** Never throws. */
  async read(): Promise<StoredKeySet | undefined> {
    try {
      const response = await this.#cache()?.match(this.#name);
      const text = response && (await readText(response.body, 2 * JWKS_MAX_BYTES));
      return text?.ok ? storedKeySetOf(JSON.parse(text.value)) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Never throws. */
  async write({ jwks, fetchedAt }: StoredKeySet): Promise<void> {
    const headers = { "Cache-Control": `public, max-age=${this.#maxAgeSeconds}` };
    try {
      await this.#cache()?.put(this.#name, Response.json({ jwks, fetchedAt }, { headers }));
    } catch {
      // The next cold isolate asks the provider.
    }
  }
}

/** The provider's own address may stand in the cache too: what it answers has no time. */
function nameOf(url: URL): string {
  const name = new URL(url);
  name.searchParams.set("latchkey", "key-set");
  name.hash = "";
  return name.href;
}

function storedKeySetOf(value: unknown): StoredKeySet | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!("jwks" in value && "fetchedAt" in value)) return undefined;
  const keys = readPublishedKeys(value.jwks);
  if (!keys || typeof value.fetchedAt !== "number") return undefined;
  return { ...keys, fetchedAt: value.fetchedAt };
}
