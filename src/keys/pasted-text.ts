// A key or token that was changed on its way into a text field: what it was, and what happened to
// it.

import type { PasteMistake } from "./findings.ts";
import { PREFIX_5 } from "./layout.ts";
import { type Credential, readCredential } from "./read-credential.ts";
import { CONTENT_STARTS, tokenVersion } from "./token/read-token.ts";

export interface PastedText {
  /** Without the mistakes. */
  readonly text: string;
  readonly mistakes: readonly PasteMistake[];
  /** Left out if `text` is no key or token either. */
  readonly credential?: Credential;
}

const QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb,;";
/** Beside what \s matches: spaces of no width, and the soft hyphen. */
const INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad";

/** Undoes what is usually done to a key. The work grows with the text's length, and no faster. */
export function readPasted(pasted: string): PastedText {
  const mistakes: PasteMistake[] = [];
  const decoded = decodePercent(decodePercent(pasted));
  if (decoded !== pasted) mistakes.push("url_encoded");
  const { inner, around } = strip(decoded);
  if (Array.from(around).some((sign) => QUOTES.includes(sign))) mistakes.push("quoted");
  const joined = inner.replace(/[\r\n]+[ \t]*/g, "");
  if (/[\r\n]/.test(decoded)) mistakes.push("line_breaks");
  const isSpaced = Array.from(around).some((sign) => isSpace(sign) && !/[\r\n]/.test(sign));

  const withoutSpaces = Array.from(joined, (sign) => (isSpace(sign) ? "" : sign)).join("");
  const variants: [text: string, mistake: PasteMistake | undefined][] =
    withoutSpaces === joined
      ? [[joined, undefined]]
      : [
          [joined.replaceAll(" ", "+"), "space_for_plus"],
          [withoutSpaces, "white_space"],
        ];
  for (const [variant, mistake] of variants) {
    const key = readBase64(variant);
    if (!key) continue;
    const spaces = isSpaced && mistake !== "white_space" ? (["white_space"] as const) : [];
    return {
      ...key,
      mistakes: [...mistakes, ...spaces, ...(mistake ? [mistake] : []), ...key.mistakes],
    };
  }
  if (isSpaced || withoutSpaces !== joined) mistakes.push("white_space");
  return { text: withoutSpaces, mistakes };
}

/** The key or token, if there is one once its base64 is written as the vendor does. */
function readBase64(text: string): Required<PastedText> | undefined {
  const standard = toStandardBase64(text);
  const padded = pad(standard);
  for (const candidate of new Set([text, standard, padded])) {
    const read = readCredential(candidate);
    if (!read.ok) continue;
    const mistakes: PasteMistake[] = [];
    if (candidate !== text && standard !== text) mistakes.push("url_safe_base64");
    if (candidate === padded && padded !== standard) mistakes.push("missing_padding");
    return { text: candidate, mistakes, credential: read.value };
  }
  return undefined;
}

/** The two signs in which url-safe base64 (RFC 4648, 5) differs, in a text of versions 5 to 7. */
export function toStandardBase64(text: string): string {
  return base64Start(text) === undefined ? text : text.replaceAll("-", "+").replaceAll("_", "/");
}

/** Where the base64 begins in a text of versions 5 to 7. */
function base64Start(text: string): number | undefined {
  if (text.startsWith(PREFIX_5)) return PREFIX_5.length;
  const version = tokenVersion(text);
  return version && CONTENT_STARTS[version];
}

function pad(text: string): string {
  const start = base64Start(text);
  if (start === undefined) return text;
  let end = text.length;
  while (text[end - 1] === "=") end--;
  return text.slice(0, end) + "=".repeat((4 - ((((end - start) % 4) + 4) % 4)) % 4);
}

/** `decodeURIComponent` throws where a sign is wrong, and joins bytes: a key is ASCII. */
function decodePercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** What is within white space and quotes, in any order, and what they are. */
function strip(text: string): { inner: string; around: string } {
  const isAround = (sign = "") => sign !== "" && (QUOTES.includes(sign) || isSpace(sign));
  let start = 0;
  let end = text.length;
  while (start < end && isAround(text[start])) start++;
  while (end > start && isAround(text[end - 1])) end--;
  return { inner: text.slice(start, end), around: text.slice(0, start) + text.slice(end) };
}

function isSpace(sign: string): boolean {
  return INVISIBLE.includes(sign) || /\s/.test(sign);
}
