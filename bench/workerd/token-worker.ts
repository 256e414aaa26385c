// Runs inside workerd: makes a number of RTC tokens with one contender and responds.

import { createSigner } from "latchkey";
import type { TokenFields } from "../contenders/token-contender.ts";
import { webCrypto007 } from "../contenders/token-web-crypto.ts";

interface Task {
  contender: "latchkey" | "batch" | "webCrypto";
  version: 6 | 7;
  appId: string;
  appCertificate: string;
  /** One token with these fields, to check it; or `tokens` of them, to time them. */
  fields: TokenFields;
  tokens?: number;
}

const BATCH = 1000;
const uids = Array.from({ length: BATCH }, (_, i) => (2882341273 + i) >>> 0);
const salts = Array.from({ length: BATCH }, (_, i) => (i * 0x9e3779b9) >>> 0);
let n = 0;

const next = (fields: TokenFields): TokenFields => ({
  ...fields,
  uid: ++n >>> 0,
  salt: (n * 0x9e3779b9) >>> 0,
});

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return new Response("ready");
    const { contender, version, appId, appCertificate, fields, tokens } =
      (await request.json()) as Task;
    const signer = createSigner({ appId, appCertificate });
    const { channel, issueTs, end } = fields;
    const privileges = {
      joinChannel: end,
      publishAudio: end,
      publishVideo: end,
      publishData: end,
    };
    const ours = ({ uid, salt }: TokenFields) =>
      version === 7
        ? signer.accessToken({
            version,
            issueTs,
            expire: end,
            salt,
            services: [{ type: "rtc", channel, uid, privileges }],
          })
        : signer.accessToken({ version, channel, uid, salt, ts: end, privileges });
    const times = version === 7 ? { version, issueTs, expire: end } : { version, ts: end };
    const shared = { ...times, channel, privileges } as Parameters<typeof signer.accessTokens>[0];
    const theirs = webCrypto007(appId, appCertificate);
    if (tokens === undefined) {
      if (contender === "webCrypto") return new Response(await theirs(fields));
      if (contender === "latchkey") return new Response(ours(fields));
      return new Response(signer.accessTokens(shared, [fields.uid], [fields.salt])[0]);
    }
    let sum = 0;
    if (contender === "batch") {
      for (let left = tokens; left > 0; left -= BATCH)
        sum += signer.accessTokens(shared, uids, salts).length;
    } else if (contender === "webCrypto") {
      for (let i = 0; i < tokens; i++) sum += (await theirs(next(fields))).charCodeAt(45);
    } else {
      for (let i = 0; i < tokens; i++) sum += ours(next(fields)).charCodeAt(45);
    }
    return new Response(String(sum));
  },
};
