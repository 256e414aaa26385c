// Anybody may paste any text into the inspector. It is read or refused, and never called valid if
// we did not sign it.

import { createSigner, inspect } from "latchkey";
import type { ServiceKeyCaller } from "../../src/auth/caller.ts";
import type { Context, Deployment } from "../../src/config/deployment.ts";
import type { Config } from "../../src/config/settings.ts";
import { inspectKey } from "../../src/inspection/inspect-key.ts";
import { MalformedKeyError } from "../../src/keys/parse.ts";
import { fuzz, type Random } from "../support/fuzz.ts";
import { randomHex } from "../support/settings.ts";

const appId = randomHex(32);
const certificate = randomHex(32);
const previous = randomHex(32);
const signers = [certificate, previous].map((appCertificate) =>
  createSigner({ appId, appCertificate }),
);
const shared = { channel: "room-1", unixTs: 1_800_000_000, randomInt: 58_964_981 };
const SERVICES = ["mediaChannel", "recording", "publicSharing"] as const;
const genuine = signers.flatMap((signer) => [
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
const isGenuine = new Set(genuine);

const context: Context<ServiceKeyCaller> = {
  deployment: {
    config: { appId, appCertificate: certificate, appCertificatePrevious: previous } as Config,
  } as Deployment,
  caller: { kind: "serviceKey" },
  now: shared.unixTs,
  waitUntil: () => undefined,
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
      return random.text(CHARACTERS, 130);
    case 8:
    case 9:
      return key.startsWith("005")
        ? mutateContent(random, key)
        : key.slice(0, at) + character + key.slice(at + 1);
    default:
      return key.slice(0, at) + character + key.slice(at + 1);
  }
}

/** Changes the packed bytes under the base64. */
function mutateContent(random: Random, key: string): string {
  const bytes = [...Buffer.from(key.slice(3), "base64")];
  for (let i = 1 + random.below(3); i > 0; i--) {
    const at = random.below(bytes.length);
    if (random.chance(70)) bytes[at] = random.pick([0, 1, 2, 3, 4, 16, 40, 255, random.below(256)]);
    else bytes.splice(at, random.below(3), ...random.bytes(random.below(3)));
  }
  return `005${Buffer.from(bytes).toString("base64")}`;
}

fuzz(
  "1,000,000 mutated keys: read or malformed, with no other exception, and none that we did not sign is valid",
  1_000_000,
  (random) => {
    let key = random.pick(genuine);
    for (let i = random.pick([1, 1, 1, 2, 5]); i > 0; i--) key = mutate(random, key);
    try {
      inspect(key);
    } catch (error) {
      // By its name: the built library has a class of its own.
      if (
        !(error instanceof TypeError) ||
        error.name !== MalformedKeyError.prototype.constructor.name
      )
        throw error;
      if (key.length > 8 && error.message.includes(key))
        throw new Error("the message quotes the key");
    }
    const { signature, verdict } = inspectKey(context, { key, channel: "room-1", uid: 42 });
    if ((signature === "valid") !== isGenuine.has(key))
      throw new Error(`${JSON.stringify(key)} is said to be ${signature}`);
    if (verdict === "accepted" && !isGenuine.has(key))
      throw new Error(`${JSON.stringify(key)} is said to be accepted`);
  },
);
