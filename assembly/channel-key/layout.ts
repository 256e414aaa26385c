// Where the parts of the current key are. Assembling a key writes these offsets; signing it, and
// making others like it, reads them. An offset of 0 means that the key has no such part.

/** In MESSAGE. */
export let paddedLength: u32 = 0;
export let randomAt: u32 = 0;
export let uidAt: u32 = 0;

/** In OUTPUT. */
export let textLength: u32 = 0;
export let signatureInText: u32 = 0;
export let randomInText: u32 = 0;
export let uidInText: u32 = 0;

export function setMessage(padded: u32, random: u32, uid: u32): void {
  paddedLength = padded;
  randomAt = random;
  uidAt = uid;
}

export function setText(length: u32, signature: u32, random: u32, uid: u32): void {
  textLength = length;
  signatureInText = signature;
  randomInText = random;
  uidInText = uid;
}
