// Checks what an app passes in, so that a mistake shows at once and by its name. No message quotes
// a value: it may be a grant.

import { toGrantText } from "./grant.ts";
import type { KeyRequest, KeySourceOptions } from "./public-types.ts";

export interface CheckedOptions {
  endpoints: string[];
  /** The text, or the function that fetches one. */
  grant: KeySourceOptions["grant"];
  wanted: KeyRequest;
}

/**
 * What `typeof` must say. Whether a channel or a version is
 * a good one is for the service to say.
 */
const TYPES: Record<string, string> = {
  channel: "string",
  account: "string",
  sdkVersion: "string",
  platform: "string",
  service: "string",
  permission: "string",
  role: "string",
  privileges: "object",
  uid: "number",
  version: "number",
  expiresIn: "number",
  fetch: "function",
  now: "function",
  monotonicNow: "function",
  setTimeout: "function",
  clearTimeout: "function",
  random: "function",
};

const ADDRESS_RULE = "must be an address such as https://keys.example.com";
/** A service key has no dots. */
const GRANT_RULE =
  "must be a grant (a JWT), or a function that gets one. A service key must never be in a page";

/** http(s), or a path of the page's own. The part before the slashes at the end is captured. */
const ADDRESS = /^(|(?:https?:\/)?\/[^\s?#@\\]*?)\/*$/i;

/** Throws a TypeError that names the option, and says whether it is missing, wrong or unknown. */
export function checkOptions(options: KeySourceOptions): CheckedOptions {
  const { endpoint, endpoints, grant, ...wanted } = { ...options };
  const check = (name: string, value: unknown, isValid: unknown, rule: string) => {
    if (!isValid) throw new TypeError(`${name}: ${value === undefined ? "is missing" : rule}`);
  };
  const addresses = toAddresses(endpoints ?? [endpoint], wanted.fetch);
  if (endpoints) check("endpoints", endpoints, !endpoint, "can't stand beside endpoint");
  check(
    endpoints ? "endpoints" : "endpoint",
    endpoints ?? endpoint,
    addresses.length,
    ADDRESS_RULE,
  );
  const isGrant = typeof grant === "string" ? toGrantText(grant) : typeof grant === "function";
  check("grant", grant, isGrant, GRANT_RULE);
  check("channel", wanted.channel, wanted.channel, "must not be empty");
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    const type = value === null ? "null" : typeof value;
    const wantedType = TYPES[name];
    check(name, value, wantedType, "unknown option");
    check(name, value, type === wantedType, `must be of the type ${wantedType}, not ${type}`);
    const isWhole = typeof value !== "number" || (value >= 0 && Number.isInteger(value));
    check(name, value, isWhole, "must be a whole number");
  }
  // JSON will leave the functions out.
  return { endpoints: addresses, grant, wanted };
}

/** None if one of them can't be the address of a request. */
function toAddresses(endpoints: unknown, hasFetch: unknown): string[] {
  try {
    // A fetch of the app's own may know what a path means where there is no page.
    const page = hasFetch
      ? "http://page"
      : (globalThis as unknown as { location?: string }).location;
    return (endpoints as string[]).map((address) => {
      new URL(address, page);
      return (address.match(ADDRESS) as RegExpMatchArray)[1] as string;
    });
  } catch {
    return [];
  }
}
