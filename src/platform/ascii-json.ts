// JSON for people's screens, of names that come from outside. It is ASCII, so that no line
// separator, bidirectional mark or terminal escape in a name does anything to its reader.

type Replacer = (name: string, value: unknown) => unknown;

/** With `indent` its line breaks stay: JSON escapes those within text. */
export function asciiJson(value: unknown, replacer?: Replacer, indent?: number): string {
  return JSON.stringify(value, replacer, indent).replace(
    /[^\n\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
