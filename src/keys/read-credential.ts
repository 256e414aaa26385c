// What Agora takes: a channel key (versions 1 to 5) or an access token (6 and 7), read from a text.

import { failure, type Result, success } from "../platform/result.ts";
import { type InspectedKey, parseKey } from "./parse.ts";
import { type ReadToken, readToken, tokenVersion } from "./token/read-token.ts";

export type Credential =
  | { readonly key: InspectedKey; readonly token?: undefined }
  | { readonly key?: undefined; readonly token: ReadToken };

/** No text is both. What it is not is said of a token where it begins like one. */
export function readCredential(text: string): Result<Credential, string> {
  const key = parseKey(text);
  if (key.ok) return success({ key: key.value });
  if (tokenVersion(text) === undefined) return key;
  const token = readToken(text);
  return token.ok
    ? success({ token: token.value })
    : failure(token.errors.map(({ message }) => message));
}

/** As the text has it. */
export function appIdOf({ key, token }: Credential): string {
  return key ? key.appId : token.token.appId;
}
