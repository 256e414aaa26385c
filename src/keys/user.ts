// A user, of a channel or of a grant. The vendor signs only a text: a uid in decimal, or an account
// as it is. So uid 42 and account "42" are one user, and whoever compares users compares texts.

import { isU32 } from "./fields.ts";
import type { TokenUser } from "./token/token-services.ts";

/** A uid (0 = anyone) or an account. */
export type User = TokenUser;

/** Uid 0 is the empty text: anyone. (The text "0" is an account, and another user.) */
export function userText({ uid, account }: User): string {
  if (account !== undefined) return account;
  return uid === 0 ? "" : String(uid);
}

/** A text that a uid is written as is that uid: to the vendor, they are one. */
export function userOf(text: string): User {
  if (text === "") return { uid: 0 };
  return text !== "0" && readsAsUid(text) ? { uid: Number(text) } : { account: text };
}

/** Whether an account is the text of a uid. */
export function readsAsUid(account: string): boolean {
  return String(Number(account)) === account && isU32(Number(account));
}
