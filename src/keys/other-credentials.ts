// Texts that people take for a key or token: what is left of one, and grants.

import { MAP_SIZES, PACKED_LAYOUT, PREFIX_5, place, TEXT_LAYOUTS } from "./layout.ts";
import { parseKey } from "./parse.ts";
import { toStandardBase64 } from "./pasted-text.ts";
import { CONTENT_STARTS, readToken } from "./token/read-token.ts";
import { EndsTooSoon } from "./unreadable.ts";
import { SERVICE_NUMBERS } from "./versions.ts";

/**
 * 006: the App ID, then base64 that begins with the signature's length, 32. 007: base64 of a zlib
 * stream, which begins with 78 and 01, 5E, 9C or DA (RFC 1950). A key can't begin like either:
 * versions 1 and 2 begin with any digits, but hold no I, and no capital before character 41.
 */
const ACCESS_TOKENS: readonly (readonly [version: 6 | 7, pattern: RegExp])[] = [
  [6, /^006[0-9a-fA-F]{32}IA[A-Za-z0-9+/=_-]*$/],
  [7, /^007e[AFJN][A-Za-z0-9+/=_-]*$/],
];

/** The version of a token of which the text is the beginning, or all but its first characters. */
function truncatedToken(text: string): 6 | 7 | undefined {
  for (const [version, pattern] of ACCESS_TOKENS) {
    const standard = toStandardBase64(text);
    if (readToken(`00${version}${standard}`).ok) return version;
    if (!pattern.test(text)) continue;
    // Whole groups of four characters, so that only their end is missing.
    const start = CONTENT_STARTS[version];
    const rest = standard.slice(start).replace(/=+$/, "");
    const whole = standard.slice(0, start) + rest.slice(0, rest.length - (rest.length % 4));
    const read = readToken(whole);
    if (!read.ok && read.errors[0] instanceof EndsTooSoon) return version;
  }
  return undefined;
}

/** Three parts in base64url, of which the first is a JSON object: `{"` is eyJ. */
const JWT_PATTERN = /^(?:Bearer)?(eyJ[\w-]*)\.([\w-]*)\.[\w-]*$/i;
/** The audience of every grant. */
const GRANT_AUDIENCE = "latchkey";

/** Which kind of JWT it claims to be. Nothing is verified. */
export function jwtKind(text: string): "grant" | "jwt" | undefined {
  const claims = JWT_PATTERN.exec(text)?.[2];
  if (claims === undefined) return undefined;
  try {
    const { aud } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return [aud].flat().includes(GRANT_AUDIENCE) ? "grant" : "jwt";
  } catch {
    return "jwt";
  }
}

/** Fewer signs than these could be anything. */
const PREFIX_SIZE = 3;
const PART_MIN_CHARACTERS = PREFIX_SIZE + 8;
/** Versions 1 and 2 begin with their signature: 40 hexadecimal digits alone are any SHA-1. */
const UNNAMED_PART_MIN_CHARACTERS = 41;

/** The versions that a text without its end, or without its first three characters, may be of. */
export function truncatedVersions(text: string): string | undefined {
  for (const version of [5, 4] as const)
    if (parseKey(`00${version}${text}`).ok) return `${version}`;
  const token = truncatedToken(text);
  if (token !== undefined) return `${token}`;
  if (text.length < PART_MIN_CHARACTERS) return undefined;
  if (beginsAsVersion5(text)) return "5";
  const versions = Array.from(TEXT_LAYOUTS.values(), ({ version }) => version).filter((version) =>
    beginsAs(version, text),
  );
  const prefixed = versions.filter((version) => version >= 3);
  return (prefixed.length > 0 ? prefixed : versions).join(" or ") || undefined;
}

/** What the digits of each segment of versions 1 to 4 are. */
const DIGITS: Readonly<Record<string, RegExp>> = {
  signature: /^[0-9a-f]*$/,
  appId: /^[0-9a-fA-F]*$/,
  randomInt: /^[0-9a-f]*$/,
};

function beginsAs(version: number, text: string): boolean {
  if (version < 3 && text.length < UNNAMED_PART_MIN_CHARACTERS) return false;
  const found = Array.from(TEXT_LAYOUTS).find(([, layout]) => layout.version === version);
  if (!found || text.length >= found[0]) return false;
  return place(found[1].layout).every(({ name, start, end }) => {
    const part = text.slice(start, end);
    return name === "version" ? part === `00${version}` : (DIGITS[name] ?? /^\d*$/).test(part);
  });
}

const PACKED_BYTES = place(PACKED_LAYOUT).at(-1)?.end ?? 0;
const SIGNATURE_END = place(PACKED_LAYOUT)[1]?.end ?? 0;
/** The bytes at which version 5 begins: a service of 1 to 4, and the signature's length, 40. */
const BEGINNINGS_5 = Object.values(SERVICE_NUMBERS).map((service) =>
  String.fromCharCode(service, 0, 40, 0),
);
function beginsAsVersion5(text: string): boolean {
  if (!text.startsWith(PREFIX_5)) return false;
  const base64 = toStandardBase64(text).slice(PREFIX_5.length).replace(/=?=$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(base64)) return false;
  const bytes = atob(base64.slice(0, base64.length - (base64.length % 4)));
  const begin = BEGINNINGS_5.findIndex((beginning) => bytes.startsWith(beginning));
  if (begin < 0 || !/^[0-9A-F]*$/.test(bytes.slice(4, SIGNATURE_END))) return false;
  const hasEntry = begin === BEGINNINGS_5.length - 1;
  return bytes.length < PACKED_BYTES + MAP_SIZES[hasEntry ? 1 : 0];
}
