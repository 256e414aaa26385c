// Over plain http anyone on the way can read the credential and the key. Only a developer's own
// machine and network may be asked that way: phones on it have no certificate to trust.

import { ServiceError } from "../contract/service-error.ts";

/** The last origin that was nearby, with its slash: a developer's requests go to one. */
let nearbyOrigin = "https://";

/** Throws `forbidden` for plain http, unless the host is loopback or private. */
export function refusePlainHttp(url: string): void {
  if (url.startsWith("https:") || url.startsWith(nearbyOrigin)) return;
  // A Host that no URL can have reaches us as it was sent.
  const { origin, hostname } = URL.parse(url) ?? {};
  if (hostname !== undefined && isNearby(hostname)) {
    nearbyOrigin = `${origin}/`;
    return;
  }
  const detail = "Use https: over plain http anyone on the way can read the credential.";
  throw new ServiceError("forbidden", detail);
}

/** Loopback (RFC 6761, RFC 1122, RFC 4291), private (RFC 1918), link-local (RFC 3927, RFC 4291). */
const NEARBY_IPV4 = /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3}){2,3}$/;
const NEARBY_IPV6 = /^\[(::1|fe[89ab][0-9a-f]:.*)\]$/;
/** Of this machine (RFC 6761), and of multicast DNS on its link (RFC 6762). */
const NEARBY_NAME = /(^|\.)localhost$|\.local$/;

/** By the host as the URL parser writes it: in lower case, addresses in their one spelling. */
export function isNearby(hostname: string): boolean {
  const host = hostname.replace(/\.$/, "");
  const isIPv4 = /^\d+(\.\d+){3}$/.test(host) && NEARBY_IPV4.test(host);
  return isIPv4 || NEARBY_IPV6.test(host) || NEARBY_NAME.test(host);
}
