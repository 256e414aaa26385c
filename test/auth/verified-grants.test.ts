// What is remembered of a verified grant, and for how long. Whether a signature is checked anew is
// seen by taking the key away.

import { beforeAll, describe, expect, test } from "vitest";
import type { Grant } from "../../src/auth/caller.ts";
import { VerifiedGrants } from "../../src/auth/verified-grants.ts";
import { VERIFIED_GRANT_SECONDS, VERIFIED_GRANTS_MAX } from "../../src/platform/limits.ts";
import { NOW, randomHex, TestDeployment, testHost } from "../support/deployment.ts";
import { base64url, type GrantSigner, grantSigner, keySet, signGrant } from "../support/grants.ts";

const body = { channel: "room-1" };

function grant(overrides: Partial<Grant> = {}): Grant {
  return {
    issuer: "app.example",
    subject: "user-7",
    id: "grant-1",
    issuedAt: NOW,
    notBefore: undefined,
    expiresAt: NOW + 7200,
    channels: ["room-1"],
    user: { uid: 42 },
    services: ["mediaChannel"],
    role: "publisher",
    maxKeyExpiresInSeconds: undefined,
    hasDefaultToo: false,
    madeBy: undefined,
    ...overrides,
  };
}

describe("VerifiedGrants", () => {
  test("knows a token for a minute, and not a second more", () => {
    const verified = new VerifiedGrants();
    verified.add("a.b.c", grant(), NOW, 1);
    expect(verified.get("a.b.c", NOW)?.grant).toEqual(grant());
    expect(verified.get("a.b.c", NOW + VERIFIED_GRANT_SECONDS - 1)?.grant).toEqual(grant());
    expect(verified.get("a.b.c", NOW + VERIFIED_GRANT_SECONDS)).toBeUndefined();
  });

  test("is not prolonged by being used", () => {
    const verified = new VerifiedGrants();
    verified.add("a.b.c", grant(), NOW, 1);
    for (let second = 0; second < VERIFIED_GRANT_SECONDS; second++)
      verified.get("a.b.c", NOW + second);
    expect(verified.get("a.b.c", NOW + VERIFIED_GRANT_SECONDS)).toBeUndefined();
  });

  test("forgets a grant at its exp", () => {
    const verified = new VerifiedGrants();
    verified.add("a.b.c", grant({ expiresAt: NOW + 5 }), NOW, 1);
    expect(verified.get("a.b.c", NOW + 4)?.grant).toEqual(grant({ expiresAt: NOW + 5 }));
    expect(verified.get("a.b.c", NOW + 5)).toBeUndefined();
  });

  test("does not trust what a clock that has been set back says", () => {
    const verified = new VerifiedGrants();
    verified.add("a.b.c", grant(), NOW, 1);
    expect(verified.get("a.b.c", NOW - 1)).toBeUndefined();
  });

  test("tells apart tokens that differ in their last character, and says by whose copy of the keys they were verified", () => {
    const verified = new VerifiedGrants();
    verified.add("a.b.c", grant(), NOW, 1);
    for (const other of ["a.b.d", "a.b.", "a.b.cc", "A.b.c"])
      expect(verified.get(other, NOW)).toBeUndefined();
    expect(verified.get("a.b.c", NOW)?.keySetVersion).toBe(1);
    verified.add("a.b.c", grant(), NOW, undefined);
    expect(verified.get("a.b.c", NOW)).toMatchObject({ keySetVersion: undefined });
  });

  test(`holds ${VERIFIED_GRANTS_MAX} tokens and forgets the oldest first`, () => {
    const verified = new VerifiedGrants();
    for (let i = 0; i <= VERIFIED_GRANTS_MAX; i++)
      verified.add(`token-${i}`, grant({ user: { uid: i } }), NOW, 1);
    expect(verified.get("token-0", NOW)).toBeUndefined();
    for (let i = 1; i <= VERIFIED_GRANTS_MAX; i++)
      expect(verified.get(`token-${i}`, NOW)?.grant.user.uid).toBe(i);
  });

  test("counts a token that is added again once", () => {
    const verified = new VerifiedGrants();
    verified.add("first", grant(), NOW, 1);
    for (let i = 0; i < 3 * VERIFIED_GRANTS_MAX; i++) verified.add("again", grant(), NOW, 1);
    expect(verified.get("first", NOW)?.grant).toEqual(grant());
  });
});

