// The link that `npm start` prints carries the credential in its fragment, which browsers send nowhere.

/** The credential of `#key=…`; undefined where there is none. */
export function credentialIn(fragment: string): string | undefined {
  return (
    new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B")).get("key")?.trim() ||
    undefined
  );
}
