import { describe, expect, test } from "vitest";
import { APP_ID, NOW, TestDeployment, testHost, wrongFields } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

/** With exact values, a request for one key can repeat a key of a batch. */
const deployment = new TestDeployment({ env: { EXACT_TIMES: "on" } });

function batch(body: object) {
  return deployment.post("/v1/keys/batch", { channel: "room-1", ...body });
}

describe("POST /v1/keys/batch", () => {
  test("answers what the keys share once, and a key for each uid in the order asked", async () => {
    const uids = [7, 0, 4_294_967_295, 7, 3];
    const response = await new TestDeployment().post("/v1/keys/batch", {
      channel: "room-1",
      uids,
      expiresIn: 60,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.json).toEqual({
      version: 5,
      service: "mediaChannel",
      appId: APP_ID,
      channel: "room-1",
      issuedAt: NOW,
      joinBefore: NOW + 300,
      expiresAt: NOW + 60,
      renewAt: NOW + 30,
      serverTime: NOW,
      keys: uids.map((uid, i) => ({ uid, key: expect.stringMatching(/^005/), randomInt: i + 1 })),
    });
  });

  test.each([2, 3, 4, 5])(
    "gives the same keys as one request each would, in version %i",
    async (version) => {
      const uids = [1, 2, 3];
      const { json } = await batch({ uids, version });
      for (const [i, uid] of uids.entries()) {
        const randomInt = json.keys?.[i]?.randomInt;
        const one = await deployment.post("/v1/keys", {
          channel: "room-1",
          uid,
          version,
          randomInt,
        });
        expect(json.keys?.[i]).toEqual({ uid, randomInt, key: one.json.key });
      }
    },
  );

  test.each([2, 3, 4, 5])(
    "of 10,000 gives in version %i what one request each would, about the core's chunks too",
    async (version) => {
      const uids = Array.from({ length: 10_000 }, (_, i) => (i * 429_497) >>> 0);
      const { json } = await batch({ uids, version });
      expect(json.keys).toHaveLength(uids.length);
      for (const i of [0, 1, 2, 3, 254, 255, 256, 257, 1023, 1024, 5000, 9983, 9984, 9998, 9999]) {
        const { uid, key, randomInt } = json.keys?.[i] ?? {};
        expect(uid).toBe(uids[i]);
        const one = await deployment.post("/v1/keys", {
          channel: "room-1",
          uid,
          version,
          randomInt,
        });
        expect(key).toBe(one.json.key);
      }
    },
  );

  test("in App-ID-only mode gives each uid null for a key", async () => {
    const env = {
      KEY_MODE: "app-id",
      APP_CERTIFICATE: undefined,
      APP_CERTIFICATE_PREVIOUS: undefined,
    };
    const { json } = await new TestDeployment({ env }).post("/v1/keys/batch", {
      channel: "room-1",
      uids: [5, 0],
    });
    expect(json.keys).toEqual([
      { uid: 5, key: null, randomInt: 1 },
      { uid: 0, key: null, randomInt: 2 },
    ]);
  });

  test("gives one key", async () => {
    expect((await batch({ uids: [1] })).json.keys).toHaveLength(1);
  });

  test("gives 10,000 keys, each with the random number and signature of its own", async () => {
    const uids = Array.from({ length: 10_000 }, (_, i) => 4_294_967_295 - i);
    const { status, json } = await batch({ uids });
    expect(status).toBe(200);
    expect(json.keys?.map(({ uid }) => uid)).toEqual(uids);
    expect(new Set(json.keys?.map(({ key }) => key)).size).toBe(10_000);
    expect(new Set(json.keys?.map(({ randomInt }) => randomInt)).size).toBe(10_000);
  });

  test("takes the random numbers all at once: as many as there are uids", async () => {
    const counts: number[] = [];
    const host = testHost({
      randomInts: (count) => {
        counts.push(count);
        return new Uint32Array(count);
      },
    });
    await new TestDeployment({ host }).post("/v1/keys/batch", {
      channel: "room-1",
      uids: [1, 2, 3],
    });
    expect(counts).toEqual([3]);
  });

  test("uses the one random number that was given for all", async () => {
    const { json } = await batch({ uids: [1, 2], randomInt: 99, issuedAt: 5, expiresAt: 0 });
    expect(json.keys?.map(({ randomInt }) => randomInt)).toEqual([99, 99]);
    expect(json).toMatchObject({ issuedAt: 5, expiresAt: null });
  });

  test.each([
    ["no uids", [], "uids"],
    ["10,001 uids", Array.from({ length: 10_001 }, (_, i) => i), "uids"],
    ["uids that are not a list", 42, "uids"],
    ["a uid too large, by its place", [1, 2, 4_294_967_296], "uids[2]"],
    ["a uid that is text, by its place", ["1", 2], "uids[0]"],
    ["a uid with a fraction, by its place", [1, 1.5], "uids[1]"],
  ])("refuses %s", async (_name, uids, path) => {
    const response = await batch({ uids });
    expect(response.status).toBe(400);
    expect(wrongFields(response)).toEqual([path]);
  });

  test("names every wrong uid, and what else is wrong", async () => {
    const response = await batch({ uids: [-1, 2, null], channel: "", permission: "noUpload" });
    expect(wrongFields(response).sort()).toEqual(["channel", "permission", "uids[0]", "uids[2]"]);
  });

  test("refuses a uid beside uids, and uids left out", async () => {
    expect(wrongFields(await batch({ uids: [1], uid: 1 }))).toEqual(["uid"]);
    expect(wrongFields(await batch({}))).toEqual(["uids"]);
  });

  test("is for service keys alone", async () => {
    const credential = await signGrant();
    const response = await deployment.post(
      "/v1/keys/batch",
      { channel: "room-1", uids: [42] },
      { credential },
    );
    expect(response.json.code).toBe("forbidden");
  });

  test("of 10,000 uids of ten digits fits the body's limit with room to write it readably", async () => {
    const uids = Array.from({ length: 10_000 }, () => 4_294_967_295);
    const body = JSON.stringify({ channel: "c".repeat(64), uids }).replaceAll(",", ", ");
    expect((await deployment.post("/v1/keys/batch", body)).status).toBe(200);
  });
});
