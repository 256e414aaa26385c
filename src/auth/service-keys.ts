export interface ServiceKey {
  /** Its name: SERVICE_KEY or SERVICE_KEY_PREVIOUS. Never the key itself. */
  readonly id: string;
  readonly key: string;
}

/** The service key that a credential is. Compares with every key, in constant time. */
export function findServiceKey(
  credential: string,
  serviceKeys: readonly ServiceKey[],
): ServiceKey | undefined {
  let found: ServiceKey | undefined;
  for (const serviceKey of serviceKeys) {
    if (equalsInConstantTime(credential, serviceKey.key)) found ??= serviceKey;
  }
  return found;
}

/**
 * The time depends on the length of `expected` alone, so a long grant costs no more than a
 * service key. Written by hand: the runtime's `timingSafeEqual` needs bytes of equal length, and
 * the encoding of each credential costs more than this loop.
 */
function equalsInConstantTime(credential: string, expected: string): boolean {
  let difference = credential.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) {
    // Beyond the end of `credential` charCodeAt is NaN, which counts as 0.
    difference |= credential.charCodeAt(i) ^ expected.charCodeAt(i);
  }
  return difference === 0;
}
