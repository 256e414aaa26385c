// What is allowed and still worth a second look: `GET /ready` says it beside "ready".

import type { NamedProblem } from "../contract/responses.ts";
import type { Config } from "./settings.ts";

/**
 * These sign channel and user without a boundary, so that one signature is good for several of
 * them. The first 90 characters of version 2 are a key of version 1, and so are 90 of version 3.
 * A version-6 token for room-1 and uid 42 has the signature of one for room-14 and uid 2: the
 * checksums that tell them apart are not signed.
 */
const VERSIONS_WITHOUT_BOUNDARIES = [2, 3, 6];

const WEEK_SECONDS = 7 * 86_400;

export function settingWarnings(config: Config, nowSeconds: number): NamedProblem[] {
  const { hasExactTimes, grantKeyVersions, defaultKeyVersion, defaultExpiresInSeconds } = config;
  const warnings: NamedProblem[] = [];
  const warn = (name: string, message: string) => warnings.push({ name, message });
  if (/[A-F]/.test(config.appCertificate ?? "")) {
    const why = "all versions but 5 are signed with it as it is written";
    warn("APP_CERTIFICATE", `has capitals: compare it with the vendor's console, since ${why}`);
  }
  if (hasExactTimes) {
    const why = "a service key can date keys ahead, so that they outlive it. It is for tests";
    warn("EXACT_TIMES", `is on: ${why}`);
  }
  const unsafe = VERSIONS_WITHOUT_BOUNDARIES.filter((version) => grantKeyVersions.has(version));
  if (unsafe.length > 0) {
    const why = "a client can make of such a key one for another channel or user";
    warn("GRANT_KEY_VERSIONS", `has ${unsafe.join(", ")}: ${why}`);
  }
  if (grantKeyVersions.has(1)) {
    const why = "a key without user and end is for service keys alone";
    warn("GRANT_KEY_VERSIONS", `has 1, and still no grant yields it: ${why}`);
  }
  if (defaultKeyVersion === 1 && config.maxExpiresInSeconds > 0) {
    const why = "keys of version 1 never expire, so a request must name another version";
    warn("DEFAULT_KEY_VERSION", `is 1, and MAX_EXPIRES_IN is set: ${why}`);
  }
  if (!grantKeyVersions.has(defaultKeyVersion)) {
    const why = "a grant's request must name a version or an SDK that suits it";
    warn("DEFAULT_KEY_VERSION", `is ${defaultKeyVersion}, not in GRANT_KEY_VERSIONS: ${why}`);
  }
  if (defaultExpiresInSeconds === 0) {
    const why = "a key by grant may last as long as its grant, where that has no maxKeyExpiresIn";
    const what = "channel keys by service key never expire by default";
    warn("DEFAULT_EXPIRES_IN", `is 0: ${what}, and ${why}`);
  }
  for (const [i, { caller }] of config.serviceKeys.hashed.entries()) {
    const { notAfter = Number.POSITIVE_INFINITY } = caller.scope;
    if (notAfter - nowSeconds > WEEK_SECONDS) continue;
    const what = notAfter > nowSeconds ? "ends within a week" : "has ended";
    warn("SERVICE_KEYS", `entry ${i + 1} ${what}: make another key in time, and remove this one`);
  }
  return warnings;
}
