// A user, of a channel or of a grant. The vendor signs only a text: a uid in decimal, or an account
// as it is. So uid 42 and account "42" are one user, and whoever compares users compares texts.

import { isU32 } from "./fields.ts";
import type { TokenUser } from "./token/token-services.ts";

/** A uid (0 = anyone) or an account. */
export type User = TokenUser;

/** Not for uid 0, which means anyone and is no user. */
export function userText({ uid, account }: User): string {
  return account ?? String(uid);
}

/** Whether an account is the text of a uid. */
export function readsAsUid(account: string): boolean {
  return String(Number(account)) === account && isU32(Number(account));
}
