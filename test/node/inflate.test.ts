import { constants, deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inflate } from "../../src/keys/token/inflate.ts";
import { attempt } from "../../src/keys/unreadable.ts";

const MAX_BYTES = 65_536;

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** What node:zlib makes of a stream: undefined where it refuses it, or bytes are left over. */
function byZlib(stream: Uint8Array): Buffer | undefined {
  try {
    const result = inflateSync(stream, { info: true }) as unknown as Inflated;
    return result.engine.bytesWritten === stream.length ? result.buffer : undefined;
  } catch {
    return undefined;
  }
}

/** The content of a deflate stream at the start of `bytes`, and how many bytes it takes. */
function byRawZlib(bytes: Uint8Array): { content: Buffer; size: number } | undefined {
  try {
    const result = inflateRawSync(bytes, { info: true }) as unknown as Inflated;
    return { content: result.buffer, size: result.engine.bytesWritten };
  } catch {
    return undefined;
  }
}

function byUs(stream: Uint8Array): Buffer | undefined {
  const result = attempt(() => inflate(stream, MAX_BYTES));
  return result.ok ? Buffer.from(result.value) : undefined;
}

function expectSame(stream: Uint8Array): boolean {
  const expected = byZlib(stream);
  if (expected !== undefined && expected.length > MAX_BYTES) return false;
  expect(byUs(stream)?.toString("hex")).toBe(expected?.toString("hex"));
  return expected !== undefined;
}

/** Bytes of several kinds: random ones, few different ones, and texts that repeat. */
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.uint8Array({ max: 3, maxLength: 2_000 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat({ max: 1_000 }))
    .map(([piece, count]) => new Uint8Array(Buffer.concat(Array(count).fill(piece)))),
);
const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

describe("inflate", () => {
  test("reads what zlib writes, at all levels and strategies", () => {
    fc.assert(
      fc.property(contents, options, (content, how) => {
        expect(byUs(deflateSync(content, how))?.equals(content)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("takes a changed stream where zlib does, and reads the same from it", () => {
    let taken = 0;
    fc.assert(
      fc.property(
        contents,
        options,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
        fc.nat({ max: 3 }),
        (content, how, changes, extra) => {
          const stream = new Uint8Array(deflateSync(content, how));
          // The first byte of the deflate stream says which kind of block follows.
          for (const [at, change] of changes) {
            const place = at % 3 === 0 ? 2 : at % stream.length;
            stream[place] = (stream[place] ?? 0) ^ change;
          }
          if (expectSame(extra === 0 ? new Uint8Array([...stream, 0]) : stream)) taken++;
        },
      ),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test("reads any deflate stream as zlib does, once its checksum is put right", () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.constantFrom(0, 1, 2, 3, 4, 5),
        (random, kind) => {
          random[0] = ((random[0] ?? 0) & 0xf8) | kind;
          const found = byRawZlib(random);
          const header = Buffer.of(0x78, 0x9c);
          if (!found) {
            expect(byUs(Buffer.concat([header, random]))).toBeUndefined();
            return;
          }
          taken++;
          // zlib ends every stream with the checksum of its content.
          const checksum = deflateSync(found.content).subarray(-4);
          const stream = Buffer.concat([header, random.subarray(0, found.size), checksum]);
          expect(byUs(stream)?.equals(found.content)).toBe(true);
        },
      ),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  test("refuses each prefix of a stream, saying that it ends too soon, and each longer one", () => {
    const stream = deflateSync(Buffer.from("a token, a token, a token".repeat(20)));
    for (let length = 0; length < stream.length; length++)
      expect(() => inflate(stream.subarray(0, length), MAX_BYTES)).toThrow("ends too soon");
    expect(() => inflate(Buffer.concat([stream, Buffer.of(0)]), MAX_BYTES)).toThrow("bytes follow");
  });

  test.each([1, 511, 512, 513, 1_024, 65_536])("never gives more than %i bytes", (maxBytes) => {
    for (const level of [0, 1, 9]) {
      const fits = new Uint8Array(maxBytes);
      expect(inflate(deflateSync(fits, { level }), maxBytes)).toEqual(fits);
      const tooLong = deflateSync(new Uint8Array(maxBytes + 1), { level });
      expect(() => inflate(tooLong, maxBytes)).toThrow(`more than ${maxBytes} bytes`);
    }
  });

  test("stops at its bound, however much a stream would give", () => {
    const bomb = deflateSync(new Uint8Array(100_000_000));
    const before = performance.now();
    expect(() => inflate(bomb, MAX_BYTES)).toThrow("more than 65536 bytes");
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test("takes no long time for blocks that hold nothing", () => {
    // 10 bits each: an empty block with the fixed code.
    const empty = Buffer.alloc(65_536);
    for (let bit = 16; bit < empty.length * 8 - 10; bit += 10)
      empty[(bit + 1) >> 3] = (empty[(bit + 1) >> 3] ?? 0) | (1 << ((bit + 1) & 7));
    empty.set([0x78, 0x9c]);
    const before = performance.now();
    expect(() => inflate(empty, MAX_BYTES)).toThrow(Error);
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test.each([
    ["a raw deflate stream", "4b04 00", "no zlib stream"],
    ["gzip", "1f8b 0800", "no zlib stream"],
    ["a window that zlib does not have", "881c 0300 0000 0001", "no zlib stream"],
    ["a dictionary", "78bb 0000 0001", "dictionary"],
    ["a block of no kind", "789c 07", "damaged"],
    ["a stored block with a wrong length", "7801 01 0100 0100 00", "damaged"],
    ["a repeat of what was not there", "789c 03 02 00", "damaged"],
    ["another checksum", "7801 0300 0000 0002", "checksum"],
  ])("says what is wrong: %s", (_name, hex, reason) => {
    const stream = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(() => inflate(stream, MAX_BYTES)).toThrow(reason);
    expect(byZlib(stream)).toBeUndefined();
  });
});
