// JSON.parse keeps the last of two members of the same name, other parsers the first. What two readers may read differently is
// refused (RFC 7519, section 4: claim names must be unique; RFC 8259, section 4).

const TOKENS = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}]/g;

/** The name that stands twice in one object of a JSON text; undefined if none does, or if the text is not JSON at all. */
export function duplicateMember(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, text, colon] of json.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (colon !== undefined) {
      const name = unescaped(text ?? "");
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
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
