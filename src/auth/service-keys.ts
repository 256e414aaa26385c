/** Whether a credential is one of the service keys. Compares with every key, in constant time. */
export function isServiceKey(credential: string, serviceKeys: readonly string[]): boolean {
  let found = 0;
  for (const serviceKey of serviceKeys) found |= equalsInConstantTime(credential, serviceKey);
  return found === 1;
}

/**
 * 1 or 0. The time depends on the length of `expected` alone, so a long grant costs no more than a
 * service key. Written by hand: the runtime's `timingSafeEqual` needs bytes of equal length, and
 * the encoding of each credential costs more than this loop.
 */
function equalsInConstantTime(credential: string, expected: string): 0 | 1 {
  let difference = credential.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) {
    // Beyond the end of `credential` charCodeAt is NaN, which counts as 0.
    difference |= credential.charCodeAt(i) ^ expected.charCodeAt(i);
  }
  return difference === 0 ? 1 : 0;
}
