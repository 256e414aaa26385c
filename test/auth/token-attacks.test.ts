// What the holder of a grant or of a token would try.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOW, TestDeployment } from "../support/deployment.ts";
import { type Claims, signGrant } from "../support/grants.ts";
import { bytesOf, read006, read007 } from "../support/read-token.ts";

const deployment = new TestDeployment();

describe("a 006 token moved to another channel and uid", () => {
  const exact = new TestDeployment({ env: { EXACT_TIMES: "on" } });
  const token = async (channel: string, uid: number) => {
    const body = { channel, uid, version: 6, issuedAt: NOW, randomInt: 7, expiresIn: 600 };
    return String((await exact.post("/v1/keys", body)).json.key);
  };

  test("is valid there: the signature of room-1 and uid 42 is that of room-14 and uid 2", async () => {
    const [mine, other] = [await token("room-1", 42), await token("room-14", 2)];
    expect(read006(mine).signature).toBe(read006(other).signature);
    // The checksums that differ need no certificate.
    const bytes = bytesOf(mine.slice(35));
    bytes.set(bytesOf(other.slice(35)).subarray(34, 42), 34);
    expect(mine.slice(0, 35) + btoa(String.fromCharCode(...bytes))).toBe(other);
  });

  const asks = [
    { version: 6 },
    { version: 6, sdkVersion: "3.0.0" },
    { sdkVersion: "3.0.0" },
    { sdkVersion: "4.5.0" },
    { sdkVersion: "2.1.0", platform: "native" },
    { sdkVersion: "4.7.9", platform: "web" },
    { sdkVersion: "5.0.0", platform: "flutter" },
    { version: 6, account: "42" },
    { version: 6, role: "publisher" },
    { version: 6, privileges: { joinChannel: 60 } },
  ];
  test.each(asks)("so no grant yields one, unless the operator says so: %j", async (ask) => {
    const credential = await signGrant();
    for (const env of [{}, { DEFAULT_KEY_VERSION: "6" }]) {
      const response = await new TestDeployment({ env }).post(
        "/v1/keys",
        { channel: "room-1", ...ask },
        { credential },
      );
      expect([response.status, response.json.code]).toEqual([403, "forbidden"]);
    }
    const open = new TestDeployment({ env: { GRANT_KEY_VERSIONS: "6" } });
    const { json } = await open.post("/v1/keys", { channel: "room-1", ...ask }, { credential });
    expect(json.version).toBe(6);
  });

  test("nor where it is the deployment's default", async () => {
    const other = new TestDeployment({ env: { DEFAULT_KEY_VERSION: "6" } });
    for (const body of [{}, { account: "42" }, { role: "publisher" }]) {
      const ask = { channel: "room-1", ...body };
      const { json } = await other.post("/v1/keys", ask, { credential: await signGrant() });
      expect(json.code).toBe("forbidden");
    }
  });
});

describe("a subscriber that publishes by any field, version, service or route", () => {
  const services = ["mediaChannel", "recording", "publicSharing", "inChannelPermission"];
  const privileges = fc.record(
    {
      joinChannel: fc.constantFrom(1, 60),
      publishAudio: fc.constant(60),
      publishVideo: fc.constant(60),
      publishData: fc.constant(60),
    },
    { requiredKeys: ["joinChannel"] },
  );
  const rights = {
    role: fc.constantFrom("publisher", "subscriber"),
    privileges,
    account: fc.constantFrom("42", "alice"),
    uid: fc.constantFrom(42, 43),
  };
  /** Left out most of the time: else every request would contradict itself. */
  const rarely = <T>(value: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  const service = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record({
        service: fc.constantFrom(...services),
        permission: fc.constantFrom(undefined, "noUpload", "audioVideoUpload"),
      }),
    },
  );
  const fields = fc.record({
    role: rarely(rights.role),
    privileges: rarely(rights.privileges),
    account: rarely(rights.account),
    uid: rarely(rights.uid),
    version: fc.oneof(fc.constant(undefined), fc.constantFrom(1, 2, 3, 4, 5, 6, 7)),
    sdkVersion: rarely(fc.constantFrom("1.2.5", "2.0.8", "3.0.0", "4.24.8")),
    platform: rarely(fc.constantFrom("native", "web", "flutter")),
    expiresIn: rarely(fc.constantFrom(0, 60)),
  });
  const keyRequest = fc.tuple(fields, service).map(([some, more]) => ({ ...some, ...more }));
  const env = { GRANT_KEY_VERSIONS: "1,2,3,4,5,6,7" };
  const open = new TestDeployment({ env });
  const claims = { role: "subscriber", services: [...services, "rtm", "chat"] };

  test("gets no key that lets it, of 5,000 requests", async () => {
    const credential = await signGrant(claims);
    const seen = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(keyRequest, async (body) => {
        const ask = { channel: "room-1", ...body };
        const { status, json } = await open.post("/v1/keys", ask, { credential });
        seen.add(status === 200 ? json.version : json.code);
        if (status !== 200) return;
        const { version, key } = json;
        if (version === 5) expect(body).toMatchObject({ permission: "noUpload" });
        if (version === 5) return;
        const read = version === 6 ? read006(String(key)) : await read007(String(key));
        expect([...read.privileges.keys()]).toEqual([1]);
      }),
      { numRuns: 5000 },
    );
    // The attack met what it should: tokens of both kinds, and refusals.
    for (const outcome of [5, 6, 7, "forbidden_role"]) expect(seen).toContain(outcome);
  }, 60_000);

  test("gets no token that lets it, of 500 requests", async () => {
    const credential = await signGrant(claims);
    const rtc = fc.record({ ...rights }, { requiredKeys: [] });
    const others = fc.subarray([{ type: "rtm" }, { type: "chat" }, { type: "chat", app: true }]);
    const seen = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(rtc, others, async (fields, rest) => {
        const list = [{ type: "rtc", channel: "room-1", ...fields }, ...rest];
        const { status, json } = await open.post("/v1/tokens", { services: list }, { credential });
        seen.add(status === 200 ? "ok" : json.code);
        if (status !== 200) return;
        expect([...(await read007(String(json.token))).privileges.keys()]).toEqual([1]);
      }),
      { numRuns: 500, examples: [[{}, []]] },
    );
    for (const outcome of ["ok", "forbidden_role"]) expect(seen).toContain(outcome);
  }, 60_000);
});

