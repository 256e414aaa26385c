// The C programs of bench/native/: compiled once if there is a C compiler, then driven a round at a time over their stdin.

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

/** They hash and make no text: what the core's eight lanes could be at best, and with what WebAssembly has not. */
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

/** Those programs that this machine can build and run; says why for the others. */
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

/** The program reads how many keys to make, a line each time, and answers with the nanoseconds it took. */
function drive(name: string, child: ChildProcessWithoutNullStreams): NativeEntrant {
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    async run(keys) {
      child.stdin.write(`${keys}\n`);
      return Number((await answers.next()).value);
    },
    close: () => child.stdin.end(),
  };
}
