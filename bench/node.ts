// The contenders side by side in Node: one key, then a batch. `npx node bench/node.ts [--quick]`

import { cpus } from "node:os";
import { createSigner } from "../dist/core.js";
import type { Fields, Mint, MintAsync } from "./contenders/contender.ts";
import { hashWasm } from "./contenders/hash-wasm.ts";
import { latchkey } from "./contenders/latchkey.ts";
import { native } from "./contenders/native.ts";
import { noble } from "./contenders/noble.ts";
import { nodeCrypto } from "./contenders/node-crypto.ts";
import { pureTypeScript } from "./contenders/pure-typescript.ts";
import { vendorStyle } from "./contenders/vendor-style.ts";
import { webCrypto } from "./contenders/web-crypto.ts";
import { type Entrant, measure, type Plan } from "./measure.ts";
import { print } from "./print.ts";
import { check, requests, vectorOf } from "./sample.ts";

const quick = process.argv.includes("--quick");
const plan: Plan = quick ? { rounds: 61, warmUpMs: 150, shareMs: 1 } : { rounds: 201, warmUpMs: 500, shareMs: 2 };
const BATCH = 1000;
let sink = 0;

const now = () => process.hrtime.bigint();
const since = (start: bigint) => Number(now() - start);

/** Reads into the key, as whoever sends it does: a string that is still in pieces is put together only then. */
const use = (key: string) => key.charCodeAt(45);

function timed(name: string, version: 4 | 5, mint: Mint): Entrant {
  const fields = requests(version);
  let n = 0;
  return {
    name,
    run(keys) {
      const start = now();
      for (let i = 0; i < keys; i++) sink += use(mint(fields[n++ & 1023] as Fields));
      return since(start);
    },
  };
}

function timedAsync(name: string, version: 4 | 5, mint: MintAsync): Entrant {
  const fields = requests(version);
  let n = 0;
  return {
    name,
    async run(keys) {
      const start = now();
      for (let i = 0; i < keys; i++) sink += use(await mint(fields[n++ & 1023] as Fields));
      return since(start);
    },
  };
}

console.log(`Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores; ${plan.rounds} interleaved rounds, medians`);
const natives = native();

for (const version of [4, 5] as const) {
  const vector = vectorOf(version);
  const { appId, appCertificate } = vector;
  const makers: [string, (appId: string, appCertificate: string) => Mint | Promise<Mint>][] = [
    ["latchkey", latchkey],
    ["pure TypeScript, midstates", pureTypeScript],
    ["createHmac, lean, KeyObject", nodeCrypto],
    ["@noble/hashes, midstates", noble],
    ["hash-wasm", hashWasm],
  ];
  if (version === 4) makers.push(["createHmac, the vendor's style", vendorStyle]);
  const entrants: Entrant[] = [];
  for (const [name, make] of makers) {
    const mint = await make(appId, appCertificate);
    await check(name, vector, mint);
    entrants.push(timed(name, version, mint));
  }
  const viaWebCrypto = await webCrypto(appId, appCertificate);
  await check("WebCrypto", vector, viaWebCrypto);
  entrants.push(timedAsync("WebCrypto, key cached", version, viaWebCrypto));
  print(`One version-${version} key`, await measure(entrants, plan));
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
    run(keys) {
      const start = now();
      for (let left = keys; left > 0; left -= BATCH) {
        const { uid, randomInt, ...shared } = fields[n++ & 1023] as Fields;
        sink += signer.channelKeys(shared, uids, randomInts).length;
      }
      return (since(start) * keys) / (Math.ceil(keys / BATCH) * BATCH);
    },
  };
  const entrants = [batch, timed("createHmac loop, lean, KeyObject", version, loop)];
  if (version === 4) entrants.push(...natives);
  print(`A batch of ${BATCH} version-${version} keys, per key`, await measure(entrants, plan));
}
for (const { close } of natives) close();
if (sink === 0) throw new Error("nothing was made");
