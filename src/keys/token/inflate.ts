// zlib (RFC 1950) and deflate (RFC 1951), read strictly and with a bound. The bytes come from
// strangers: a text of 1 KB may hold a megabyte, and the output never grows beyond its bound.

import { EndsTooSoon, Unreadable } from "../unreadable.ts";

const MAX_CODE_BITS = 15;
const END_OF_BLOCK = 256;
/** RFC 1951, 3.2.5: a length or distance begins at its base, and extra bits count up from there. */
const LENGTH_EXTRA_BITS = extraBits(29, 4).with(28, 0);
const LENGTH_BASES = bases(3, LENGTH_EXTRA_BITS).with(28, 258);
const DISTANCE_EXTRA_BITS = extraBits(30, 2);
const DISTANCE_BASES = bases(1, DISTANCE_EXTRA_BITS);
/** RFC 1951, 3.2.7: the order in which a block has the lengths of its code-length code. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** `groupSize` codes share a number of extra bits; the first two groups have none. */
function extraBits(count: number, groupSize: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => Math.max(0, Math.floor(i / groupSize) - 1));
}

function bases(first: number, extra: Uint8Array): Uint16Array {
  let base = first;
  return Uint16Array.from(extra, (bits) => {
    base += 1 << bits;
    return base - (1 << bits);
  });
}

/** A canonical Huffman code: how many codes each number of bits has, and their symbols in order. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/**
 * Inflates a whole zlib stream: its checksum (Adler-32) must be right, and no byte may follow.
 * Throws Unreadable for anything else, and for more than `maxBytes` of output.
 */
export function inflate(stream: Uint8Array, maxBytes: number): Uint8Array {
  const bits = new BitReader(stream);
  const [method, flags] = [bits.byte(), bits.byte()];
  if ((method & 15) !== 8 || method >> 4 > 7 || ((method << 8) | flags) % 31 !== 0)
    throw new Unreadable("what its base64 holds is no zlib stream");
  if (flags & 0x20) throw new Unreadable("its zlib stream needs a dictionary");
  const output = new Output(maxBytes);
  let fixed: readonly [literals: Code, distances: Code] | undefined;
  let isLast: boolean;
  do {
    isLast = bits.take(1) === 1;
    const type = bits.take(2);
    if (type === 0) copyStored(bits, output);
    else if (type === 1) {
      // A stream of 64 KB may have 50,000 blocks.
      fixed ??= fixedCodes();
      decodeBlock(bits, output, ...fixed);
    } else if (type === 2) decodeBlock(bits, output, ...readCodes(bits));
    else throw broken();
  } while (!isLast);
  const inflated = output.bytes();
  bits.skipToByte();
  const checksum = bits.byte() * 2 ** 24 + ((bits.byte() << 16) | (bits.byte() << 8) | bits.byte());
  if (checksum !== adler32(inflated)) throw new Unreadable("its checksum is wrong: it was altered");
  if (!bits.isAtEnd()) throw new Unreadable("bytes follow its zlib stream");
  return inflated;
}

function broken(): Unreadable {
  return new Unreadable("its zlib stream is damaged");
}

function copyStored(bits: BitReader, output: Output): void {
  bits.skipToByte();
  const length = bits.byte() | (bits.byte() << 8);
  const complement = bits.byte() | (bits.byte() << 8);
  if ((length ^ complement) !== 0xffff) throw broken();
  for (let i = 0; i < length; i++) output.push(bits.byte());
}

function decodeBlock(bits: BitReader, output: Output, literals: Code, distances: Code): void {
  for (;;) {
    const symbol = decodeSymbol(bits, literals);
    if (symbol < END_OF_BLOCK) output.push(symbol);
    else if (symbol === END_OF_BLOCK) return;
    else {
      const length = withExtraBits(bits, symbol - 257, LENGTH_BASES, LENGTH_EXTRA_BITS);
      const code = decodeSymbol(bits, distances);
      output.repeat(length, withExtraBits(bits, code, DISTANCE_BASES, DISTANCE_EXTRA_BITS));
    }
  }
}

function withExtraBits(
  bits: BitReader,
  code: number,
  codeBases: Uint16Array,
  extra: Uint8Array,
): number {
  const base = codeBases[code];
  if (base === undefined) throw broken();
  return base + bits.take(extra[code] ?? 0);
}

