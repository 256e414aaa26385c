// Did a certificate of this deployment sign it? What only who has the certificate can say.

import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Config } from "../config/settings.ts";
import type { Diagnosis } from "../keys/diagnose.ts";
import { appIdOf } from "../keys/read-credential.ts";
import { isHiddenFrom, scopeObjection } from "./inspection-scope.ts";
import { keySignature } from "./key-signature.ts";
import { type Asked, type SignatureInspection, unverified } from "./signature-inspection.ts";
import { tokenSignature } from "./token-signature.ts";

export function inspectSignature(
  caller: ServiceKeyCaller,
  config: Config,
  { credential, isExact }: Diagnosis,
  asked: Asked,
): SignatureInspection {
  const { appId, appCertificate, appCertificatePrevious } = config;
  if (!credential) return unverified("There is no channel key or access token to verify.");
  if (!isExact)
    return unverified("The text is not a key as it stands. Inspect it again, corrected.");
  if (appIdOf(credential).toLowerCase() !== appId.toLowerCase())
    return unverified("Its App ID is another project's, and only that project can verify it.");
  if (appCertificate === undefined)
    return unverified("This deployment has no certificate (KEY_MODE is app-id).");
  const objection = scopeObjection(caller, config, credential, asked.channel);
  if (objection !== undefined) return unverified(objection);
  const certificates = { current: appCertificate, previous: appCertificatePrevious };
  const signature = credential.key
    ? keySignature(credential.key, certificates, asked)
    : tokenSignature(credential.token, certificates, asked);
  if (!isHiddenFrom(caller, credential, signature)) return signature;
  return unverified("It does not show its service, and is not verified for the service key's.");
}
