// Where the parts of the key being made lie: what assembling a key leaves for signing it, and for making others like it. An
// offset of 0 means that the part is not there.

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
