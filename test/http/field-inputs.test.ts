// What people send by mistake, and the one message or result that each must get. A message says
// what to do, and quotes no credential.

import { describe, expect, test } from "vitest";
import { ACCOUNT_MESSAGE } from "../../src/keys/fields.ts";
import {
  NOW,
  randomHex,
  SECRETS,
  TestDeployment,
  type TestResponse,
} from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

const deployment = new TestDeployment();
const KEY = { channel: "room-1", uid: 42 };
const key = SECRETS.SERVICE_KEY;

function send(body: object | string, headers: Readonly<Record<string, string>> = {}) {
  return deployment.post("/v1/keys", body, { headers });
}

/** What a response says: its fields' messages by path, or else its detail. */
function said({ json }: TestResponse): string {
  const errors = json.errors?.map(({ path, message }) => `${path}: ${message}`);
  return errors?.join("; ") ?? json.detail ?? "";
}

const SEND_AS_BEARER =
  "Send it as Authorization: Bearer …, with a service key or a grant after Bearer.";
const ODD_CHARACTER =
  "What stands after Bearer has a character that no credential has, such as a space or a quote.";
const UNKNOWN_CREDENTIAL =
  "The credential is neither a service key of this deployment nor a grant that it can verify.";
const UNVERIFIED_JWT =
  "This looks like a JWT, but no key of this deployment verifies it. With HS256, the key is the " +
  "text of GRANT_SECRET as it is.";

