import { createHmac, createSecretKey } from "node:crypto";
import { hmacSha1 } from "latchkey";
import { expect, test } from "vitest";

const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (seed * 31 + i * 7 + (i >> 3)) & 255);

test("every key length from 0 to 200 with every message length from 0 to 300 gives node:crypto's HMAC", () => {
  const messages = Array.from({ length: 301 }, (_, length) => bytesOf(length, length + 1));
  for (let keyLength = 0; keyLength <= 200; keyLength++) {
    const key = bytesOf(keyLength, keyLength);
    const secret = createSecretKey(key);
    for (const message of messages) {
      if (Buffer.compare(hmacSha1(key, message), createHmac("sha1", secret).update(message).digest()) !== 0) {
        expect.fail(`key of ${keyLength}, message of ${message.length}`);
      }
    }
  }
});
