// The one thing that a client reads in its grant: when it ends. It verifies nothing; that is the service's part.

/** The Unix time of the `exp` claim, or undefined if it can't be read. */
export function grantExpiry(grant: string): number | undefined {
  try {
    const payload = (grant.split(".")[1] as string).replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(payload)).exp;
  } catch {
    return undefined;
  }
}
