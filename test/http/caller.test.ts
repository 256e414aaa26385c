// GET /v1/caller: who a credential is, and what it may do.

import { describe, expect, test } from "vitest";
import { APP_ID, NOW, SECRETS, TestDeployment, wrongFields } from "../support/deployment.ts";
import { Edge, newAppId } from "../support/edge.ts";
import { type Claims, signGrant } from "../support/grants.ts";

const deployment = new TestDeployment();

const caller = (credential: string | null, on: TestDeployment = deployment) =>
  on.get("/v1/caller", { credential });

describe("GET /v1/caller", () => {
  test("says of a service key what it is called, that it may do everything, and nothing of it", async () => {
    for (const id of ["SERVICE_KEY", "SERVICE_KEY_PREVIOUS"] as const) {
      const { status, headers, json, text } = await caller(SECRETS[id]);
      expect(status).toBe(200);
      expect(headers.get("cache-control")).toBe("no-store");
      const allow = ["keys", "batch", "tokens", "grants", "inspect", "revocations"];
      expect(json).toEqual({ kind: "serviceKey", id, appId: APP_ID, allow });
      expect(text).not.toContain(SECRETS[id].slice(0, 12));
    }
  });

  test("says of a grant that we sign what it was asked for", async () => {
    const asked = {
      channels: ["room-1", "team-*"],
      account: "alice",
      role: "subscriber",
      services: ["mediaChannel", "rtm"],
    };
    const issued = await deployment.post("/v1/grants", { ...asked, expiresIn: 600 });
    const { json, text } = await caller(String(issued.json.grant));
    const { jti: id } = issued.json;
    const known = { kind: "grant", id, appId: APP_ID, allow: ["keys", "tokens"] };
    expect(json).toEqual({ ...known, ...asked, expiresAt: NOW + 600 });
    expect(text).not.toContain(String(issued.json.grant).split(".")[2]);
  });

  test.each<[string, Claims, object]>([
    ["the services and the role that it leaves out", {}, { uid: 42, services: ["mediaChannel"] }],
    ["uid 0, for any uid", { uid: 0 }, { uid: 0, role: "publisher" }],
    ["a fraction of a second rounded down", { exp: NOW + 60.9 }, { expiresAt: NOW + 60 }],
  ])("says of a grant that others sign: %s", async (_name, claims, expected) => {
    expect((await caller(await signGrant(claims))).json).toMatchObject(expected);
  });

  test.each([null, "stranger-with-a-long-enough-but-unknown-key", "a.b.c"])(
    "is not for strangers: %j",
    async (credential) => {
      expect((await caller(credential)).json.code).toBe("unauthenticated");
    },
  );

  test("says no when a grant has expired, or has been revoked as a whole or for its user", async () => {
    const expired = await signGrant({ iat: NOW - 100, exp: NOW - 50 });
    expect((await caller(expired)).json.code).toBe("grant_expired");
    for (const entry of [{ jti: "grant-1" }, { sub: "user-7" }, { uid: 42 }]) {
      const edge = new Edge(newAppId());
      const grant = await edge.grant();
      await edge.revoke(entry);
      expect((await caller(grant, edge)).json.code).toBe("grant_revoked");
    }
    const edge = new Edge(newAppId());
    await edge.revoke({ uid: 42, channel: "room-1" });
    expect((await caller(await edge.grant(), edge)).status).toBe(200);
  });

  test("takes nothing but the credential", async () => {
    const response = await deployment.get("/v1/caller?id=backend", {
      credential: SECRETS.SERVICE_KEY,
    });
    expect(response.status).toBe(400);
    expect(wrongFields(response)).toEqual(["id"]);
  });
});
