// What people paste in place of a channel key or token, and what each must be called.

import { APP_ID, NOW } from "./deployment.ts";
import { asked, fields, key, ours } from "./inspection.ts";

const jwt = (claims: object) =>
  [{ alg: "HS256" }, claims, "sig"]
    .map((part) => btoa(JSON.stringify(part)).replace(/=+$/, ""))
    .join(".");
// "+" in its signature's bytes or times: a key whose base64 has both signs that url-safe replaces.
const [urlKey, urlSafe] = (() => {
  for (let randomInt = 0; ; randomInt++) {
    const made = ours.channelKey({ ...fields, randomInt });
    if (made.includes("+") && made.includes("/"))
      return [made, made.replaceAll("+", "-").replaceAll("/", "_")] as const;
  }
})();
/** Tokens whose base64 has both signs too, and padding. */
function tokenWithSigns(make: (salt: number) => string): string {
  for (let salt = 0; ; salt++) {
    const made = make(salt);
    if (made.includes("+") && made.includes("/")) return made;
  }
}
const privileges = { joinChannel: 3600, publishAudio: 3600 };
const token006 = tokenWithSigns((salt) =>
  ours.accessToken({
    version: 6,
    ...asked,
    salt,
    ts: NOW + 3600,
    privileges: { joinChannel: NOW + 3600, publishAudio: NOW + 3600 },
  }),
);
const token007 = tokenWithSigns((salt) =>
  ours.accessToken({
    version: 7,
    issueTs: NOW,
    expire: 3600,
    salt,
    services: [{ type: "rtc", ...asked, privileges }],
  }),
);
const inVersion = (version: 2 | 3 | 4, change: object = {}) =>
  ours.channelKey({ ...fields, version, ...change });
const { uid: _uid, expiredTs: _expiredTs, ...fieldsOf1 } = fields;
const ofVersion1 = ours.channelKey({ ...fieldsOf1, version: 1 });

/** The codes stand beside "malformed". `hasKey`: whether there is a whole key in the text. */
export const PASTED: readonly [name: string, text: string, codes: string[], hasKey: boolean][] = [
  ["nothing", "", [], false],
  ["a word", "secret", [], false],
  ["a word with quotes around it", '"secret"', [], false],
  ["a key in the wrong letter case", key.toLowerCase(), [], false],
  ["digits in the length of version 1", "z".repeat(90), [], false],
  ["double quotes around it", `"${key}"`, ["quoted"], true],
  ["single quotes and a comma", `'${key}',`, ["quoted"], true],
  ["typographic quotes", `\u201c${key}\u201d`, ["quoted"], true],
  ["a space behind it", `${key} `, ["white_space"], true],
  ["a byte order mark", `\ufeff${key}`, ["white_space"], true],
  ["a space of no width", `${key.slice(0, 50)}\u200b${key.slice(50)}`, ["white_space"], true],
  ["a tab within", `${key.slice(0, 50)}\t${key.slice(50)}`, ["white_space"], true],
  ["a line end", `${key}\r\n`, ["line_breaks"], true],
  ["a text of two lines", `${key.slice(0, 64)}\n  ${key.slice(64)}`, ["line_breaks"], true],
  ["URL encoding", encodeURIComponent(key), ["url_encoded"], true],
  ["URL encoding, twice", encodeURIComponent(encodeURIComponent(key)), ["url_encoded"], true],
  ["a space for +", urlKey.replaceAll("+", " "), ["space_for_plus"], true],
  ["url-safe base64", urlSafe, ["url_safe_base64"], true],
  ["no padding", key.replace(/=+$/, ""), ["missing_padding"], true],
  ["half of its padding", key.slice(0, -1), ["missing_padding"], true],
  [
    "url-safe base64 without padding, in quotes",
    `"${urlSafe.replace(/=+$/, "")}"`,
    ["quoted", "url_safe_base64", "missing_padding"],
    true,
  ],
  ["version 4 with spaces", `  ${inVersion(4)}  `, ["white_space"], true],
  ["version 3 in quotes", `"${inVersion(3)}"`, ["quoted"], true],
  ["version 5 without its end", key.slice(0, -6), ["truncated"], false],
  ["version 5 without most of it", key.slice(0, 20), ["truncated"], false],
  ["version 5 without its beginning", key.slice(3), ["truncated"], false],
  ["version 4 without its end", inVersion(4).slice(0, -1), ["truncated"], false],
  ["version 4 without most of it", inVersion(4).slice(0, 40), ["truncated"], false],
  ["version 4 without its beginning", inVersion(4).slice(3), ["truncated"], false],
  ["version 3 without its end", inVersion(3).slice(0, -1), ["truncated"], false],
  ["version 2 without its end", inVersion(2).slice(0, -1), ["truncated"], false],
  ["version 1 without its end", ofVersion1.slice(0, -1), ["truncated"], false],
  ["version 5, cut and in quotes", `"${key.slice(0, -6)}"`, ["quoted", "truncated"], false],
  [
    "version 1 with milliseconds",
    ofVersion1.replace(`${NOW}`, `${NOW}000`),
    ["milliseconds"],
    false,
  ],
  [
    "version 4 with a time in milliseconds",
    inVersion(4).replace(`${NOW}`, `${NOW}123`),
    ["milliseconds"],
    false,
  ],
  ["version 3 with an expiry in milliseconds", `${inVersion(3)}000`, ["milliseconds"], false],
  [
    "version 2 with both times in milliseconds",
    `${inVersion(2).replace(`${NOW}`, `${NOW}000`)}000`,
    ["milliseconds"],
    false,
  ],
  ["the beginning of a 006 token", `006${APP_ID}IAA=`, ["truncated"], false],
  ["the beginning of a 007 token", "007eJxTYA==", ["truncated"], false],
  ["a 006 token without its end", token006.slice(0, -7), ["truncated"], false],
  ["a 007 token without its end", token007.slice(0, -7), ["truncated"], false],
  ["a 006 token without its beginning", token006.slice(3), ["truncated"], false],
  ["a 007 token without its beginning", token007.slice(3), ["truncated"], false],
  ["a 007 token in quotes, cut", `"${token007.slice(0, -7)}"`, ["quoted", "truncated"], false],
  ["a 007 token in quotes", `"${token007}"`, ["quoted"], true],
  [
    "a 006 token of two lines",
    `${token006.slice(0, 64)}\n${token006.slice(64)}`,
    ["line_breaks"],
    true,
  ],
  ["a 007 token, URL-encoded", encodeURIComponent(token007), ["url_encoded"], true],
  ["a 007 token with a space for +", token007.replaceAll("+", " "), ["space_for_plus"], true],
  [
    "a 007 token in url-safe base64",
    token007.replaceAll("+", "-").replaceAll("/", "_"),
    ["url_safe_base64"],
    true,
  ],
  [
    "a 006 token in url-safe base64",
    token006.replaceAll("+", "-").replaceAll("/", "_"),
    ["url_safe_base64"],
    true,
  ],
  ["a 007 token without its padding", token007.replace(/=+$/, ""), ["missing_padding"], true],
  ["a JWT", jwt({ aud: "other", sub: "user-7" }), ["jwt"], false],
  ["a JWT without claims", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", ["jwt"], false],
  ["a JWT that is cut", "eyJhbGciOiJIUzI1NiJ9.eyJhd.", ["jwt"], false],
  ["a grant", jwt({ aud: "latchkey" }), ["grant"], false],
  ["a grant for several audiences", jwt({ aud: ["x", "latchkey"] }), ["grant"], false],
  ["a whole header", `Bearer ${jwt({ aud: "latchkey" })}`, ["grant"], false],
];
