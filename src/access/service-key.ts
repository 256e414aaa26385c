/**
 * Whether a credential is one of the service keys. Every one is compared, and each comparison takes the same time wherever the
 * two differ: it depends on the length of what was offered alone, which the caller knows.
 */
export function isServiceKey(offered: string, serviceKeys: readonly string[]): boolean {
  let found = 0;
  for (const serviceKey of serviceKeys) found |= equalsInConstantTime(offered, serviceKey);
  return found === 1;
}

/** 1 or 0. `expected` is never empty. */
function equalsInConstantTime(offered: string, expected: string): 0 | 1 {
  let difference = offered.length ^ expected.length;
  for (let i = 0; i < offered.length; i++) {
    difference |= offered.charCodeAt(i) ^ expected.charCodeAt(i % expected.length);
  }
  return difference === 0 ? 1 : 0;
}
