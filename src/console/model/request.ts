// Makes the body of a request from what was typed. It corrects nothing: the service says what is
// wrong with a field.

const NUMBERS: ReadonlySet<string> = new Set(["uid", "version", "expiresIn"]);

/**
 * An empty field is left out. Digits become a number where the contract has a number; anything else
 * stays as typed.
 */
export function requestBody(
  fields: Iterable<readonly [name: string, value: string]>,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, typed] of fields) {
    // A name may begin or end with a space.
    const value = name === "channel" || name === "account" ? typed : typed.trim();
    if (value === "") continue;
    body[name] = NUMBERS.has(name) && /^\d{1,15}$/.test(value) ? Number(value) : value;
  }
  return body;
}
