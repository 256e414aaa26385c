// Ours, as the package gives it.

import { createSigner } from "latchkey";
import type { Mint } from "./contender.ts";

export function latchkey(appId: string, appCertificate: string): Mint {
  const signer = createSigner({ appId, appCertificate });
  return (fields) => signer.channelKey(fields);
}
