// No grant is accepted but one that was signed with a secret of the deployment and says what a
// grant must say.

import { beforeAll, expect, test } from "vitest";
import { Grants } from "../../src/auth/grants.ts";
import { ServiceError } from "../../src/contract/service-error.ts";
import { APP_ID, NOW, SECRETS, testHost } from "../support/deployment.ts";
import { fuzz, type Random } from "../support/fuzz.ts";
import { base64url, claims, grantSigner, hs256, keySet, signGrant } from "../support/grants.ts";

const utf8 = new TextEncoder();
const secret = SECRETS.GRANT_SECRET;
const key = await grantSigner("ES256", "es");
const grants = new Grants(
  APP_ID,
  {
    secrets: [utf8.encode(secret)],
    jwks: keySet(key) as never,
    jwksUrl: undefined,
    issuer: undefined,
    jwksMaxAgeSeconds: 86_400,
  },
  testHost(),
);
let genuine: readonly string[] = [];
beforeAll(async () => {
  genuine = [await signGrant(), await signGrant({ uid: 0, jti: "grant-2" }), await key.sign()];
});

const verify = (token: string) => grants.verify(token, NOW, () => undefined);

test("the grants that are mutated are good ones", async () => {
  for (const token of genuine) expect((await verify(token)).subject).toBe("user-7");
});

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const encode = (value: unknown) =>
  base64url(utf8.encode(typeof value === "string" ? value : JSON.stringify(value)));

/** Another text than it was. */
function mutateText(random: Random, token: string): string {
  const at = random.below(token.length);
  const character = random.pick([...BASE64URL, ".", "=", "+", "/", " ", "é"]);
  switch (random.below(7)) {
    case 0:
      return token.slice(0, at) + token.slice(at + 1);
    case 1:
      return token.slice(0, at) + character + token.slice(at);
    case 2:
      return token.slice(0, at);
    case 3:
      return token + random.text(`${BASE64URL}.=`, 8);
    case 4:
      return token.slice(0, at) + random.pick(genuine).slice(at);
    default:
      return token.slice(0, at) + character + token.slice(at + 1);
  }
}

const ALGORITHMS = [
  "none",
  "None",
  "HS384",
  "HS512",
  "hs256",
  "RS256",
  "ES256",
  "EdDSA",
  "PS256",
  "",
  256,
  null,
  ["HS256"],
];
const HEADERS: readonly object[] = [
  { crit: ["exp"] },
  { typ: "at+jwt" },
  { b64: false, crit: ["b64"] },
  { kid: "es" },
  { jwk: key.jwk },
  { jku: "https://evil.example/" },
];
const BAD_CLAIMS: readonly object[] = [
  ...["iss", "aud", "sub", "jti", "iat", "exp", "channels", "uid"].flatMap((name) =>
    [undefined, null, {}, [], true, -1, 1.5, 2 ** 32, "", "x".repeat(300)].map((value) => ({
      [name]: value,
    })),
  ),
  { exp: NOW - 1 },
  { iat: NOW - 60, exp: NOW },
  { exp: NOW + 86_401 },
  { iat: NOW + 61 },
  { nbf: NOW + 61 },
  { aud: "other" },
  { channels: [""] },
  { channels: ["*room"] },
  { uid: "42" },
  { services: [] },
  { services: ["other"] },
  { maxKeyExpiresIn: 0 },
  { appId: "0".repeat(32) },
];

/**
 * Signed, but not with what the deployment knows, or not as it asks, or saying what no grant may
 * say.
 */
function forge(random: Random): Promise<string> {
  const header = { alg: "HS256", typ: "JWT" };
  const payload = JSON.stringify(claims({ uid: random.below(100) }));
  const wrong = random.pick([
    `${secret}x`,
    secret.slice(1),
    "x".repeat(32),
    JSON.stringify(key.jwk),
    key.jwk.x as string,
  ]);
  switch (random.below(5)) {
    case 0:
      return hs256(header, payload, wrong);
    case 1:
      return hs256(
        { ...header, alg: random.pick(ALGORITHMS) },
        payload,
        random.pick([secret, wrong]),
      );
    case 2:
      return hs256({ ...header, ...random.pick(HEADERS) }, payload, wrong);
    case 3:
      return hs256(header, JSON.stringify({ ...claims(), ...random.pick(BAD_CLAIMS) }), secret);
    default:
      return Promise.resolve(
        `${encode({ ...header, alg: random.pick(ALGORITHMS) })}.${encode(payload)}.${random.text(BASE64URL, 90)}`,
      );
  }
}

const REFUSALS: readonly unknown[] = ["unauthenticated", "grant_expired", "grant_not_yet_valid"];

fuzz(
  "100,000 mutated and forged grants: none is accepted, and each is refused as a grant is",
  100_000,
  async (random) => {
    let token = random.pick(genuine);
    if (random.chance(40)) token = await forge(random);
    else for (let i = random.pick([1, 1, 2, 4]); i > 0; i--) token = mutateText(random, token);
    if (genuine.includes(token)) return;
    const outcome = await verify(token).then(
      () => "accepted",
      (error: unknown) => (error instanceof ServiceError ? error.code : error),
    );
    if (!REFUSALS.includes(outcome)) throw new Error(`${token} was ${String(outcome)}`);
  },
);