/** The Authorization header, and what is said about it; "" where it is taken. */
const CREDENTIALS: readonly [what: string, header: string | undefined, says: string][] = [
  [
    "no credential",
    undefined,
    "Send the header Authorization: Bearer, with a service key or a grant.",
  ],
  ["a bare key", key, SEND_AS_BEARER],
  ["Basic", `Basic ${btoa(`api:${key}`)}`, SEND_AS_BEARER],
  ["Token", `Token ${key}`, SEND_AS_BEARER],
  ["ApiKey", `ApiKey ${key}`, SEND_AS_BEARER],
  ["Bearer without a space", `Bearer${key}`, SEND_AS_BEARER],
  ["Bearer with a colon", `Bearer: ${key}`, SEND_AS_BEARER],
  ["Bearer alone", "Bearer", SEND_AS_BEARER],
  ["the scheme twice", `Bearer Bearer ${key}`, ODD_CHARACTER],
  ["a key in quotes", `Bearer "${key}"`, ODD_CHARACTER],
  ["a key in angle brackets", `Bearer <${key}>`, ODD_CHARACTER],
  ["a variable that was not filled in", "Bearer $SERVICE_KEY", ODD_CHARACTER],
  ["two credentials", `Bearer ${key}, Bearer ${key}`, ODD_CHARACTER],
  ["undefined as text", "Bearer undefined", UNKNOWN_CREDENTIAL],
  ["half a JWT", "Bearer eyJhbGciOiJIUzI1NiJ9.e30", UNKNOWN_CREDENTIAL],
  ["a JWT of nobody", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA", UNVERIFIED_JWT],
  ["a JWT without a signature", "Bearer eyJhbGciOiJub25lIn0.e30.", UNVERIFIED_JWT],
  ["what has two dots", "Bearer a.b.c", UNVERIFIED_JWT],
  ["a key of another deployment", `Bearer ${randomHex(40)}`, UNKNOWN_CREDENTIAL],
  ["the scheme in lower case", `bearer ${key}`, ""],
  ["two spaces", `Bearer  ${key}`, ""],
];

describe("a credential:", () => {
  test.for(CREDENTIALS)("%s", async ([, header, says]) => {
    const headers: Record<string, string> = header === undefined ? {} : { Authorization: header };
    const response = await deployment.post("/v1/keys", KEY, { credential: null, headers });
    expect(said(response)).toBe(says);
    expect(response.status).toBe(says === "" ? 200 : 401);
    expect(response.text).not.toContain(key);
  });
});

const NOT_JSON = "Send the header Content-Type: application/json.";
const ENCODED = "Send the body as it is: a Content-Encoding such as gzip is not taken.";

/** Headers of the body, and what is said about them; "" where they are taken. */
const HEADERS: readonly [what: string, headers: Record<string, string>, says: string][] = [
  ["a space before the semicolon", { "Content-Type": "application/json ;charset=utf-8" }, ""],
  ["spaces around it", { "Content-Type": "application/json ; charset=UTF-8" }, ""],
  ["a problem's type", { "Content-Type": "application/vnd.api+json" }, ""],
  ["no encoding, said out loud", { "Content-Encoding": "identity" }, ""],
  ["a form", { "Content-Type": "application/x-www-form-urlencoded" }, NOT_JSON],
  ["text", { "Content-Type": "text/plain;charset=UTF-8" }, NOT_JSON],
  ["text/json", { "Content-Type": "text/json" }, NOT_JSON],
  ["no type", { "Content-Type": "" }, NOT_JSON],
  ["gzip", { "Content-Encoding": "gzip" }, ENCODED],
  ["brotli", { "Content-Encoding": "br" }, ENCODED],
  ["two encodings", { "Content-Encoding": "identity, gzip" }, ENCODED],
];

describe("the headers of a body:", () => {
  test.for(HEADERS)("%s", async ([, headers, says]) => {
    const response = await send(KEY, headers);
    expect(said(response)).toBe(says);
    expect(response.status).toBe(says === "" ? 200 : 415);
  });
});

const U32 = "must be an integer from 0 to 4294967295";
const SECONDS = "must be an integer from 0 to 315360000 (seconds, not a time)";
const NOT_A_TIME = "is seconds from now, not a time: at most 315360000";
const GRANT = { channels: ["room-1"], uid: 42, expiresIn: 60 };

/** Bodies, and what is said of their fields; "" where they are taken. */
const BODIES: readonly [what: string, path: string, body: object | string, says: string][] = [
  ["nothing", "/v1/keys", {}, "channel: is required; uid: is required in version 5"],
  ["no uids", "/v1/keys/batch", { channel: "room-1" }, "uids: is required"],
  ["no key", "/v1/keys/inspect", {}, "key: is required"],
  [
    "an empty request for a grant",
    "/v1/grants",
    {},
    "channels: is required; expiresIn: is required; uid: is required, or else account",
  ],
  ["a uid as text", "/v1/keys", { ...KEY, uid: "42" }, `uid: ${U32}, without quotes`],
  ["null for what is left out", "/v1/keys", { ...KEY, expiresIn: null }, `expiresIn: ${U32}`],
  ["a negative uid", "/v1/keys", { ...KEY, uid: -1 }, `uid: ${U32}`],
  ["another spelling", "/v1/keys", { ...KEY, expires_in: 60 }, "expires_in: unknown field"],
  ["the vendor's name", "/v1/keys", { ...KEY, channelName: "a" }, "channelName: unknown field"],
  ["a list of requests", "/v1/keys", [KEY], ": must be a JSON object"],
  ["JavaScript", "/v1/keys", "{channel: 'room-1', uid: 42}", ": is not valid JSON"],
  ["a form's text", "/v1/keys", "channel=room-1&uid=42", ": is not valid JSON"],
  ["a uid that is no number", "/v1/keys", { ...KEY, uid: "alice" }, `uid: ${U32}`],
  ["a uid in quotes, in hex", "/v1/keys", { ...KEY, uid: "0x2a" }, `uid: ${U32}`],
  [
    "a lifetime as text",
    "/v1/keys",
    { ...KEY, expiresIn: "3600" },
    `expiresIn: ${U32}, without quotes`,
  ],
  [
    "a version as text",
    "/v1/keys",
    { ...KEY, version: "5" },
    "version: must be 1, 2, 3, 4, 5, 6 or 7, without quotes",
  ],
  [
    "a service of digits",
    "/v1/keys",
    { ...KEY, role: "1" },
    "role: must be publisher or subscriber",
  ],
  [
    "uids as text",
    "/v1/keys/batch",
    { channel: "room-1", uids: [1, "2"] },
    `uids[1]: ${U32}, without quotes`,
  ],
  [
    "accounts that are wrong",
    "/v1/keys/batch",
    { channel: "room-1", version: 7, accounts: ["a", ""] },
    `accounts[1]: ${ACCOUNT_MESSAGE}`,
  ],
  [
    "a time in milliseconds",
    "/v1/revocations",
    { uid: 42, until: NOW * 1000 },
    "until: must be Unix seconds, not milliseconds",
  ],
  ["a lifetime of ten years", "/v1/keys", { ...KEY, expiresIn: 315_360_000 }, ""],
  ["a second more", "/v1/keys", { ...KEY, expiresIn: 315_360_001 }, `expiresIn: ${NOT_A_TIME}`],
  ["a time", "/v1/keys", { ...KEY, expiresIn: NOW + 3600 }, `expiresIn: ${NOT_A_TIME}`],
  ["milliseconds", "/v1/keys", { ...KEY, expiresIn: NOW * 1000 }, `expiresIn: ${NOT_A_TIME}`],
  [
    "a time, in a batch",
    "/v1/keys/batch",
    { channel: "room-1", uids: [1], expiresIn: NOW },
    `expiresIn: ${NOT_A_TIME}`,
  ],
  ["a time, for a grant", "/v1/grants", { ...GRANT, expiresIn: NOW }, `expiresIn: ${NOT_A_TIME}`],
  [
    "a time, for a grant's keys",
    "/v1/grants",
    { ...GRANT, maxKeyExpiresIn: NOW },
    `maxKeyExpiresIn: ${NOT_A_TIME}`,
  ],
  [
    "a week, for a grant",
    "/v1/grants",
    { ...GRANT, expiresIn: 604_800 },
    "expiresIn: must be an integer from 1 to 86400 (seconds)",
  ],
  [
    "a uid for an SDK that knows none",
    "/v1/keys",
    { ...KEY, sdkVersion: "1.2.0" },
    "uid: SDK 1.2.0 understands version 1 alone, which carries no uid",
  ],
  [
    "a lifetime for an SDK that knows none",
    "/v1/keys",
    { channel: "room-1", sdkVersion: "1.1", expiresIn: 60 },
    "expiresIn: SDK 1.1 understands version 1 alone, which carries no expiry",
  ],
  [
    "uids for an SDK that knows none",
    "/v1/keys/batch",
    { channel: "room-1", uids: [1], sdkVersion: "1.2.2" },
    "uids: SDK 1.2.2 understands version 1 alone, which carries no uid",
  ],
  [
    "recording for an SDK that can't",
    "/v1/keys",
    { ...KEY, sdkVersion: "1.2.5", service: "recording" },
    "service: SDK 1.2.5 understands version 3 at most, which has no recording",
  ],
  [
    "a uid in the version that was named",
    "/v1/keys",
    { ...KEY, version: 1, sdkVersion: "1.2.0" },
    "uid: version 1 carries no uid",
  ],
];

describe("a body:", () => {
  test.for(BODIES)("%s (%s)", async ([, path, body, says]) => {
    const response = await deployment.post(path, body);
    expect(said(response)).toBe(says);
    expect(response.status).toBe(says === "" ? 200 : 400);
  });

  test.each([
    ["short", 72_000, 0],
    ["long", 2_850, 200],
  ])(
    "600 KB of unknown members with %s names: 20 are named, and no more",
    async (_, count, size) => {
      const names = Array.from({ length: count }, (_, i) => i.toString(36).padEnd(size, "_"));
      const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, 0])));
      expect(body.length).toBeGreaterThan(560_000);
      expect(body.length).toBeLessThanOrEqual(614_400);
      const response = await deployment.post("/v1/keys/batch", body);
      expect(response.status).toBe(400);
      expect(response.json.errors).toHaveLength(20);
      expect(response.text.length).toBeLessThan(6_000);
    },
  );

  test("600 KB of wrong uids: 20 are named, and no more", async () => {
    const uids = Array.from({ length: 10_000 }, () => "a".repeat(20));
    const response = await deployment.post("/v1/keys/batch", { channel: "room-1", uids });
    expect(response.json.errors).toHaveLength(20);
  });

  test("a grant is refused by its kind before any of it is read", async () => {
    const credential = await signGrant();
    const response = await deployment.post("/v1/keys/batch", "{".repeat(300_000), { credential });
    expect(response.json.code).toBe("forbidden");
  });
});

