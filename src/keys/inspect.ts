import { diagnose } from "./diagnose.ts";
import { isChannel, isU32, wrongChannel, wrongU32 } from "./fields.ts";
import type { Finding } from "./findings.ts";
import type { InspectedKey } from "./parse.ts";
import type { InspectedToken006, InspectedToken007 } from "./token/read-token.ts";
import { assertAccount } from "./token/token-fields.ts";
import type { TokenUser } from "./token/token-services.ts";

export interface InspectOptions {
  /** Unix seconds; left out: the clock's. */
  readonly now?: number | undefined;
  /** The channel to join. */
  readonly channel?: string | undefined;
  /** Who joins: a uid (u32; 0 = any user), or an account. */
  readonly uid?: number | undefined;
  readonly account?: string | undefined;
}

type Said = InspectedKey | InspectedToken006 | InspectedToken007;
type SaidField = Said extends infer T ? (T extends Said ? keyof T : never) : never;
/** Where a format has no such field, it is undefined: `version` tells which there are. */
type WithFields<T> = T & { [F in Exclude<SaidField, keyof T>]?: undefined };
type EachWithFields = Said extends infer T ? (T extends Said ? WithFields<T> : never) : never;

/** A text without a key or token in it has findings alone. */
export type Inspection = (EachWithFields | WithFields<{ version?: undefined }>) & {
  findings: readonly Finding[];
};

/**
 * What a text says and what is wrong with it: a channel key (versions 1 to 5) or an access token (6
 * and 7), in the names of its format. It verifies nothing: only who has the certificate can check a
 * signature.
 *
 * It throws on no text: whatever is not a key or token has the finding `malformed`. Throws a
 * TypeError or RangeError that names the argument for anything that is not text, and for wrong
 * options.
 */
export function inspect(text: string, options: InspectOptions = {}): Inspection {
  if (typeof text !== "string") throw new TypeError("text: must be a string");
  const { now = Math.floor(Date.now() / 1000), channel } = options;
  if (!isU32(now)) throw wrongU32("now", now);
  if (channel !== undefined && (typeof channel !== "string" || !isChannel(channel)))
    throw wrongChannel(channel);
  const { credential, findings } = diagnose(text, { now, channel, user: userIn(options) });
  return { ...(credential?.key ?? credential?.token?.token), findings } as Inspection;
}

function userIn({ uid, account }: InspectOptions): TokenUser | undefined {
  if (uid !== undefined && account !== undefined)
    throw new TypeError("account: must not be given beside uid");
  if (uid !== undefined && !isU32(uid)) throw wrongU32("uid", uid);
  if (uid !== undefined) return { uid };
  if (account === undefined) return undefined;
  assertAccount("account", account);
  return { account };
}
