// When a grant expires: the only thing that a client reads in it. Verifying it is for the service.

/** The Unix time of the `exp` claim; undefined if it can't be read. */
export function grantExpiry(grant: string): number | undefined {
  try {
    const payload = (grant.split(".")[1] as string).replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(payload)).exp;
  } catch {
    return undefined;
  }
}
