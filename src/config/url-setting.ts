// The settings that are addresses of other services.

import * as v from "valibot";

const URL_MESSAGE = "must be an https URL";
const BARE_MESSAGE = "must be without user, password and fragment";
const BASE_MESSAGE = "must be a host and a path alone, without // in the path";

/** A user and a password in an address would be a secret that stands in the open. */
export const httpsUrl = v.pipe(
  v.string("must be text"),
  v.transform((value) => URL.parse(value)),
  v.custom<URL>((url) => url instanceof URL && isSecure(url), URL_MESSAGE),
  v.check(({ username, password, hash }) => !(username || password || hash), BARE_MESSAGE),
);

/** What a path is added to. In a path that begins with //, what follows may be read as a host. */
export const httpsBaseUrl = v.pipe(
  httpsUrl,
  v.check(({ search, pathname }) => search === "" && !pathname.includes("//"), BASE_MESSAGE),
);

/** Plain http is for a service on the same machine alone. */
function isSecure({ protocol, hostname }: URL): boolean {
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && isLoopback);
}
