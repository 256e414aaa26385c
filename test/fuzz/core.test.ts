// The core's ABI under random calls: whatever an export is called with, it returns, and changes
// nothing outside its buffers.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fuzz, type Random } from "../support/fuzz.ts";

// The types of Workers know no compiling from bytes.
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;
const module = new Module(readFileSync("build/core.wasm"));
type Exports = Record<string, (...args: number[]) => number> & { memory: WebAssembly.Memory };

interface Region {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const newCore = () => new WebAssembly.Instance(module, {}).exports as unknown as Exports;
const fresh = newCore();
/** Addresses and sizes. */
const constants: Readonly<Record<string, number>> = Object.fromEntries(
  WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "global")
    .map(({ name }) => [
      name,
      (fresh as unknown as Record<string, WebAssembly.Global>)[name]?.value,
    ]),
);
const functions = WebAssembly.Module.exports(module)
  .filter(({ kind }) => kind === "function")
  .map(({ name }) => name);

/** Every buffer of assembly/memory.ts, which says that it has all of them, in its order. */
function buffersOf(source: string): Region[] {
  let at = constants.INPUT ?? 0;
  return [...source.matchAll(/^export const (\w+): usize = memory\.data\((\d+), 16\);/gm)].map(
    ([, name = "", size]) => {
      const start = at;
      const end = start + Number(size);
      at = (end + 15) & ~15;
      return { name, start, end };
    },
  );
}

const buffers = buffersOf(readFileSync("assembly/memory.ts", "utf8"));

test("the exports have the layout of assembly/memory.ts", () => {
  const named = Object.entries(constants).filter(([name]) => !/_(SIZE|KEYS|TOKENS)$/.test(name));
  expect(named.length).toBeGreaterThan(2);
  for (const [name, address] of named) {
    const buffer = buffers.find(({ start }) => start === address);
    expect(buffer?.name).toBe(name);
    const size = constants[`${name}_SIZE`];
    if (size !== undefined) expect((buffer?.end ?? 0) - (buffer?.start ?? 0)).toBe(size);
  }
});

/** The core may wipe what the host writes, but it never writes these. */
const READ_ONLY = ["UIDS", "RANDOM_INTS", "PRIVILEGES"];

/** What is in no buffer (tables of constants are there), and what is only read. */
function protectedRanges(size: number): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let at = 0;
  for (const { name, start, end } of buffers) {
    if (READ_ONLY.includes(name)) continue;
    if (start > at) ranges.push({ start: at, end: start });
    at = end;
  }
  return [...ranges, { start: at, end: size }];
}

const WILD = [
  0,
  1,
  -1,
  2,
  47,
  48,
  51,
  63,
  64,
  65,
  255,
  256,
  257,
  4095,
  4096,
  4097,
  65535,
  65536,
  131071,
  131072,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  1e20,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  0.5,
];
const ADDRESSES = buffers.flatMap(({ start, end }) => [start, end, end - 1]);

function argument(random: Random): number {
  const kind = random.below(10);
  if (kind < 5)
    return random.pick([1, 2, 3, 4, 5, 0, 48, 51, 1 + random.below(64), 1 + random.below(300)]);
  if (kind < 7) return random.pick(WILD);
  return kind === 7 ? random.pick(ADDRESSES) : random.u32();
}

/** Arguments that the core may accept: with random ones, few calls would make a key. */
function goodArguments(name: string, random: Random): number[] | undefined {
  const count = 1 + random.below(256);
  const tokens = 1 + random.below(64);
  const [channel, account] = [1 + random.below(64), random.below(256)];
  const [salt, ts, expire] = [random.u32(), random.u32(), random.u32()];
  const granted = random.below(16);
  if (name === "accessToken006") return [channel, account, random.u32(), salt, ts, granted];
  if (name === "accessToken007") return [channel, account, random.u32(), salt, ts, expire, granted];
  if (name === "accessTokenOf") return [random.pick([2, 50, 4096, 65_455]), salt, ts, expire];
  if (name === "accessTokens006") return [channel, random.below(2), ts, granted, tokens];
  if (name === "accessTokens007") return [channel, random.below(2), ts, expire, granted, tokens];
  if (name === "hashBegin") return [random.pick([1, 256])];
  if (name === "hmacBegin") return [random.pick([1, 256]), random.below(65)];
  if (name === "channelKeysJson") return [count];
  const fields = [1 + random.below(5), 1, 0, 1 + random.below(64), random.u32()];
  if (name === "channelKey") return [...fields, random.u32(), random.u32(), random.u32()];
  return name === "channelKeys" ? [...fields, random.u32(), count] : undefined;
}

