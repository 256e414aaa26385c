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
 * What `typeof` must say; of the platform's options: "function". Whether a channel or a version is
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
};

/** http(s), or a path of the page's own. The part before the slashes at the end is captured. */
const ADDRESS = /^(|(?:https?:\/)?\/[^\s?#@\\]*?)\/*$/i;

/** Throws a TypeError that names the option that is missing, wrong or unknown. */
export function checkOptions(options: KeySourceOptions): CheckedOptions {
  const { endpoint, endpoints, grant, ...wanted } = { ...options };
  const check = (name: string, isValid: unknown) => {
    if (!isValid) throw new TypeError(`${name}: missing, wrong or unknown option`);
  };
  const addresses = toAddresses(endpoints ?? [endpoint], wanted.fetch);
  check(endpoints ? "endpoints" : "endpoint", addresses.length && !(endpoint && endpoints));
  check("grant", typeof grant === "string" ? toGrantText(grant) : typeof grant === "function");
  check("channel", wanted.channel);
  for (const [name, value] of Object.entries(wanted)) {
    const isWhole = typeof value !== "number" || (value >= 0 && Number.isInteger(value));
    // No option is a bigint: null has the type of none.
    const type = typeof (value ?? 0n);
    check(name, value === undefined || (type === (TYPES[name] ?? "function") && isWhole));
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
