import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { hmacSha1, hmacSha256 } from "latchkey";
import { describe, expect, test } from "vitest";

describe.each([
  ["sha1", hmacSha1],
  ["sha256", hmacSha256],
] as const)("HMAC with %s", (algorithm, hmac) => {
  const reference = (key: Uint8Array, message: Uint8Array) =>
    new Uint8Array(createHmac(algorithm, key).update(message).digest());

  test("equals node:crypto for every key length 0 to 200 and message length 0 to 300", () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, i) => (i * 167 + 13) & 255);
    for (let keyLength = 0; keyLength <= 200; keyLength++) {
      const key = bytes.subarray(0, keyLength);
      for (let messageLength = 0; messageLength <= 300; messageLength++) {
        const message = bytes.subarray(512 - messageLength);
        const ours = hmac(key, message);
        if (!sameBytes(ours, reference(key, message)))
          expect.fail(`key of ${keyLength} bytes, message of ${messageLength}`);
      }
    }
  });

  test("equals node:crypto for any bytes, also many thousands of them", () => {
    const bytes = fc.uint8Array({ maxLength: 20_000, size: "max" });
    fc.assert(
      fc.property(bytes, bytes, (key, message) => {
        expect(hmac(key, message)).toEqual(reference(key, message));
      }),
      { numRuns: 100 },
    );
  });

  test("messages about as long as the core's input buffer, and longer ones, go in by pieces", () => {
    const key = new Uint8Array(32).fill(5);
    for (const length of [65_535, 65_536, 65_537, 131_072, 150_000]) {
      const message = Uint8Array.from({ length }, (_, i) => i & 255);
      expect(hmac(key, message)).toEqual(reference(key, message));
    }
  });

  test("key and message are not changed", () => {
    const key = new Uint8Array(64).fill(1);
    const message = new Uint8Array(100).fill(2);
    hmac(key, message);
    expect(key).toEqual(new Uint8Array(64).fill(1));
    expect(message).toEqual(new Uint8Array(100).fill(2));
  });

  test("what is no Uint8Array is refused by its name", () => {
    expect(() => hmac("key" as never, new Uint8Array())).toThrow(/^key: /);
    expect(() => hmac(new Uint8Array(), [1] as never)).toThrow(/^message: /);
    expect(() => hmac(5n as never, new Uint8Array())).toThrow(/^key: /);
    expect(() => hmac(new Uint8Array(), 5n as never)).toThrow(/^message: /);
  });
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

test("the cases of RFC 4231", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const of = (byte: number, length: number) => new Uint8Array(length).fill(byte);
  const larger = "Test Using Larger Than Block-Size Key - Hash Key First";
  const cases: [Uint8Array, Uint8Array, string][] = [
    [
      of(0x0b, 20),
      text("Hi There"),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ],
    [
      text("Jefe"),
      text("what do ya want for nothing?"),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      of(0xaa, 20),
      of(0xdd, 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ],
    [
      of(0xaa, 131),
      text(larger),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ];
  for (const [key, message, digest] of cases)
    expect(Buffer.from(hmacSha256(key, message)).toString("hex")).toBe(digest);
});

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
