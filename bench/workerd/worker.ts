// Runs inside workerd: makes a number of keys with one contender and responds. The clock of a
// Worker stands still while it computes, so bench/workerd.ts measures the time outside.

import { createSigner } from "latchkey";
import type { Fields, Mint, MintAsync } from "../contenders/contender.ts";
import { pureTypeScript } from "../contenders/pure-typescript.ts";
import { webCrypto } from "../contenders/web-crypto.ts";

interface Task {
  contender: string;
  appId: string;
  appCertificate: string;
  /** One key with these fields, to check it; or `keys` of them, to time them. */
  fields: Fields;
  keys?: number;
}

const BATCH = 1000;
const uids = Array.from({ length: BATCH }, (_, i) => (2882341273 + i) >>> 0);
const randomInts = Array.from({ length: BATCH }, (_, i) => (i * 0x9e3779b9) >>> 0);
const minters = new Map<string, Mint | MintAsync>();
let n = 0;

async function minterOf({ contender, appId, appCertificate }: Task): Promise<Mint | MintAsync> {
  const known = minters.get(contender + appId);
  if (known) return known;
  let mint: Mint | MintAsync;
  if (contender === "webCrypto") mint = await webCrypto(appId, appCertificate);
  else if (contender === "pureTypeScript") mint = pureTypeScript(appId, appCertificate);
  else {
    const signer = createSigner({ appId, appCertificate });
    mint = (fields) => signer.channelKey(fields);
  }
  minters.set(contender + appId, mint);
  return mint;
}

const next = (fields: Fields): Fields => ({
  ...fields,
  uid: n++ >>> 0,
  randomInt: (n * 0x9e3779b9) >>> 0,
});

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return new Response("ready");
    const task = (await request.json()) as Task;
    const { contender, appId, appCertificate, fields, keys } = task;
    const mint = await minterOf(task);
    if (keys === undefined) return new Response(await mint(fields));
    const { uid: _uid, randomInt: _randomInt, ...shared } = fields;
    let sum = 0;
    if (contender === "batch") {
      const signer = createSigner({ appId, appCertificate });
      for (let left = keys; left > 0; left -= BATCH)
        sum += signer.channelKeys(shared, uids, randomInts).length;
    } else if (contender === "webCrypto") {
      for (let i = 0; i < keys; i++) sum += (await mint(next(fields))).charCodeAt(45);
    } else {
      for (let i = 0; i < keys; i++) sum += (mint as Mint)(next(fields)).charCodeAt(45);
    }
    return new Response(String(sum));
  },
};
