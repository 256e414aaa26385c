/** Whether a credential is one of the service keys. Every one is compared, and a comparison takes as long wherever the two differ. */
export function isServiceKey(offered: string, serviceKeys: readonly string[]): boolean {
  let found = 0;
  for (const serviceKey of serviceKeys) found |= equalsInConstantTime(offered, serviceKey);
  return found === 1;
}

/** 1 or 0. A grant, which is much longer, costs no more than a service key: what lies beyond `expected` counts by the length alone. */
function equalsInConstantTime(offered: string, expected: string): 0 | 1 {
  let difference = offered.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) {
    // Beyond the end of `offered` it is NaN, which counts as 0 here.
    difference |= offered.charCodeAt(i) ^ expected.charCodeAt(i);
  }
  return difference === 0 ? 1 : 0;
}
