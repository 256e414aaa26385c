// JSON.parse keeps the last of two members of the same name, other parsers the first. What two readers may read differently is
// refused (RFC 7519, section 4: claim names must be unique; RFC 8259, section 4).

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * The name that stands twice in one object of a JSON text; undefined if none does. Takes time linear in the text whatever it
 * is: of a text that is not JSON it says nothing useful, and that is for the parser to say.
 */
export function duplicateMember(json: string): string | undefined {
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
  while (at < json.length && json.charCodeAt(at) !== QUOTE)
    at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function isFollowedByColon(json: string, start: number): boolean {
  let at = start;
  while (" \t\r\n".includes(json.charAt(at)) && at < json.length) at++;
  return json.charCodeAt(at) === COLON;
}

/** "\u0075id" and "uid" are one name. */
function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return text;
  }
}