/** Settings as people give them, and what /ready says about them; "" where they are taken. */
const SETTINGS: readonly [what: string, name: string, value: unknown, says: string][] = [
  [
    "a certificate with a line end",
    "APP_CERTIFICATE",
    `${SECRETS.APP_CERTIFICATE}\n`,
    "starts or ends with white space, such as a line end: remove it",
  ],
  ["an App ID in quotes", "APP_ID", `"${randomHex(32)}"`, "is in quotes: remove them"],
  [
    "a key from a file of Windows",
    "SERVICE_KEY",
    `\ufeff${key}`,
    "starts with a byte order mark (BOM): remove it",
  ],
  [
    "a certificate that is cut",
    "APP_CERTIFICATE",
    "0f".repeat(15),
    "must be 32 hexadecimal digits",
  ],
  [
    "the example's secret",
    "GRANT_SECRET",
    "changeme-changeme-changeme-12345",
    "is a placeholder: make another one: node scripts/new-secret.mjs",
  ],
  [
    "one character",
    "SERVICE_KEY",
    "a".repeat(32),
    "has too few different characters: make another one: node scripts/new-secret.mjs",
  ],
  [
    "one secret for both",
    "SERVICE_KEY",
    SECRETS.GRANT_SECRET,
    "is the same as GRANT_SECRET: each must be a value of its own",
  ],
  ["a number", "DEFAULT_EXPIRES_IN", 3600, ""],
  ["a boolean", "CONSOLE", false, ""],
  ["a duration with its unit", "DEFAULT_EXPIRES_IN", "1h", SECONDS],
  ["a time as a duration", "DEFAULT_EXPIRES_IN", 1_795_503_369, SECONDS],
  ["milliseconds as a duration", "MAX_EXPIRES_IN", "3600000000", SECONDS],
  ["an app's origin", "ALLOWED_ORIGINS", "capacitor://localhost", ""],
  [
    "an origin with a slash",
    "ALLOWED_ORIGINS",
    "https://app.example.com/",
    "origin 1 ends with /: remove it",
  ],
  [
    "any subdomain",
    "ALLOWED_ORIGINS",
    "https://*.example.com",
    'origin 1 has a *: list every origin by itself, or let the whole setting be "*"',
  ],
  [
    "a key set of another algorithm",
    "GRANT_JWKS",
    '{"keys":[{"kty":"EC","crv":"P-521","x":"AQ","y":"AQ"}]}',
    "has no key that verifies signatures of RS256, ES256 or EdDSA (Ed25519): add one",
  ],
  [
    "half a key",
    "GRANT_JWKS",
    '{"keys":[{"kty":"EC","crv":"P-256","x":"AQ"}]}',
    "keys[0] can't be imported as a key of ES256: export it from its owner once more",
  ],
  ["a provider by plain http", "GRANT_JWKS_URL", "http://keys.example", "must be an https URL"],
];

describe("a setting:", () => {
  test.for(SETTINGS)("%s", async ([, name, value, says]) => {
    const bindings = { [name]: value };
    const env = { GRANT_ISSUER: "app.example" };
    const { status, json, text } = await new TestDeployment({ env, bindings }).get("/ready");
    const problem = json.problems?.find((one) => one.name === name);
    expect(problem?.message ?? "").toBe(says);
    expect(status).toBe(says === "" ? 200 : 503);
    if (says !== "" && String(value).length > 8) expect(text).not.toContain(String(value));
  });
});

test("the table has 40 inputs and more", () => {
  const rows = [CREDENTIALS, HEADERS, BODIES, SETTINGS].flat();
  expect(rows.length).toBeGreaterThanOrEqual(40);
});
