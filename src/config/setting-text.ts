// What a setting is before it is checked: text. Vars of wrangler.toml may be numbers and booleans
// too, and what people paste brings white space, quotes and invisible characters with it.

/** Any setting that is given, as text where it is text, a number or a boolean. */
export function settingText(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "on" : "off";
  return value;
}

const BYTE_ORDER_MARK = /^\ufeff/;
const LINE_END_INSIDE = /\S\s*[\r\n]\s*\S/;
const SPACE_AROUND = /^\s|\s$/;
// Control and format characters, such as a zero-width space.
const INVISIBLE_AROUND = /^[\p{Cc}\p{Cf}]|[\p{Cc}\p{Cf}]$/u;
const QUOTES = /^(["'`“”‘’]).*["'`“”‘’]$/s;

/**
 * What stands around a text that does not belong to it, and what to do; undefined where nothing
 * does. A `list` may have white space and line ends.
 */
export function strayCharacters(text: string, { isList = false } = {}): string | undefined {
  if (BYTE_ORDER_MARK.test(text)) return "starts with a byte order mark (BOM): remove it";
  const bare = isList ? text.trim() : text;
  if (SPACE_AROUND.test(bare)) {
    return "starts or ends with white space, such as a line end: remove it";
  }
  if (INVISIBLE_AROUND.test(bare)) {
    return "starts or ends with an invisible character: remove it";
  }
  if (QUOTES.test(bare)) return "is in quotes: remove them";
  if (!isList && LINE_END_INSIDE.test(bare)) return "has a line end in it: write it in one line";
  return undefined;
}
