// The C programs of bench/native/: compiled once if there is a C compiler, then run round by round
// through their stdin.

import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Entrant } from "../measure.ts";
import { vectorOf } from "../sample.ts";

export interface NativeEntrant extends Entrant {
  close(): void;
}

interface Program {
  readonly name: string;
  readonly source: string;
  readonly flags: readonly string[];
}

/** They make whole keys. */
const CONTENDERS: readonly Program[] = [
  { name: "native OpenSSL EVP_MAC (C)", source: "openssl", flags: ["-lcrypto"] },
  { name: "native SHA-NI, bare (C)", source: "sha-ni", flags: ["-msha", "-msse4.1"] },
];

/**
 * They hash and make no text: the best that the core's eight lanes could do, and the same with
 * instructions that WebAssembly does not have.
 */
const HASHING: readonly Program[] = [
  {
    name: "  eight lanes in C, hashing alone",
    source: "lanes",
    flags: ["-mavx", "-mno-avx512f", "-fno-tree-reassoc"],
  },
  {
    name: "  the same with AVX-512's rotations",
    source: "lanes",
    flags: ["-mavx512f", "-mavx512vl", "-fno-tree-reassoc"],
  },
];
const sources = fileURLToPath(new URL("../native/", import.meta.url));
const binaries = fileURLToPath(new URL("../../build/bench/", import.meta.url));

export const native = () => start(CONTENDERS);
export const nativeHashing = () => start(HASHING);

/** The programs that this machine can build and run. Prints why it leaves out the others. */
function start(programs: readonly Program[]): NativeEntrant[] {
  mkdirSync(binaries, { recursive: true });
  return programs.flatMap(({ name, source, flags }, i) => {
    const binary = `${binaries}${source}-${i}`;
    try {
      execFileSync(
        "cc",
        ["-O3", "-march=native", `${sources}${source}.c`, "-o", binary, ...flags],
        { stdio: "pipe" },
      );
      const vector = vectorOf(4);
      const { appId, appCertificate, channel, unixTs, randomInt, uid, expiredTs } = vector;
      const key = execFileSync(binary, [
        "key",
        appId,
        appCertificate,
        channel,
        ...[unixTs, randomInt, uid, expiredTs].map(String),
      ]);
      if (key.toString().trim() !== vector.key) throw new Error("it makes a wrong key");
      return [drive(name, spawn(binary, ["rounds", appId, appCertificate, channel]))];
    } catch (error) {
      console.error(`left out: ${name.trim()}: ${(error as Error).message.split("\n")[0]}`);
      return [];
    }
  });
}

/** The program reads a line with a number of keys, makes them, and prints the nanoseconds. */
function drive(name: string, child: ChildProcessWithoutNullStreams): NativeEntrant {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    async run(keys) {
      child.stdin.write(`${keys}\n`);
      return Number((await lines.next()).value);
    },
    close: () => child.stdin.end(),
  };
}
