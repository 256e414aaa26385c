// What others throw or answer may quote the request, and with it the grant. This removes it.

/** A shorter text is no grant and no key, and may be a part of an ordinary word. */
const SECRET_MIN_LENGTH = 8;

/** JSON values without the secret ("" = not known), and without what looks like a JWT. */
export function redact<T>(value: T, secret: string): T {
  let text = JSON.stringify(value);
  // An error may quote only a part of it, such as the signature.
  for (const part of [secret, ...secret.split(".")])
    if (part.length >= SECRET_MIN_LENGTH) text = text.replaceAll(part, "...");
  // In base64, JSON begins with eyJ.
  return JSON.parse(text.replace(/eyJ[\w.~+/=-]*/g, "..."));
}

/**
 * A copy of what was thrown, to be the `cause` of an error. Its own cause becomes text. Other
 * properties are left out, since libraries attach the whole request.
 */
export function redactThrown(thrown: unknown, secret: string): unknown {
  try {
    const { name, message = `${thrown}`, stack, code, cause } = Object(thrown);
    const texts = { name, message, stack, code, cause: cause && `${cause}` };
    return Object.assign(new Error(), redact(texts, secret));
  } catch {
    // Its properties throw, or are no JSON.
    return undefined;
  }
}
