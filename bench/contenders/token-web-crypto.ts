// 007 by WebCrypto, which Workers have too: so nothing of Node is used here. The keys of 007 change
// with each token, so each is imported.

import type { MintTokenAsync, TokenFields } from "./token-contender.ts";

const ALGORITHM = { name: "HMAC", hash: "SHA-256" };
const SIGNATURE_AT = 9;
const BODY_AT = 41;
const ADLER_PRIME = 65521;

async function sign(key: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const raw = key as Uint8Array<ArrayBuffer>;
  const imported = await crypto.subtle.importKey("raw", raw, ALGORITHM, false, ["sign"]);
  return new Uint8Array(
    await crypto.subtle.sign("HMAC", imported, message as Uint8Array<ArrayBuffer>),
  );
}

function u32(value: number): Uint8Array {
  return new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
}

export function webCrypto007(appId: string, appCertificate: string): MintTokenAsync {
  const certificate = new TextEncoder().encode(appCertificate);
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put16 = (value: number) => {
    view.setUint16(at, value, true);
    at += 2;
  };
  const put32 = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const putText = (text: string) => {
    put16(text.length);
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  };
  view.setUint16(0, 0x7801);
  bytes[2] = 1;
  view.setUint16(7, 32, true);
  at = BODY_AT;
  putText(appId);
  const timesAt = at;

  return async ({ channel, uid, salt, issueTs, end }: TokenFields) => {
    at = timesAt;
    put32(issueTs);
    put32(end);
    put32(salt);
    for (const value of [1, 1, 4]) put16(value);
    for (let number = 1; number <= 4; number++) {
      put16(number);
      put32(end);
    }
    putText(channel);
    putText(uid === 0 ? "" : String(uid));
    const length = at;
    const k2 = await sign(u32(salt), await sign(u32(issueTs), certificate));
    bytes.set(await sign(k2, bytes.subarray(BODY_AT, length)), SIGNATURE_AT);
    view.setUint16(3, length - 7, true);
    view.setUint16(5, ~(length - 7), true);
    let a = 1;
    let b = 0;
    for (let i = 7; i < length; i++) {
      a += bytes[i] as number;
      b += a;
    }
    view.setUint32(length, ((b % ADLER_PRIME) << 16) | (a % ADLER_PRIME));
    return `007${btoa(String.fromCharCode(...bytes.subarray(0, length + 4)))}`;
  };
}
