// JSON read strictly. JSON.parse keeps the last of two members with one name, other parsers keep
// the first. What two readers may read differently is refused (RFC 8259, section 4; RFC 7519,
// section 4).

import { failure, type Result, success } from "./result.ts";

/** JSON that is text already, and goes into a response as it is. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type JsonError =
  | { readonly kind: "malformed" }
  | { readonly kind: "duplicate"; readonly name: string };

export function parseJson(text: string): Result<unknown, JsonError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failure([{ kind: "malformed" }]);
  }
  const name = duplicateMember(text);
  return name === undefined ? success(value) : failure([{ kind: "duplicate", name }]);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** The name that stands twice in one object of a valid JSON text. Takes linear time. */
function duplicateMember(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === OPEN) open.push(new Set());
    else if (code === CLOSE) open.pop();
    else if (code === QUOTE) {
      const start = at + 1;
      at = closingQuote(json, start);
      const names = open.at(-1);
      if (names === undefined || !isFollowedByColon(json, at + 1)) continue;
      const name = unescaped(json.slice(start, at));
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}

function closingQuote(json: string, start: number): number {
  let at = start;
  while (json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/** Only the name of a member is followed by a colon, after white space if any. */
function isFollowedByColon(json: string, start: number): boolean {
  let at = start;
  while (json.charCodeAt(at) <= 0x20) at++;
  return json.charCodeAt(at) === COLON;
}

/** "\u0075id" and "uid" are one name. */
function unescaped(text: string): string {
  return text.includes("\\") ? JSON.parse(`"${text}"`) : text;
}