/** RFC 1951, 3.2.2: the codes of each length follow those of the length before, in order. */
function decodeSymbol(bits: BitReader, { counts, symbols }: Code): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    code |= bits.take(1);
    const count = counts[length] ?? 0;
    if (code - first < count) return symbols[index + code - first] ?? 0;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw broken();
}

/** `mayBeIncomplete`: a single code of one bit may leave the other unused, as zlib allows. */
function makeCode(lengths: Uint8Array, mayBeIncomplete: boolean): Code {
  const counts = new Uint16Array(MAX_CODE_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const starts = new Uint16Array(MAX_CODE_BITS + 2);
  let free = 1;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    const count = counts[length] ?? 0;
    free = free * 2 - count;
    if (free < 0) throw broken();
    starts[length + 1] = (starts[length] ?? 0) + count;
  }
  const used = starts[MAX_CODE_BITS + 1] ?? 0;
  if (free > 0 && used > 0 && !(mayBeIncomplete && used === 1 && counts[1] === 1)) throw broken();
  const symbols = new Uint16Array(used);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const at = starts[length] ?? 0;
    symbols[at] = symbol;
    starts[length] = at + 1;
  });
  return { counts, symbols };
}

/** RFC 1951, 3.2.6. */
function fixedCodes(): [literals: Code, distances: Code] {
  const lengths = Uint8Array.from({ length: 288 }, (_, i) =>
    i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
  );
  return [makeCode(lengths, false), makeCode(new Uint8Array(32).fill(5), false)];
}

/** The codes of a block that brings its own (RFC 1951, 3.2.7). */
function readCodes(bits: BitReader): [literals: Code, distances: Code] {
  const literalCount = bits.take(5) + 257;
  const distanceCount = bits.take(5) + 1;
  const ordered = bits.take(4) + 4;
  if (literalCount > 286 || distanceCount > 30) throw broken();
  const ofLengths = new Uint8Array(CODE_LENGTH_ORDER.length);
  for (const symbol of CODE_LENGTH_ORDER.slice(0, ordered)) ofLengths[symbol] = bits.take(3);
  const lengthCode = makeCode(ofLengths, false);
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let i = 0; i < lengths.length; ) {
    const symbol = decodeSymbol(bits, lengthCode);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw broken();
    const times = symbol === 18 ? 11 + bits.take(7) : 3 + bits.take(symbol === 16 ? 2 : 3);
    if (i + times > lengths.length) throw broken();
    if (symbol === 16) lengths.fill(lengths[i - 1] ?? 0, i, i + times);
    i += times;
  }
  if (lengths[END_OF_BLOCK] === 0) throw broken();
  return [
    makeCode(lengths.subarray(0, literalCount), true),
    makeCode(lengths.subarray(literalCount), true),
  ];
}

/** RFC 1950, section 8. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

/** Bits from the lowest of each byte on. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Bits of the byte before `#at` that are still to read. */
  #rest = 0;
  #restCount = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(count: number): number {
    let value = this.#rest;
    let known = this.#restCount;
    while (known < count) {
      value |= this.#next() << known;
      known += 8;
    }
    this.#rest = value >> count;
    this.#restCount = known - count;
    return value & ((1 << count) - 1);
  }

  skipToByte(): void {
    this.#rest = 0;
    this.#restCount = 0;
  }

  /** A whole byte, where no bits are left over. */
  byte(): number {
    return this.#next();
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  #next(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new EndsTooSoon("its zlib stream ends too soon");
    return byte;
  }
}

/** Bytes that grow up to a bound. */
class Output {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(512);
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(byte: number): void {
    if (this.#size === this.#maxBytes)
      throw new Unreadable(`it inflates to more than ${this.#maxBytes} bytes`);
    if (this.#size === this.#bytes.length) {
      const larger = new Uint8Array(Math.min(2 * this.#size, this.#maxBytes));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#size++] = byte;
  }

  /** What it repeats may overlap what it writes. */
  repeat(length: number, distance: number): void {
    if (distance > this.#size) throw broken();
    for (let i = 0; i < length; i++) this.push(this.#bytes[this.#size - distance] ?? 0);
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }
}
