// An event as one line of JSON, in ASCII: names in it come from outside.

import { canBeNamed } from "../auth/service-keys.ts";
import type { Config } from "../config/settings.ts";
import { sha256Hex } from "../keys/sha-256.ts";
import { asciiJson } from "../platform/ascii-json.ts";
import { SECRET_MIN_HELD_CHARACTERS } from "../platform/limits.ts";
import type { AuditEvent } from "./audit-event.ts";

/** The secrets of a deployment that are known as text, but for short ones: names may hold those. */
export function secretTexts(config: Config): string[] {
  const { appCertificate = "", appCertificatePrevious = "", serviceKeys, grants } = config;
  return [
    appCertificate,
    appCertificatePrevious,
    config.agoraApi?.customerSecret ?? "",
    ...serviceKeys.plain.map(({ text }) => text),
    ...grants.secrets.map((bytes) => new TextDecoder().decode(bytes)),
  ].filter(({ length }) => length >= SECRET_MIN_HELD_CHARACTERS);
}

/** A grant, as any JWT; a service key; a channel key of version 5; an access token 007. */
const CREDENTIAL =
  /eyJ[\w-]{8,}\.[\w-]{16}|lk_[a-z\d-]+_[\w-]{43}|00(?:5(?:A[Qgw]|BA)AoA|7e[AJ])[\w+/]{40}/;

/** What stands between words that may be service keys, in ASCII JSON. */
const BETWEEN_WORDS = /(?:\\u.{4}|[^\w~+/=-])+/;

const REMOVED = "[removed]";

/**
 * `credential` is the one that the request came with. Somebody may name a channel or a user like a
 * secret by mistake: such a name is not written.
 */
export type WriteLine = (event: AuditEvent, credential: string) => string;

/**
 * Writes lines for a project's deployment with these secrets. Of named service keys the `hashes`
 * alone are known.
 */
export function createWriteLine(
  appId: string,
  secrets: readonly string[],
  hashes: ReadonlySet<string>,
): WriteLine {
  const known = secrets.flatMap(spellings).map((text) => asciiJson(text).slice(1, -1));
  // A channel key of versions 1 to 4, and a token 006, of this project.
  const keyOfProject = new RegExp(`[\\da-f]{40}${appId}\\d{10}|006${appId}`);
  const isNamedKey = (word: string) => canBeNamed(word) && hashes.has(sha256Hex(word));
  return (event, credential) => {
    const isSecret = (json: string) =>
      json.includes(credential) ||
      known.some((secret) => json.includes(secret)) ||
      CREDENTIAL.test(json) ||
      (json.includes(appId) && keyOfProject.test(json)) ||
      (hashes.size > 0 && json.split(BETWEEN_WORDS).some(isNamedKey));
    const line = asciiJson(event);
    if (!isSecret(line)) return line;
    return asciiJson(event, (_, value) =>
      typeof value === "string" && isSecret(asciiJson(value)) ? REMOVED : value,
    );
  };
}

/** Hexadecimal digits have two. */
function spellings(secret: string): string[] {
  const isHexadecimal = /^[\da-f]+$/i.test(secret);
  return isHexadecimal ? [secret.toLowerCase(), secret.toUpperCase()] : [secret];
}
