// node:crypto with as little work as possible: the key made once as a KeyObject, no copies, no
// concatenated buffers.

import { Buffer } from "node:buffer";
import { createHmac, createSecretKey } from "node:crypto";
import { key4, type Mint, message4, Packer5 } from "./contender.ts";

export function nodeCrypto(appId: string, appCertificate: string): Mint {
  const textKey = createSecretKey(Buffer.from(appCertificate, "latin1"));
  const rawKey = createSecretKey(Buffer.from(appCertificate, "hex"));
  const packer = new Packer5(appId);
  return (fields) => {
    if (fields.version === 4) {
      return key4(
        appId,
        createHmac("sha1", textKey).update(message4(appId, fields)).digest("hex"),
        fields,
      );
    }
    const signature = createHmac("sha1", rawKey)
      .update(packer.message(fields))
      .digest("hex")
      .toUpperCase();
    const { buffer, byteOffset, byteLength } = packer.content(signature, fields);
    return `005${Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64")}`;
  };
}