describe("a user that takes another's name", () => {
  const account = fc.constantFrom(
    "alice",
    "Alice",
    "ALICE",
    "alice ",
    "a",
    "42",
    "042",
    "0",
    "4.2",
  );
  const uid = fc.constantFrom(0, 1, 4, 42, 43, 4_294_967_295);
  const named = fc.oneof(fc.record({ uid }), fc.record({ account }));
  const all = ["mediaChannel", "rtm", "chat"];

  test("by uid, account, userId or case gets nothing: only the grant's own text is signed", async () => {
    const owners: readonly Claims[] = [
      { uid: 42 },
      { uid: 4_294_967_295 },
      { uid: undefined, account: "alice" },
      { uid: undefined, account: "Alice" },
      { uid: undefined, account: "042" },
    ];
    const outcomes = new Set<string>();
    for (const owner of owners) {
      const credential = await signGrant({ ...owner, services: all });
      const own = String(owner.account ?? owner.uid);
      await fc.assert(
        fc.asyncProperty(named, async (user) => {
          const text = String("uid" in user ? user.uid : user.account);
          const rtc = { channel: "room-1", ...user };
          const [key, token, rtm, chat] = await Promise.all([
            deployment.post("/v1/keys", { ...rtc, version: 7 }, { credential }),
            ...[
              { type: "rtc", ...rtc },
              { type: "rtm", userId: text },
              { type: "chat", userId: text },
            ].map((service) =>
              deployment.post("/v1/tokens", { services: [service] }, { credential }),
            ),
          ]);
          for (const response of [key, token, rtm, chat]) {
            const isSigned = response?.status === 200;
            outcomes.add(`${isSigned}`);
            expect(isSigned && text !== own).toBe(false);
          }
          if (text !== own) {
            expect([key.json.code, token?.json.code]).toEqual(["forbidden_uid", "forbidden_uid"]);
            return;
          }
          for (const signed of [key.json.key, token?.json.token]) {
            expect((await read007(String(signed))).account).toBe(own);
          }
        }),
        { numRuns: 60 },
      );
    }
    expect([...outcomes].sort()).toEqual(["false", "true"]);
  }, 60_000);

  test("with a grant for any uid gets uids of 1 or more, no account, and no name at RTM or chat", async () => {
    const credential = await signGrant({ uid: 0, services: all });
    await fc.assert(
      fc.asyncProperty(named, async (user) => {
        const isUid = "uid" in user && user.uid > 0;
        const ask = { channel: "room-1", ...user, version: 7 };
        const { status } = await deployment.post("/v1/keys", ask, { credential });
        expect(status).toBe(isUid ? 200 : 403);
        const userId = String("uid" in user ? user.uid : user.account);
        for (const type of ["rtm", "chat"]) {
          const services = [{ type, userId }];
          const response = await deployment.post("/v1/tokens", { services }, { credential });
          expect(response.json).not.toHaveProperty("token");
        }
      }),
      { numRuns: 60 },
    );
  });
});
