// The user of a token is one text: the account, or the uid in decimal. Uid 0 is the empty text:
// anyone. (The text "0" is an account, and another user.)

import { isU32 } from "../fields.ts";
import type { TokenUser } from "./token-services.ts";

export function userText({ uid, account }: TokenUser): string {
  if (account !== undefined) return account;
  return uid === 0 ? "" : String(uid);
}

/** A text that a uid is written as is that uid: to the vendor, they are one. */
export function userOf(text: string): TokenUser {
  if (text === "") return { uid: 0 };
  const isUid = /^[1-9]\d*$/.test(text) && isU32(Number(text));
  return isUid ? { uid: Number(text) } : { account: text };
}
