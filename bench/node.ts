// The contenders side by side in Node: one key, then a batch. `npm run bench -- node [--quick]`

import { createSigner } from "latchkey";
import { asShipped, PACKAGES } from "./contenders/as-shipped.ts";
import type { Fields, Mint, MintAsync } from "./contenders/contender.ts";
import { hashWasm } from "./contenders/hash-wasm.ts";
import { latchkey } from "./contenders/latchkey.ts";
import { native } from "./contenders/native.ts";
import { noble } from "./contenders/noble.ts";
import { nodeCrypto } from "./contenders/node-crypto.ts";
import { pureTypeScript } from "./contenders/pure-typescript.ts";
import { vendorStyle } from "./contenders/vendor-style.ts";
import { webCrypto } from "./contenders/web-crypto.ts";
import { measureFirstKeys } from "./first-key.ts";
import { type Entrant, measure, type Plan } from "./measure.ts";
import { measureParts } from "./parts.ts";
import { keepOnProcessor } from "./processor.ts";
import { Report } from "./report.ts";
import { check, requests, vectorOf } from "./sample.ts";
import { measureTokens } from "./tokens.ts";

const quick = process.argv.includes("--quick");
const plan: Plan = quick
  ? { rounds: 61, warmUpMs: 150, shareMs: 1 }
  : { rounds: 201, warmUpMs: 500, shareMs: 2 };
const BATCH = 1000;
let sink = 0;

const now = () => process.hrtime.bigint();
const since = (start: bigint) => Number(now() - start);

/** Reads a character of the key, as its sender will: only then is a string in pieces joined. */
const use = (key: string) => key.charCodeAt(45);

type Named = Pick<Entrant, "name" | "isOurs">;

function timed(named: Named, version: 4 | 5, mint: Mint): Entrant {
  const fields = requests(version);
  let n = 0;
  return {
    ...named,
    run(keys) {
      const start = now();
      for (let i = 0; i < keys; i++) sink += use(mint(fields[n++ & 1023] as Fields));
      return since(start);
    },
  };
}

function timedAsync(named: Named, version: 4 | 5, mint: MintAsync): Entrant {
  const fields = requests(version);
  let n = 0;
  return {
    ...named,
    async run(keys) {
      const start = now();
      for (let i = 0; i < keys; i++) sink += use(await mint(fields[n++ & 1023] as Fields));
      return since(start);
    },
  };
}

// Before the rest: a process that starts keeps to the processor of the one that starts it.
const firstKeys = await measureFirstKeys(quick ? 7 : 21);
const isOnOne = keepOnProcessor(0);

const report = new Report(
  "node",
  [
    `In Node: ${plan.rounds} interleaved rounds after ${plan.warmUpMs} ms of warm-up each`,
    ...(isOnOne ? ["all on one processor"] : []),
    "medians",
  ].join(", "),
);
const LATCHKEY = "latchkey";
const VENDOR = "createHmac, the vendor's style";
const LEAN = "createHmac, lean, KeyObject";
const PURE = "pure TypeScript, midstates";
const LOOP = "createHmac loop, lean, KeyObject";
const OPENSSL = "native OpenSSL EVP_MAC (C)";
const SHA_NI = "native SHA-NI, bare (C)";
const natives = native();

for (const version of [4, 5] as const) {
  const vector = vectorOf(version);
  const { appId, appCertificate } = vector;
  type Maker = Named & { make(appId: string, appCertificate: string): Mint | Promise<Mint> };
  const makers: Maker[] = [
    { name: LATCHKEY, isOurs: true, make: latchkey },
    { name: PURE, make: pureTypeScript },
    { name: LEAN, make: nodeCrypto },
    { name: "@noble/hashes, midstates", make: noble },
    { name: "hash-wasm", make: hashWasm },
    { name: PACKAGES[version], make: asShipped(version) },
  ];
  if (version === 4) makers.push({ name: VENDOR, make: vendorStyle });
  const entrants: Entrant[] = [];
  for (const { make, ...named } of makers) {
    const mint = await make(appId, appCertificate);
    await check(named.name, vector, mint);
    entrants.push(timed(named, version, mint));
  }
  const viaWebCrypto = await webCrypto(appId, appCertificate);
  await check("WebCrypto", vector, viaWebCrypto);
  entrants.push(timedAsync({ name: "WebCrypto, key cached" }, version, viaWebCrypto));
  const results = await measure(entrants, plan);
  report.table(`One version-${version} key`, results);
  const ratio = (what: string, other: string, goal: number) =>
    report.ratio(`one version-${version} key, ${what}`, results, LATCHKEY, other, goal);
  if (version === 4) {
    ratio("the vendor's style", VENDOR, 9);
    ratio("lean createHmac", LEAN, 5.5);
    ratio("pure TypeScript", PURE, 1.8);
  } else ratio("createHmac with a KeyObject", LEAN, 6);
}

for (const version of [4, 5] as const) {
  const vector = vectorOf(version);
  const signer = createSigner(vector);
  const loop = nodeCrypto(vector.appId, vector.appCertificate);
  const uids = Array.from({ length: BATCH }, (_, i) => (2882341273 + i) >>> 0);
  const randomInts = Array.from({ length: BATCH }, (_, i) => (i * 0x9e3779b9) >>> 0);
  const fields = requests(version);
  let n = 0;
  const batch: Entrant = {
    name: "latchkey, channelKeys",
    isOurs: true,
    run(keys) {
      const start = now();
      for (let left = keys; left > 0; left -= BATCH) {
        const { uid, randomInt, ...shared } = fields[n++ & 1023] as Fields;
        sink += signer.channelKeys(shared, uids, randomInts).length;
      }
      return (since(start) * keys) / (Math.ceil(keys / BATCH) * BATCH);
    },
  };
  const entrants = [batch, timed({ name: LOOP }, version, loop)];
  if (version === 4) entrants.push(...natives);
  const results = await measure(entrants, plan);
  report.table(`A batch of ${BATCH} version-${version} keys, per key`, results);
  const ratio = (what: string, other: string, goal: number) =>
    report.ratio(`batch of 1,000, version ${version}, ${what}`, results, batch.name, other, goal);
  ratio("a createHmac loop", LOOP, 17);
  if (version === 4) {
    ratio("native OpenSSL EVP_MAC", OPENSSL, 2.3);
    ratio("raw SHA-NI in C", SHA_NI, 1.2);
  }
}

await measureTokens(report, plan);

{
  const vector = vectorOf(4);
  const signer = createSigner(vector);
  const { channel, unixTs, expiredTs } = vector;
  const sizes = [10, 100, 1000, 10_000].map((size): Entrant => {
    const uids = Uint32Array.from({ length: size }, (_, i) => i);
    return {
      name: `batches of ${size}`,
      isOurs: true,
      keysPerRound: 10_000,
      run(keys) {
        const start = now();
        for (let left = keys; left > 0; left -= size) {
          sink += signer.channelKeys({ version: 4, channel, unixTs, expiredTs }, uids, uids).length;
        }
        return since(start);
      },
    };
  });
  report.table(
    "Batches of version-4 keys of different sizes, per key",
    await measure(sizes, { ...plan, rounds: 31 }),
  );
  report.table(
    "The first key of a new process: the core compiled, an instance, a signer, a key",
    firstKeys,
  );
}
for (const version of [4, 5] as const) {
  const { one, batch } = await measureParts(version, plan);
  report.table(`Where the time of one version-${version} key goes`, one);
  report.table(`Where the time of a version-${version} key of a batch goes`, batch);
}
report.end();
for (const { close } of natives) close();
if (sink === 0) throw new Error("nothing was made");
