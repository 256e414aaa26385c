// What is allowed and still worth a second look: `GET /ready` says it beside "ready".

import type { NamedProblem } from "../contract/responses.ts";
import type { Config } from "./settings.ts";

/** Their signatures leave open where one field ends and the next begins. */
const VERSIONS_WITHOUT_BOUNDARIES = [1, 2, 3, 6];

export function settingWarnings(config: Config): NamedProblem[] {
  const warnings: NamedProblem[] = [];
  const warn = (name: string, message: string) => warnings.push({ name, message });
  if (/[A-F]/.test(config.appCertificate ?? "")) {
    const why = "versions 1 to 4 are signed with it as it is written";
    warn("APP_CERTIFICATE", `has capitals: compare it with the vendor's console, since ${why}`);
  }
  if (config.hasExactTimes) {
    warn("EXACT_TIMES", 'is "on": a service key can date keys ahead. It is for tests');
  }
  const unsafe = VERSIONS_WITHOUT_BOUNDARIES.filter((v) => config.grantKeyVersions.has(v));
  if (unsafe.length > 0) {
    const why = "a client can cut such a key into one for another channel or user";
    warn("GRANT_KEY_VERSIONS", `has ${unsafe.join(", ")}: ${why}`);
  }
  if (config.defaultExpiresInSeconds === 0) {
    warn("DEFAULT_EXPIRES_IN", "is 0: keys never expire unless a request or a limit says so");
  }
  return warnings;
}
