import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { hmacSha1 } from "latchkey";
import { expect, test } from "vitest";

const reference = (key: Uint8Array, message: Uint8Array) =>
  new Uint8Array(createHmac("sha1", key).update(message).digest());

test("equals node:crypto for every key length 0 to 200 and message length 0 to 300", () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, i) => (i * 167 + 13) & 255);
  for (let keyLength = 0; keyLength <= 200; keyLength++) {
    const key = bytes.subarray(0, keyLength);
    for (let messageLength = 0; messageLength <= 300; messageLength++) {
      const message = bytes.subarray(512 - messageLength);
      const ours = hmacSha1(key, message);
      if (!sameBytes(ours, reference(key, message)))
        expect.fail(`key of ${keyLength} bytes, message of ${messageLength}`);
    }
  }
});

test("equals node:crypto for any bytes, also many thousands of them", () => {
  const bytes = fc.uint8Array({ maxLength: 20_000, size: "max" });
  fc.assert(
    fc.property(bytes, bytes, (key, message) => {
      expect(hmacSha1(key, message)).toEqual(reference(key, message));
    }),
    { numRuns: 100 },
  );
});

test("messages about as long as the core's input buffer, and longer ones, go in by pieces", () => {
  const key = new Uint8Array(32).fill(5);
  for (const length of [4095, 4096, 4097, 8192, 10_000]) {
    const message = Uint8Array.from({ length }, (_, i) => i & 255);
    expect(hmacSha1(key, message)).toEqual(reference(key, message));
  }
});

test("key and message are not changed", () => {
  const key = new Uint8Array(64).fill(1);
  const message = new Uint8Array(100).fill(2);
  hmacSha1(key, message);
  expect(key).toEqual(new Uint8Array(64).fill(1));
  expect(message).toEqual(new Uint8Array(100).fill(2));
});

test("the cases of RFC 2202", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const hex = (bytes: Uint8Array) =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const cases: [Uint8Array, Uint8Array, string][] = [
    [new Uint8Array(20).fill(0x0b), text("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"],
    [
      text("Jefe"),
      text("what do ya want for nothing?"),
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    ],
    [
      new Uint8Array(20).fill(0xaa),
      new Uint8Array(50).fill(0xdd),
      "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
    ],
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
  ];
  for (const [key, message, digest] of cases) expect(hex(hmacSha1(key, message))).toBe(digest);
});

test("what is no Uint8Array is refused by its name", () => {
  expect(() => hmacSha1("key" as never, new Uint8Array())).toThrow(/^key: /);
  expect(() => hmacSha1(new Uint8Array(), [1] as never)).toThrow(/^message: /);
  expect(() => hmacSha1(5n as never, new Uint8Array())).toThrow(/^key: /);
  expect(() => hmacSha1(new Uint8Array(), 5n as never)).toThrow(/^message: /);
});

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