const HEX = "0123456789abcdefABCDEF";
const CALLS_PER_RUN = 50;
/** How many of the calls returned a length. */
const returned: Record<string, number> = {};
const core = newCore();
const memory = new Uint8Array(core.memory.buffer);
const ranges = protectedRanges(memory.length);
const signer = buffers.find(({ name }) => name === "SIGNER") as Region;
const input = buffers.find(({ name }) => name === "INPUT") as Region;

/** What the host may write before a call: digits, or any bytes. */
function writeInput(random: Random): void {
  const length = random.pick([1, 6, 64, 128, 4096]);
  const isHex = random.chance(80);
  for (let i = 0; i < length; i++)
    memory[input.start + i] = isHex ? HEX.charCodeAt(random.below(22)) : random.below(256);
}

fuzz(
  "1,000,000 calls of every export with any arguments: no trap, and no byte outside the buffers changed",
  1_000_000 / CALLS_PER_RUN,
  (random) => {
    for (const { start, end } of buffers.filter(({ name }) => READ_ONLY.includes(name))) {
      new Uint32Array(memory.buffer, start, (end - start) / 4).fill(
        // Also the length of an account, which UIDS has in some calls.
        random.chance(50) ? random.u32() : 1 + random.below(255),
        0,
        random.below(257),
      );
    }
    if (random.chance(10)) memory.fill(random.below(256), signer.start, signer.end);
    const before = memory.slice();
    const done: string[] = [];
    for (let i = 0; i < CALLS_PER_RUN; i++) {
      if (random.chance(60)) writeInput(random);
      const name = random.pick(functions);
      const call = core[name] as (...args: number[]) => number;
      const args =
        (random.chance(30) ? goodArguments(name, random) : undefined) ??
        Array.from({ length: call.length + random.pick([0, 0, 0, 1, -1]) }, () => argument(random));
      done.push(`${name}(${args.join(", ")})`);
      const result = (() => {
        try {
          return call(...args);
        } catch (error) {
          throw new Error(`${done.join("; ")} trapped: ${String(error)}`);
        }
      })();
      if (!Number.isInteger(result) || result < -128 || result > memory.length)
        throw new Error(`${done.at(-1)} returned ${result}`);
      if (result > 0) returned[name] = (returned[name] ?? 0) + 1;
    }
    for (const { start, end } of ranges) {
      const changed = firstDifference(before, memory, start, end);
      if (changed !== undefined)
        throw new Error(
          `byte ${changed}, which is in no buffer, was changed by one of ${done.join("; ")}`,
        );
    }
    if (core.memory.buffer.byteLength !== before.length) throw new Error("the memory has grown");
  },
);

const TOKEN_MAKERS = functions.filter((name) => name.startsWith("accessToken"));

test("many of those calls made keys and tokens", () => {
  for (const name of ["channelKey", "channelKeys", "channelKeysJson", ...TOKEN_MAKERS])
    expect(returned[name]).toBeGreaterThan(20);
});

function firstDifference(
  a: Uint8Array,
  b: Uint8Array,
  start: number,
  end: number,
): number | undefined {
  if (Buffer.from(a.buffer, start, end - start).equals(Buffer.from(b.buffer, start, end - start)))
    return undefined;
  for (let at = start; at < end; at++) if (a[at] !== b[at]) return at;
  return undefined;
}

test("only prepareSigner changes the signer", () => {
  const one = newCore();
  const bytes = new Uint8Array(one.memory.buffer);
  bytes.fill(7, signer.start, signer.end);
  for (const name of functions) {
    if (name === "prepareSigner") continue;
    for (const value of [0, 1, 5, 48, 64, 256, -1])
      one[name]?.(...Array<number>((one[name] as () => number).length).fill(value));
  }
  expect(bytes.slice(signer.start, signer.end).every((byte) => byte === 7)).toBe(true);
});
