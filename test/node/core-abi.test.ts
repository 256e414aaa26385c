import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import nist from "../vectors/sha256-nist.json";

// The core by itself, without the host's checks.

interface Core {
  memory: WebAssembly.Memory;
  INPUT: WebAssembly.Global;
  OUTPUT: WebAssembly.Global;
  UIDS: WebAssembly.Global;
  RANDOM_INTS: WebAssembly.Global;
  BATCH_OUTPUT: WebAssembly.Global;
  CHUNK_KEYS: WebAssembly.Global;
  SIGNER: WebAssembly.Global;
  SIGNER_SIZE: WebAssembly.Global;
  prepareSigner(): number;
  channelKey(...fields: number[]): number;
  channelKeys(...fields: number[]): number;
  hashBegin(algorithm: number): number;
  hashUpdate(length: number): number;
  hashFinish(): number;
  accessToken006(...fields: number[]): number;
  accessToken007(...fields: number[]): number;
  accessTokenOf(...fields: number[]): number;
  accessTokens006(...fields: number[]): number;
  accessTokens007(...fields: number[]): number;
}

// Workers cannot compile bytes, and their types say so.
const Module = WebAssembly.Module as unknown as new (bytes: Uint8Array) => WebAssembly.Module;
const module = new Module(readFileSync("build/core.wasm"));
const CERTIFICATE = "5CFd2fd1755d40ecb72977518be15d3b";
let core: Core;

const write = (at: number, text: string) =>
  new Uint8Array(core.memory.buffer).set(Buffer.from(text, "latin1"), at);
const read = (at: number, length: number) =>
  Buffer.from(core.memory.buffer, at, length).toString("latin1");

function writeNumbers(uids: number[], randomInts: number[]): void {
  new Uint32Array(core.memory.buffer, core.UIDS.value).set(uids);
  new Uint32Array(core.memory.buffer, core.RANDOM_INTS.value).set(randomInts);
}

beforeEach(() => {
  core = new WebAssembly.Instance(module, {}).exports as unknown as Core;
  write(core.INPUT.value, `970CA35de60c44645bbae8a215061b33${CERTIFICATE}`);
  expect(core.prepareSigner()).toBe(0);
});

test("it imports nothing", () => {
  expect(WebAssembly.Module.imports(module)).toEqual([]);
});

test("a batch of version-1 keys, which have no uid, gives the keys that one call each gives", () => {
  for (let length = 1; length <= 64; length++) {
    const randomInts = Array.from(
      { length: 11 },
      (_, i) => Math.imul(i + length, 0x9e3779b9) >>> 0,
    );
    write(core.INPUT.value, "x".repeat(length));
    writeNumbers(randomInts, randomInts);
    expect(core.channelKeys(1, 1, 0, length, 1446455472, 0, 11)).toBe(90);
    const keys = read(core.BATCH_OUTPUT.value, 11 * 90);
    const expected = randomInts.map((randomInt) =>
      read(core.OUTPUT.value, core.channelKey(1, 1, 0, length, 1446455472, randomInt, 0, 0)),
    );
    expect(keys).toBe(expected.join(""));
  }
});

test("the memory does not grow over a hundred thousand keys and batches", () => {
  const size = core.memory.buffer.byteLength;
  write(core.INPUT.value, "x".repeat(64));
  for (let i = 0; i < 100_000; i++) core.channelKey(1 + (i % 5), 1, 0, 1 + (i % 64), i, i, i, i);
  for (let i = 0; i < 200; i++) core.channelKeys(1 + (i % 5), 1, 0, 1 + (i % 64), i, i, 256);
  expect(core.memory.buffer.byteLength).toBe(size);
});

test("a batch leaves no key after its last one", () => {
  write(core.INPUT.value, "room-1");
  const length = core.channelKeys(4, 1, 0, 6, 1446455472, 0, 16);
  for (let count = 1; count <= 8; count++) {
    core.channelKeys(4, 1, 0, 6, 1446455472, 0, count);
    expect(read(core.BATCH_OUTPUT.value + count * length, (8 - count) * length)).toBe(
      "\0".repeat((8 - count) * length),
    );
  }
});

test("the certificate is in the signer once, and no byte of it or its pads anywhere else", () => {
  write(core.INPUT.value, "room-1");
  core.channelKey(4, 1, 0, 6, 1, 2, 3, 4);
  core.channelKey(5, 1, 0, 6, 1, 2, 3, 4);
  core.channelKeys(4, 1, 0, 6, 1, 4, 9);
  core.accessToken006(6, 0, 1, 2, 3, 1);
  core.accessToken007(6, 0, 1, 2, 3, 4, 1);
  core.accessTokens006(6, 0, 1, 4, 9);
  core.accessTokens007(6, 0, 1, 4, 1, 9);
  const memory = Buffer.from(core.memory.buffer.slice(0));
  const at = memory.indexOf(CERTIFICATE);
  expect(at).toBeGreaterThanOrEqual(core.SIGNER.value);
  expect(at + 32).toBe(core.SIGNER.value + core.SIGNER_SIZE.value);
  memory.fill(0, at, at + 32);
  const text = Buffer.from(CERTIFICATE, "latin1");
  const keys = [text, Buffer.from(text).swap32(), Buffer.from(CERTIFICATE, "hex")];
  for (const key of keys) {
    for (const pad of [0, 0x36, 0x5c]) {
      const padded = Buffer.from(key.map((byte: number) => byte ^ pad));
      for (let part = 0; part + 8 <= padded.length; part += 8)
        expect(memory.includes(padded.subarray(part, part + 8))).toBe(false);
    }
  }
});

