/** The bytes of base64 (RFC 4648, 4) with its padding and no stray bits; undefined if it is not. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const end = text.slice(-3);
  // What the padding leaves unused of the last character must be zero.
  if (end.endsWith("==") ? !/^[AQgw]/.test(end) : /[^AEIMQUYcgkosw048]=$/.test(end))
    return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
