// Anybody may paste any text into the inspector. It is read or refused, and never called valid if
// we did not sign it.

import { deflateSync, inflateSync } from "node:zlib";
import { createSigner, inspect } from "latchkey";
import type { ServiceKeyCaller } from "../../src/auth/caller.ts";
import type { Context, Deployment } from "../../src/config/deployment.ts";
import type { Config } from "../../src/config/settings.ts";
import { inspectKey } from "../../src/inspection/inspect-key.ts";
import { readToken } from "../../src/keys/token/read-token.ts";
import { ACCESS_TOKEN_CONTENT_MAX_BYTES } from "../../src/platform/limits.ts";
import { NO_RECORD } from "../../src/telemetry/audit-event.ts";
import { fuzz, type Random } from "../support/fuzz.ts";
import { UNLIMITED } from "../support/service-keys.ts";
import { randomHex } from "../support/settings.ts";

const appId = randomHex(32);
const certificate = randomHex(32);
const previous = randomHex(32);
const signers = [certificate, previous].map((appCertificate) =>
  createSigner({ appId, appCertificate }),
);
const shared = { channel: "room-1", unixTs: 1_800_000_000, randomInt: 58_964_981 };
const SERVICES = ["mediaChannel", "recording", "publicSharing"] as const;
const now = shared.unixTs;
const forUser = { channel: "room-1", uid: 42, privileges: { joinChannel: 600, publishAudio: 0 } };
const genuine = signers.flatMap((signer) => [
  signer.accessToken({ version: 6, ...forUser, salt: 7, ts: now + 600 }),
  signer.accessToken({
    version: 6,
    rtmUserId: "42",
    salt: 7,
    ts: now,
    privileges: { rtmLogin: 0 },
  }),
  signer.accessToken({
    version: 7,
    issueTs: now,
    expire: 600,
    salt: 7,
    services: [
      { type: "rtc", ...forUser },
      { type: "apaas", roomUuid: "", userUuid: "u", role: -1, privileges: { user: 1 } },
      { type: "chat", userId: "alice", privileges: { user: 600 } },
      { type: "rtm2", userId: "a", permissions: { users: { read: ["b"] } }, privileges: {} },
    ],
  }),
  signer.accessToken({
    version: 7,
    issueTs: now,
    expire: 600,
    salt: 8,
    services: [{ type: "rtc", ...forUser }],
  }),
  signer.channelKey({ version: 1, ...shared }),
  ...([2, 3] as const).map((version) =>
    signer.channelKey({ version, ...shared, uid: 42, expiredTs: 0 }),
  ),
  ...SERVICES.flatMap((service) =>
    ([4, 5] as const).map((version) =>
      signer.channelKey({ version, service, ...shared, uid: 42, expiredTs: 0 }),
    ),
  ),
  signer.channelKey({
    version: 5,
    service: "inChannelPermission",
    permission: "noUpload",
    ...shared,
    uid: 42,
    expiredTs: 9,
  }),
]);
/** A token is its content: compression is not signed, so a token has many texts. */
const genuineContents = new Set(genuine.map(contentOf));
const isGenuine = (text: string) => genuineContents.has(contentOf(text));

function contentOf(text: string): string {
  if (!text.startsWith("007")) return text;
  const stream = Buffer.from(text.slice(3), "base64");
  try {
    return `007 ${inflateSync(stream, { maxOutputLength: 100_000 }).toString("hex")}`;
  } catch {
    return text;
  }
}

/** A token of 8 KB that would inflate to megabytes. */
const bomb = `007${deflateSync(Buffer.alloc(6_000_000)).toString("base64")}`;

const context: Context<ServiceKeyCaller> = {
  deployment: {
    config: { appId, appCertificate: certificate, appCertificatePrevious: previous } as Config,
  } as Deployment,
  caller: UNLIMITED,
  now,
  waitUntil: () => undefined,
  record: NO_RECORD,
};

const CHARACTERS = "0123456789abcdefABCDEF+/=zZ \0é\ud800";

function mutate(random: Random, key: string): string {
  const at = random.below(key.length + 1);
  const character = random.pick([...CHARACTERS]);
  switch (random.below(12)) {
    case 0:
      return key.slice(0, at) + key.slice(at + 1);
    case 1:
      return key.slice(0, at) + character + key.slice(at);
    case 2:
      return key.slice(0, at);
    case 3:
      return key + random.text(CHARACTERS, 30);
    case 4:
      return key.slice(0, at) + random.pick(genuine).slice(at);
    case 5:
      return random.pick(["001", "002", "003", "004", "005", "006", "007", ""]) + key.slice(3);
    case 6:
      return random.chance(50) ? key.toUpperCase() : key.toLowerCase();
    case 7:
      return random.chance(99) ? random.text(CHARACTERS, 130) : bomb;
    case 8:
    case 9:
      return /^00[567]/.test(key)
        ? mutateContent(random, key)
        : key.slice(0, at) + character + key.slice(at + 1);
    default:
      return key.slice(0, at) + character + key.slice(at + 1);
  }
}

/** Changes the packed bytes under the base64, or under the compression. */
function mutateContent(random: Random, key: string): string {
  const start = key.startsWith("006") ? 35 : 3;
  const bytes = Buffer.from(key.slice(start), "base64");
  const text = (mutated: Uint8Array) =>
    key.slice(0, start) + Buffer.from(mutated).toString("base64");
  if (!key.startsWith("007") || random.chance(30)) return text(mutateBytes(random, bytes));
  try {
    const content = inflateSync(bytes, { maxOutputLength: 100_000 });
    // What did not change is the same token, whatever it is compressed with.
    const mutated = random.chance(90) ? mutateBytes(random, content) : content;
    return text(deflateSync(mutated, { level: random.below(10) }));
  } catch {
    return text(mutateBytes(random, bytes));
  }
}

function mutateBytes(random: Random, content: Uint8Array): Uint8Array {
  const bytes = [...content];
  for (let i = 1 + random.below(3); i > 0; i--) {
    const at = random.below(bytes.length);
    if (random.chance(70)) bytes[at] = random.pick([0, 1, 2, 3, 4, 16, 40, 255, random.below(256)]);
    else bytes.splice(at, random.below(3), ...random.bytes(random.below(3)));
  }
  return Uint8Array.from(bytes);
}

fuzz(
  "1,000,000 mutated keys and tokens: read or malformed, with no exception, and none that we did not sign is valid",
  1_000_000,
  (random) => {
    let key = random.pick(genuine);
    for (let i = random.pick([1, 1, 1, 2, 5]); i > 0; i--) key = mutate(random, key);
    for (const { message } of inspect(key, { now }).findings) {
      if (key.length > 8 && message.includes(key)) throw new Error("a message quotes the key");
    }
    const token = readToken(key);
    if (token.ok && token.value.content.length > ACCESS_TOKEN_CONTENT_MAX_BYTES)
      throw new Error("it inflates beyond its bound");
    const said = inspectKey(context, { key: key.slice(0, 8_192), channel: "room-1", uid: 42 });
    const isValid = said.signature === "valid" || said.verdict === "accepted";
    if (isValid && !isGenuine(key)) throw new Error(`${JSON.stringify(key)} is said to be valid`);
    if (!isValid && genuine.includes(key))
      throw new Error(`${JSON.stringify(key)} is said to be ${said.signature}`);
  },
);
