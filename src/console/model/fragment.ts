// The link that `npm start` prints has the credential in its fragment. Browsers never send that.

/** The credential of `#key=…`; undefined if there is none. */
export function credentialIn(fragment: string): string | undefined {
  return (
    new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B")).get("key")?.trim() ||
    undefined
  );
}
