// Access tokens in Node: ours, the vendor's libraries, three ways of node:crypto, @noble/hashes.

import { Buffer } from "node:buffer";
import { createHmac, createSecretKey, hash } from "node:crypto";
import { createRequire } from "node:module";
import { crc32, deflateSync } from "node:zlib";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { createSigner } from "latchkey";
import { type MintToken, numberKey, Packer006, Packer007 } from "./token-contender.ts";

type Maker = (appId: string, appCertificate: string) => MintToken;

const privilegesOf = (end: number) => ({
  joinChannel: end,
  publishAudio: end,
  publishVideo: end,
  publishData: end,
});

export const latchkey007: Maker = (appId, appCertificate) => {
  const signer = createSigner({ appId, appCertificate });
  return ({ channel, uid, salt, issueTs, end }) =>
    signer.accessToken({
      version: 7,
      issueTs,
      expire: end,
      salt,
      services: [{ type: "rtc", channel, uid, privileges: privilegesOf(end) }],
    });
};

export const latchkey006: Maker = (appId, appCertificate) => {
  const signer = createSigner({ appId, appCertificate });
  return ({ channel, uid, salt, end: ts }) =>
    signer.accessToken({ version: 6, channel, uid, salt, ts, privileges: privilegesOf(ts) });
};

/** agora-token: the builder's own steps, with the issue time and salt given. */
export const asShipped007: Maker = (appId, appCertificate) => {
  const { AccessToken2, ServiceRtc } = createRequire(import.meta.url)(
    "agora-token/src/AccessToken2.js",
  );
  return ({ channel, uid, salt, issueTs, end }) => {
    const token = new AccessToken2(appId, appCertificate, issueTs, end);
    token.salt = salt;
    const service = new ServiceRtc(channel, uid);
    for (let number = 1; number <= 4; number++) service.add_privilege(number, end);
    token.add_service(service);
    return token.build();
  };
};

/** agora-access-token, likewise. */
export const asShipped006: Maker = (appId, appCertificate) => {
  const { AccessToken } = createRequire(import.meta.url)("agora-access-token/src/AccessToken.js");
  return ({ channel, uid, salt, end }) => {
    const token = new AccessToken(appId, appCertificate, channel, uid);
    token.salt = salt;
    token.ts = end;
    for (let number = 1; number <= 4; number++) token.addPriviledge(number, end);
    return token.build();
  };
};

/** createHmac three times, and zlib at level 6, as the vendor's samples do it; no copies. */
export const deflated007: Maker = (appId, appCertificate) => {
  const packer = new Packer007(appId);
  const { bytes } = packer;
  const sign = (key: Buffer, message: Buffer | string) =>
    createHmac("sha256", key).update(message).digest();
  return (fields) => {
    const end = packer.pack(fields);
    const k1 = sign(numberKey(fields.issueTs), appCertificate);
    const k2 = sign(numberKey(fields.salt), k1);
    bytes.set(sign(k2, bytes.subarray(Packer007.BODY, end)), Packer007.SIGNATURE);
    const stream = deflateSync(bytes.subarray(Packer007.CONTENT, end), { level: 6 });
    return `007${stream.toString("base64")}`;
  };
};

/**
 * As little work as node:crypto allows: HMAC from one-shot hashes, which with changing keys take a
 * fifth of createHmac; k1 kept while the second lasts; a stored block.
 */
export const lean007: Maker = (appId, appCertificate) => {
  const packer = new Packer007(appId);
  const { bytes } = packer;
  const inner = Buffer.alloc(576);
  const outer = Buffer.alloc(96);
  function sign(key: Uint8Array, message: Uint8Array): Buffer {
    inner.fill(0x36, 0, 64);
    outer.fill(0x5c, 0, 64);
    for (let i = 0; i < key.length; i++) {
      inner[i] = (key[i] as number) ^ 0x36;
      outer[i] = (key[i] as number) ^ 0x5c;
    }
    inner.set(message, 64);
    outer.set(hash("sha256", inner.subarray(0, 64 + message.length), "buffer"), 64);
    return hash("sha256", outer, "buffer");
  }
  const certificate = Buffer.from(appCertificate, "latin1");
  let second = -1;
  let k1: Uint8Array = certificate;
  return (fields) => {
    if (fields.issueTs !== second) {
      second = fields.issueTs;
      k1 = sign(numberKey(second), certificate);
    }
    const end = packer.pack(fields);
    const k2 = sign(numberKey(fields.salt), k1);
    bytes.set(sign(k2, bytes.subarray(Packer007.BODY, end)), Packer007.SIGNATURE);
    return packer.storedText(end);
  };
};

export const lean006: Maker = (appId, appCertificate) => {
  const packer = new Packer006(appId);
  const key = createSecretKey(Buffer.from(appCertificate, "latin1"));
  return (fields) =>
    packer.text(createHmac("sha256", key).update(packer.pack(fields, crc32)).digest());
};

export const noble007: Maker = (appId, appCertificate) => {
  const packer = new Packer007(appId);
  const certificate = Buffer.from(appCertificate, "latin1");
  return (fields) => {
    const end = packer.pack(fields);
    const k1 = hmac(sha256, numberKey(fields.issueTs), certificate);
    const k2 = hmac(sha256, numberKey(fields.salt), k1);
    const body = packer.bytes.subarray(Packer007.BODY, end);
    packer.bytes.set(hmac(sha256, k2, body), Packer007.SIGNATURE);
    return packer.storedText(end);
  };
};

export const noble006: Maker = (appId, appCertificate) => {
  const packer = new Packer006(appId);
  const keyed = hmac.create(sha256, Buffer.from(appCertificate, "latin1"));
  return (fields) => packer.text(keyed.clone().update(packer.pack(fields, crc32)).digest());
};