describe("arguments out of bounds get a negative status", () => {
  test.each<[number, number[]]>([
    [-1, [0, 1, 0, 6, 1, 1, 1]],
    [-1, [6, 1, 0, 6, 1, 1, 1]],
    [-2, [4, 4, 0, 6, 1, 1, 1]],
    [-2, [5, 0, 0, 6, 1, 1, 1]],
    [-3, [5, 4, 0, 6, 1, 1, 1]],
    [-3, [5, 1, 48, 6, 1, 1, 1]],
    [-4, [5, 1, 0, 0, 1, 1, 1]],
    [-4, [5, 1, 0, 65, 1, 1, 1]],
    [-8, [5, 1, 0, 6, 1, 1, 0]],
    [-8, [5, 1, 0, 6, 1, 1, 257]],
    [-8, [5, 1, 0, 6, 1, 1, -1]],
  ])("%i for channelKeys(%o)", (status, fields) => {
    const before = Buffer.from(core.memory.buffer.slice(0));
    expect(core.channelKeys(...fields)).toBe(status);
    expect(Buffer.from(core.memory.buffer).equals(before)).toBe(true);
  });
});

function sha256(message: Uint8Array, pieceSize = message.length + 1): string {
  expect(core.hashBegin(256)).toBe(0);
  for (let at = 0; at < message.length; at += pieceSize) {
    const piece = message.subarray(at, at + pieceSize);
    new Uint8Array(core.memory.buffer).set(piece, core.INPUT.value);
    expect(core.hashUpdate(piece.length)).toBe(0);
  }
  expect(core.hashFinish()).toBe(32);
  return Buffer.from(core.memory.buffer, core.OUTPUT.value, 32).toString("hex");
}

test("NIST's short and long messages for SHA-256 (CAVS 11.0, byte-oriented)", () => {
  for (const { message, digest } of nist)
    expect(sha256(Buffer.from(message, "base64"))).toBe(digest);
  expect(nist).toHaveLength(129);
});

test("SHA-256 of every length from 0 to 300, in pieces of any size", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 167 + 13) & 255);
  for (let length = 0; length <= 300; length++) {
    const message = bytes.subarray(0, length);
    const digest = createHash("sha256").update(message).digest("hex");
    for (const pieceSize of [1, 63, 64, 65, 1 + (length % 37), 301])
      expect(sha256(message, pieceSize)).toBe(digest);
  }
});

describe("arguments out of bounds of a token get a negative status", () => {
  const bounds: [number, () => number][] = [
    [-4, () => core.accessToken006(0, 0, 1, 1, 1, 1)],
    [-4, () => core.accessToken006(256, 0, 1, 1, 1, 1)],
    [-9, () => core.accessToken006(1, 256, 1, 1, 1, 1)],
    [-10, () => core.accessToken006(1, 0, 1, 1, 1, 32)],
    [-4, () => core.accessToken007(65, 0, 1, 1, 1, 1, 1)],
    [-9, () => core.accessToken007(1, -1, 1, 1, 1, 1, 1)],
    [-10, () => core.accessToken007(1, 0, 1, 1, 1, 1, 16)],
    [-7, () => core.accessTokenOf(1, 1, 1, 1)],
    [-7, () => core.accessTokenOf(65_456, 1, 1, 1)],
    [-4, () => core.accessTokens006(65, 0, 1, 1, 1)],
    [-8, () => core.accessTokens006(1, 0, 1, 1, 65)],
    [-8, () => core.accessTokens007(1, 0, 1, 1, 1, 0)],
    [-9, () => core.accessTokens007(1, 1, 1, 1, 1, 1)],
    [-10, () => core.accessTokens007(1, 0, 1, 1, 16, 1)],
    [-11, () => core.hashBegin(2)],
  ];
  test.each(bounds)("%i for %s", (status, call) => {
    const before = Buffer.from(core.memory.buffer.slice(0));
    expect(call()).toBe(status);
    expect(Buffer.from(core.memory.buffer).equals(before)).toBe(true);
  });
});

test("the longest token of any services is one stored block", () => {
  expect(core.accessTokenOf(65_455, 1, 1, 1)).toBe(3 + 4 * Math.ceil(65_546 / 3));
});

test("a version-4 key holds the HMAC that node:crypto computes", () => {
  write(core.INPUT.value, "room-1");
  const key = read(core.OUTPUT.value, core.channelKey(4, 3, 0, 6, 1446455472, 255, 42, 0));
  const message =
    "APSS970CA35de60c44645bbae8a215061b331446455472000000ffroom-100000000420000000000";
  expect(key.slice(3, 43)).toBe(createHmac("sha1", CERTIFICATE).update(message).digest("hex"));
});
