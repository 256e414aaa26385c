// The text of a grant, as far as a client looks into it. Verifying it is for the service.

/**
 * The text in what an app or its grant function gave: the text itself, or `{ grant }` as the
 * service's own response has it. undefined if it can't stand after `Bearer` in a header (RFC 6750,
 * 2.1), as with a line break in it, or is no JWT, which has two dots: it may be a service key.
 * White space around it is no part of it.
 */
export function toGrantText(given: unknown): string | undefined {
  const text = (given as { grant?: unknown } | null | undefined)?.grant ?? given;
  return typeof text === "string"
    ? /^\s*((?:[\w~+/-]+\.){2}[\w~+/-]*=*)\s*$/.exec(text)?.[1]
    : undefined;
}

/** The Unix time of the `exp` claim; undefined if it can't be read. */
export function grantExpiry(grant: string): number | undefined {
  try {
    const payload = (grant.split(".")[1] as string).replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(payload)).exp;
  } catch {
    return undefined;
  }
}
