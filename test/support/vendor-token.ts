// Reads a 007 token with the vendor's own library, `agora-token`, which also verifies it.

import { createRequire } from "node:module";

/** Its own fields are named `__uid` and the like. */
interface VendorService {
  service_type(): number;
}

interface VendorToken {
  appId: Buffer;
  issueTs: number;
  expire: number;
  salt: number;
  services: VendorService[];
  from_string(token: string): boolean;
  verifySignature(certificate: string): boolean;
}

const { AccessToken2 }: { AccessToken2: new (...none: string[]) => VendorToken } = createRequire(
  import.meta.url,
)("agora-token/src/AccessToken2.js");

export interface ReadToken {
  readonly appId: string;
  readonly issueTs: number;
  readonly expire: number;
  readonly salt: number;
  /** Of each service its type's number, its own fields as the vendor names them, and privileges. */
  readonly services: readonly Record<string, unknown>[];
}

/** Throws unless the vendor's code can read the token, and the certificate has signed it. */
export function readVendorToken(text: string, certificate: string): ReadToken {
  const token = new AccessToken2("", "");
  if (!token.from_string(text) || !token.verifySignature(certificate))
    throw new Error("The vendor's code does not accept this token");
  const services = token.services.map((service) => ({
    type: service.service_type(),
    ...Object.fromEntries(
      Object.entries(service)
        .filter(([name]) => name.startsWith("__") && name !== "__type")
        .map(([name, value]) => [name.slice(2), Buffer.isBuffer(value) ? value.toString() : value]),
    ),
  }));
  const { appId, issueTs, expire, salt } = token;
  return { appId: String(appId), issueTs, expire, salt, services };
}
