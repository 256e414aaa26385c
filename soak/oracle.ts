// What a key must be, computed without our code: by node:crypto from the table of formats, and some
// keys of version 5 by the vendor's own library as well.

import { createHmac, createSecretKey } from "node:crypto";
import { createRequire } from "node:module";

export interface Expected {
  readonly version: number;
  readonly channel: string;
  readonly uid: number;
  readonly issuedAt: number;
  readonly randomInt: number;
  /** 0 = never. */
  readonly expiresAt: number;
}

type Generate = (...fields: (string | number)[]) => string;
const vendor = createRequire(import.meta.url)("agora-access-token/src/DynamicKey5.js") as {
  readonly generateMediaChannelKey: Generate;
};
/** The vendor's library checks one of so many. */
const VENDOR_SAMPLE = 50;

export class Oracle {
  /** Keys that were right, and how many of those the vendor's library checked too. */
  verified = 0;
  verifiedByVendor = 0;
  readonly wrong: string[] = [];
  readonly #appId: string;
  readonly #certificate: string;
  readonly #textKey;
  readonly #rawKey;

  constructor(appId: string, certificate: string) {
    this.#appId = appId;
    this.#certificate = certificate;
    this.#textKey = createSecretKey(certificate, "latin1");
    this.#rawKey = createSecretKey(Buffer.from(certificate, "hex"));
  }

  check(key: unknown, expected: Expected): void {
    let isValid =
      key === (expected.version === 5 ? this.#version5(expected) : this.#text(expected));
    if (isValid && expected.version === 5 && this.verified % VENDOR_SAMPLE === 0) {
      const { channel, issuedAt, randomInt, uid, expiresAt } = expected;
      isValid =
        key ===
        vendor.generateMediaChannelKey(
          this.#appId,
          this.#certificate,
          channel,
          issuedAt,
          randomInt,
          uid,
          expiresAt,
        );
      this.verifiedByVendor++;
    }
    if (isValid) this.verified++;
    else this.wrong.push(`${String(key)} for ${JSON.stringify(expected)}`);
  }

  #text({ version, channel, uid, issuedAt, randomInt, expiresAt }: Expected): string {
    const decimal = (value: number) => String(value).padStart(10, "0");
    const shown = this.#appId + decimal(issuedAt) + randomInt.toString(16).padStart(8, "0");
    const user = decimal(uid) + decimal(expiresAt);
    const sign = (message: string) =>
      createHmac("sha1", this.#textKey).update(message).digest("hex");
    if (version === 4)
      return `004${sign(`ACS${shown}${channel}${user}`)}${shown}${decimal(expiresAt)}`;
    return `${version === 3 ? "003" : ""}${sign(shown + channel + user)}${shown}${user}`;
  }

  #version5({ channel, uid, issuedAt, randomInt, expiresAt }: Expected): string {
    const service = u16(1);
    const appId = string(Buffer.from(this.#appId, "hex"));
    const extra = u16(0);
    const message = [
      service,
      appId,
      u32(issuedAt),
      u32(randomInt),
      string(Buffer.from(channel)),
      u32(uid),
      u32(expiresAt),
      extra,
    ];
    const signature = createHmac("sha1", this.#rawKey)
      .update(Buffer.concat(message))
      .digest("hex")
      .toUpperCase();
    const content = [
      service,
      string(Buffer.from(signature)),
      appId,
      u32(issuedAt),
      u32(randomInt),
      u32(expiresAt),
      extra,
    ];
    return `005${Buffer.concat(content).toString("base64")}`;
  }
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function string(bytes: Buffer): Buffer {
  return Buffer.concat([u16(bytes.length), bytes]);
}
