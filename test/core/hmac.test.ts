import { hmacSha1 } from "latchkey";
import { describe, expect, test } from "vitest";
import { referenceHmac, toHex } from "./reference.js";

const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (seed * 31 + i * 7 + (i >> 3)) & 255);

describe("the reference", () => {
  const text = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));
  test.each([
    // RFC 2202, section 3: cases 1, 2, 6 and 7
    [new Uint8Array(20).fill(0x0b), text("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"],
    [text("Jefe"), text("what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"],
    [
      new Uint8Array(80).fill(0xaa),
      text("Test Using Larger Than Block-Size Key - Hash Key First"),
      "aa4ae5e15272d00e95705637ce8a3b55ed402112",
    ],
    [
      new Uint8Array(80).fill(0xaa),
      text("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data"),
      "e8e99d0f45237d786d6bbaa7965c7808bbff1a91",
    ],
  ])("and the core give RFC 2202's digests", (key, message, digest) => {
    expect(toHex(referenceHmac(key, message))).toBe(digest);
    expect(toHex(hmacSha1(key, message))).toBe(digest);
  });
});

// The whole matrix of lengths is in test/node/hmac.test.ts.
test("every message length from 0 to 300, with keys up to, at and beyond a block, gives the reference's HMAC", () => {
  const messages = Array.from({ length: 301 }, (_, length) => bytesOf(length, length + 1));
  for (const keyLength of [0, 1, 16, 32, 63, 64, 65, 119, 120, 200]) {
    const key = bytesOf(keyLength, keyLength);
    for (const message of messages) {
      const [digest, expected] = [hmacSha1(key, message), referenceHmac(key, message)];
      if (digest.some((byte, i) => byte !== expected[i])) expect.fail(`key of ${keyLength}, message of ${message.length}`);
    }
  }
});

test("messages longer than the core's input buffer are taken in pieces", () => {
  const key = bytesOf(32, 5);
  for (const length of [4095, 4096, 4097, 8192, 10_000]) {
    const message = bytesOf(length, length);
    expect(toHex(hmacSha1(key, message))).toBe(toHex(referenceHmac(key, message)));
  }
});

test("key and message are left as they were", () => {
  const key = bytesOf(64, 1);
  const message = bytesOf(100, 2);
  hmacSha1(key, message);
  expect(key).toEqual(bytesOf(64, 1));
  expect(message).toEqual(bytesOf(100, 2));
});