describe("a grant that was served a moment ago", () => {
  test("is refused at its exp", async () => {
    const deployment = new TestDeployment();
    const credential = await signGrant({ exp: NOW + 5 });
    const statusAt = async (time: number) => {
      deployment.host.time = time;
      return (await deployment.post("/v1/keys", body, { credential })).status;
    };
    expect(await statusAt(NOW)).toBe(200);
    expect(await statusAt(NOW + 4)).toBe(200);
    expect(await statusAt(NOW + 5)).toBe(401);
  });

  test("is refused where one character of its signature, its claims or its header is another", async () => {
    const deployment = new TestDeployment();
    const credential = await signGrant();
    expect((await deployment.post("/v1/keys", body, { credential })).status).toBe(200);
    const [header = "", claims = "", signature = ""] = credential.split(".");
    const flipped = (text: string, at: number) =>
      text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
    const more = base64url(new TextEncoder().encode(atob(claims).replace('"uid":42', '"uid":43')));
    for (const tampered of [
      `${header}.${claims}.${flipped(signature, 0)}`,
      `${header}.${claims}.${flipped(signature, signature.length - 2)}`,
      `${header}.${claims}.`,
      `${header}.${flipped(claims, 9)}.${signature}`,
      `${header}.${more}.${signature}`,
      `${flipped(header, 9)}.${claims}.${signature}`,
    ]) {
      expect((await deployment.post("/v1/keys", body, { credential: tampered })).status).toBe(401);
    }
    expect((await deployment.post("/v1/keys", body, { credential })).status).toBe(200);
  });

  test("is refused by a deployment that has another secret: each configuration remembers for itself", async () => {
    const host = testHost();
    const credential = await signGrant();
    const one = new TestDeployment({ host });
    expect((await one.post("/v1/keys", body, { credential })).status).toBe(200);
    const turnedOver = {
      ...one.env,
      GRANT_SECRET: randomHex(40),
      GRANT_SECRET_PREVIOUS: randomHex(40),
    };
    const request = new Request("https://latchkey.test/v1/keys", {
      method: "POST",
      headers: { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const context = {
      waitUntil: () => undefined,
      passThroughOnException: () => undefined,
      props: {},
    };
    // The same app, as an isolate that gets to see a new environment.
    const response = await one.app.request(
      request,
      undefined,
      turnedOver,
      context as unknown as ExecutionContext,
    );
    expect(response.status).toBe(401);
  });

  test("is not what a refused one becomes: a failure is found anew each time", async () => {
    const deployment = new TestDeployment();
    const credential = await signGrant({ nbf: NOW + 90 });
    expect((await deployment.post("/v1/keys", body, { credential })).status).toBe(401);
    deployment.host.time = NOW + 90;
    expect((await deployment.post("/v1/keys", body, { credential })).status).toBe(200);
  });
});

describe("a key that is taken out of GRANT_JWKS_URL", () => {
  const JWKS_URL = "https://keys.example/jwks.json";
  let kept: GrantSigner;
  let withdrawn: GrantSigner;

  beforeAll(async () => {
    [kept, withdrawn] = await Promise.all([
      grantSigner("ES256", "kept"),
      grantSigner("ES256", "withdrawn"),
    ]);
  });

  test("verifies nothing more as soon as this is known, what it verified a second ago included", async () => {
    let published = keySet(kept, withdrawn);
    const host = testHost({ fetch: () => Promise.resolve(Response.json(published)) });
    const deployment = new TestDeployment({ env: { GRANT_JWKS_URL: JWKS_URL }, host });
    const credential = await withdrawn.sign({ exp: NOW + 80_000 });
    const statusAt = async (time: number, signed = credential) => {
      host.time = time;
      const { status } = await deployment.post("/v1/keys", body, { credential: signed });
      await new Promise((resolve) => setTimeout(resolve));
      return status;
    };
    expect(await statusAt(NOW)).toBe(200);
    published = keySet(kept);
    expect(await statusAt(NOW + 599)).toBe(200);
    // This one is served from the old copy, and has a new one fetched behind it.
    expect(await statusAt(NOW + 600)).toBe(200);
    // Refused: in the cool-down it could still be a key that is newer than the copy.
    expect(await statusAt(NOW + 601)).toBe(503);
    expect(await statusAt(NOW + 601, await kept.sign({ exp: NOW + 80_000 }))).toBe(200);
    expect(await statusAt(NOW + 630)).toBe(401);
  });
});
