// What people paste in place of a channel key, and what each must be called.

import { APP_ID, NOW } from "./deployment.ts";
import { fields, key, ours } from "./inspection.ts";

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
  ["a 006 token", `006${APP_ID}IAA=`, ["access_token"], false],
  ["a 007 token", "007eJxTYA==", ["access_token"], false],
  [
    "the vendor's own 006 token",
    "006970CA35de60c44645bbae8a215061b33IACV0fZUBw+72cVoL9eyGGh3Q6Poi8bgjwVLnyKSJyOXR7dIfRBXoFHlEAABAAAAR/QQAAEAAQCvKDdW",
    ["access_token"],
    false,
  ],
  [
    "the vendor's own 007 token",
    "007eJxTYNAIsnbS3v/A5t2TC6feR15r+6cq8bqAvfaW+tk/Vzz+p6xTYLA0N3B2NDZNSTUzSDYxMTMxTUpKTLVINDI0NTAzTDI2dv8iwBDBxMDAyADCrEDMCOZzMRhZWBgZmxgamRsDAB+lHrg=",
    ["access_token"],
    false,
  ],
  ["a JWT", jwt({ aud: "other", sub: "user-7" }), ["jwt"], false],
  ["a JWT without claims", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", ["jwt"], false],
  ["a JWT that is cut", "eyJhbGciOiJIUzI1NiJ9.eyJhd.", ["jwt"], false],
  ["a grant", jwt({ aud: "latchkey" }), ["grant"], false],
  ["a grant for several audiences", jwt({ aud: ["x", "latchkey"] }), ["grant"], false],
  ["a whole header", `Bearer ${jwt({ aud: "latchkey" })}`, ["grant"], false],
];
