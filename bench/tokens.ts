// Access tokens side by side in Node: one, then a batch. A part of `npm run bench -- node`.

import { inflateSync } from "node:zlib";
import { createSigner } from "latchkey";
import type { MintToken, MintTokenAsync, TokenFields } from "./contenders/token-contender.ts";
import {
  asShipped006,
  asShipped007,
  deflated007,
  latchkey006,
  latchkey007,
  lean006,
  lean007,
  noble006,
  noble007,
} from "./contenders/token-makers.ts";
import { webCrypto007 } from "./contenders/token-web-crypto.ts";
import { type Entrant, measure, type Plan } from "./measure.ts";
import type { Report } from "./report.ts";
import { requests } from "./sample.ts";

const BATCH = 1000;
/** The vendor's published App ID and certificate. */
export const PROJECT = [
  "970CA35de60c44645bbae8a215061b33",
  "5CFd2fd1755d40ecb72977518be15d3b",
] as const;
const LATCHKEY = "latchkey";
const SHIPPED = {
  6: "agora-access-token, as shipped",
  7: "agora-token, as shipped",
} as const;
const LEAN = {
  6: "createHmac, lean, KeyObject",
  7: "crypto.hash, lean, stored block",
} as const;

let sink = 0;
const now = () => process.hrtime.bigint();

/** A thousand requests; many fall into one second, as they do at a service. */
export function fieldsOf(version: 6 | 7): TokenFields[] {
  return requests(5).map(({ channel, uid, randomInt, unixTs }) => ({
    channel,
    uid,
    salt: randomInt,
    issueTs: unixTs,
    end: version === 7 ? 3600 : unixTs + 3600,
  }));
}

/** What a token says, whatever compressed it. */
export function contentOf(token: string): string {
  if (token.startsWith("006")) return token;
  return inflateSync(Buffer.from(token.slice(3), "base64")).toString("hex");
}

function timed(name: string, fields: readonly TokenFields[], mint: MintToken): Entrant {
  let n = 0;
  return {
    name,
    ...(name === LATCHKEY && { isOurs: true }),
    run(keys) {
      const start = now();
      for (let i = 0; i < keys; i++) sink += mint(fields[n++ & 1023] as TokenFields).charCodeAt(45);
      return Number(now() - start);
    },
  };
}

function timedAsync(name: string, fields: readonly TokenFields[], mint: MintTokenAsync): Entrant {
  let n = 0;
  return {
    name,
    async run(keys) {
      const start = now();
      for (let i = 0; i < keys; i++)
        sink += (await mint(fields[n++ & 1023] as TokenFields)).charCodeAt(45);
      return Number(now() - start);
    },
  };
}

/** Every contender must make the vendor's token before it is timed. */
async function check(
  name: string,
  fields: TokenFields,
  mint: MintToken | MintTokenAsync,
  expected: MintToken,
): Promise<void> {
  if (contentOf(await mint(fields)) !== contentOf(expected(fields)))
    throw new Error(`${name} makes a wrong token`);
}

const MAKERS = {
  6: [
    [LATCHKEY, latchkey006],
    [LEAN[6], lean006],
    ["@noble/hashes, midstates", noble006],
    [SHIPPED[6], asShipped006],
  ],
  7: [
    [LATCHKEY, latchkey007],
    [LEAN[7], lean007],
    ["createHmac, zlib level 6", deflated007],
    ["@noble/hashes, stored block", noble007],
    [SHIPPED[7], asShipped007],
  ],
} as const;

/** Adds the tables of tokens, and the ratios that are our goals, to a report. */
export async function measureTokens(report: Report, plan: Plan): Promise<void> {
  for (const version of [7, 6] as const) {
    const fields = fieldsOf(version);
    const first = fields[7] as TokenFields;
    const vendor = (version === 7 ? asShipped007 : asShipped006)(...PROJECT);
    const entrants: Entrant[] = [];
    for (const [name, make] of MAKERS[version]) {
      const mint = make(...PROJECT);
      await check(name, first, mint, vendor);
      entrants.push(timed(name, fields, mint));
    }
    if (version === 7) {
      const mint = webCrypto007(...PROJECT);
      await check("WebCrypto", first, mint, vendor);
      entrants.push(timedAsync("WebCrypto, keys imported each time", fields, mint));
    }
    const results = await measure(entrants, plan);
    report.table(`One 00${version} token for RTC`, results);
    const ratio = (what: string, other: string, goal: number) =>
      report.ratio(`one 00${version} token, ${what}`, results, LATCHKEY, other, goal);
    if (version === 7) {
      ratio("agora-token as shipped", SHIPPED[7], 50);
      ratio("the leanest node:crypto", LEAN[7], 3);
    } else ratio("createHmac with a KeyObject", LEAN[6], 5);
  }
  for (const version of [7, 6] as const) await measureBatch(version, report, plan);
  if (sink === 0) throw new Error("nothing was made");
}

async function measureBatch(version: 6 | 7, report: Report, plan: Plan): Promise<void> {
  const [appId, appCertificate] = PROJECT;
  const fields = fieldsOf(version);
  const signer = createSigner({ appId, appCertificate });
  const uids = Uint32Array.from(fields.slice(0, BATCH), ({ uid }) => uid);
  const salts = Uint32Array.from(fields.slice(0, BATCH), ({ salt }) => salt);
  let n = 0;
  const batch: Entrant = {
    name: "latchkey, accessTokens",
    isOurs: true,
    run(keys) {
      const start = now();
      for (let left = keys; left > 0; left -= BATCH) {
        const { channel, issueTs, end } = fields[n++ & 1023] as TokenFields;
        const privileges = {
          joinChannel: end,
          publishAudio: end,
          publishVideo: end,
          publishData: end,
        };
        sink += signer.accessTokens(
          version === 7
            ? { version, channel, issueTs, expire: end, privileges }
            : { version, channel, ts: end, privileges },
          uids,
          salts,
        ).length;
      }
      return (Number(now() - start) * keys) / (Math.ceil(keys / BATCH) * BATCH);
    },
  };
  const loop = (version === 7 ? lean007 : lean006)(...PROJECT);
  const results = await measure([batch, timed(`${LEAN[version]}: a loop`, fields, loop)], plan);
  report.table(`A batch of ${BATCH} tokens 00${version}, per token`, results);
  report.ratio(
    `batch of 1,000, 00${version}, a loop of the leanest`,
    results,
    batch.name,
    `${LEAN[version]}: a loop`,
    version === 7 ? 7 : 10,
  );
}
