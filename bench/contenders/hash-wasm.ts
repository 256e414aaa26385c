// hash-wasm: the HMAC is made once and initialised again for each key.

import { Buffer } from "node:buffer";
import { createHMAC, createSHA1 } from "hash-wasm";
import { key4, type Mint, message4, Packer5 } from "./contender.ts";

export async function hashWasm(appId: string, appCertificate: string): Promise<Mint> {
  const text = await createHMAC(createSHA1(), appCertificate);
  const raw = await createHMAC(createSHA1(), Buffer.from(appCertificate, "hex"));
  const packer = new Packer5(appId);
  return (fields) => {
    if (fields.version === 4)
      return key4(appId, text.init().update(message4(appId, fields)).digest("hex"), fields);
    const signature = raw.init().update(packer.message(fields)).digest("hex").toUpperCase();
    return `005${Buffer.from(packer.content(signature, fields)).toString("base64")}`;
  };
}
