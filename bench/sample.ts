// The keys that are made, and a vector of the vendor's C++ code. Every contender must make the key
// of the vector before it is timed.

import { readFileSync } from "node:fs";
import type { Fields, Mint, MintAsync } from "./contenders/contender.ts";

interface Vector extends Fields {
  appId: string;
  appCertificate: string;
  service: string;
  key: string;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../test/vectors/dynamic-key.json", import.meta.url), "utf8"),
);

/**
 * A vector for the media channel. Its channel name is about as long as in the vendor's samples: 32.
 */
export function vectorOf(version: 4 | 5): Vector {
  const found = vectors.find(
    ({ service, channel, ...vector }) =>
      vector.version === version && Math.abs(channel.length - 32) < 8 && service === "mediaChannel",
  );
  if (!found) throw new Error(`no vector of version ${version} that fits`);
  return found;
}

export async function check(name: string, vector: Vector, mint: Mint | MintAsync): Promise<void> {
  const key = await mint(vector);
  if (key !== vector.key) throw new Error(`${name} makes a wrong key of version ${vector.version}`);
}

/** Many channel names, as with many users: so nothing can be kept from the last call. */
const CHANNELS = Array.from({ length: 256 }, (_, i) =>
  (0x9e3779b9 * (i + 1)).toString(16).padStart(16, "0").repeat(2).slice(0, 32),
);

/** A thousand requests. They are made before the timing, which is of the keys alone. */
export function requests(version: 4 | 5): Fields[] {
  return Array.from({ length: 1024 }, (_, i) => ({
    version,
    channel: CHANNELS[i & 255] as string,
    unixTs: 1446455472 + (i >> 8),
    randomInt: (i * 0x9e3779b9) >>> 0,
    uid: (2882341273 + i) >>> 0,
    expiredTs: 1446459072 + (i >> 8),
  }));
}
