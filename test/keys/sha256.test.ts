// SHA-256 itself, through an HMAC key of more than 64 bytes, which is hashed before use (RFC 2104).

import { createHash, createHmac } from "node:crypto";
import { hmacSha256 } from "latchkey";
import { expect, test } from "vitest";

test("every length of what is hashed, across the blocks: keys of 65 to 1,100 bytes", () => {
  const bytes = Uint8Array.from({ length: 1_100 }, (_, i) => (i * 167 + 13) & 255);
  for (let length = 65; length <= bytes.length; length++) {
    const key = bytes.subarray(0, length);
    const digest = createHash("sha256").update(key).digest();
    const expected = createHmac("sha256", digest).update("message").digest("hex");
    const ours = hmacSha256(key, new TextEncoder().encode("message"));
    if (Buffer.from(ours).toString("hex") !== expected) expect.fail(`${length} bytes`);
  }
});
