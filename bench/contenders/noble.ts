// @noble/hashes, with the HMAC's midstates kept: each key clones a hash that has its key already.

import { Buffer } from "node:buffer";
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { key4, type Mint, message4, Packer5 } from "./contender.ts";

export function noble(appId: string, appCertificate: string): Mint {
  const text = hmac.create(sha1, utf8ToBytes(appCertificate));
  const raw = hmac.create(sha1, hexToBytes(appCertificate));
  const packer = new Packer5(appId);
  return (fields) => {
    if (fields.version === 4) {
      return key4(
        appId,
        bytesToHex(
          text
            .clone()
            .update(utf8ToBytes(message4(appId, fields)))
            .digest(),
        ),
        fields,
      );
    }
    const signature = bytesToHex(raw.clone().update(packer.message(fields)).digest()).toUpperCase();
    return `005${Buffer.from(packer.content(signature, fields)).toString("base64")}`;
  };
}
