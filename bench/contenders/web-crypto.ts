// WebCrypto with the key imported once, as most Workers would do it.

import { key4, type MintAsync, message4, Packer5 } from "./contender.ts";

const ALGORITHM = { name: "HMAC", hash: "SHA-1" };
const LOWER = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();

export async function webCrypto(appId: string, appCertificate: string): Promise<MintAsync> {
  const raw = Uint8Array.from(appCertificate.match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  const textKey = await crypto.subtle.importKey(
    "raw",
    encoder.encode(appCertificate),
    ALGORITHM,
    false,
    ["sign"],
  );
  const rawKey = await crypto.subtle.importKey("raw", raw, ALGORITHM, false, ["sign"]);
  const packer = new Packer5(appId);
  return async (fields) => {
    if (fields.version === 4) {
      const signature = await crypto.subtle.sign(
        "HMAC",
        textKey,
        encoder.encode(message4(appId, fields)),
      );
      return key4(appId, toHex(signature), fields);
    }
    const signature = await crypto.subtle.sign(
      "HMAC",
      rawKey,
      packer.message(fields) as Uint8Array<ArrayBuffer>,
    );
    const content = packer.content(toHex(signature).toUpperCase(), fields);
    return `005${btoa(String.fromCharCode(...content))}`;
  };
}

function toHex(bytes: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += LOWER[byte];
  return text;
}
