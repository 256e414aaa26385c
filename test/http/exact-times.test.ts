// A service key may choose a key's time of issue only where EXACT_TIMES is on: else whoever stole
// it could make keys today for a day in ten years.

import { describe, expect, test } from "vitest";
import { inspect } from "../../src/keys/library.ts";
import { NOW, TestDeployment, wrongFields } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

const ask = { channel: "room-1", uid: 42 };
const MAX_U32 = 2 ** 32 - 1;
const EXACT = { EXACT_TIMES: "on" };

describe("exact times are for tests", () => {
  const rows: readonly [body: object, names: string][] = [
    [{ issuedAt: NOW }, "issuedAt"],
    [{ issuedAt: NOW + 30 * 86_400 }, "issuedAt"],
    [{ issuedAt: NOW + 365 * 86_400, expiresIn: 600 }, "issuedAt"],
    [{ issuedAt: 0 }, "issuedAt"],
    [{ randomInt: 1 }, "randomInt"],
    [{ expiresAt: NOW + 60 }, "expiresAt"],
    [{ expiresAt: 0 }, "expiresAt"],
    [{ issuedAt: NOW, randomInt: 1, expiresAt: 0 }, "issuedAt, randomInt, expiresAt"],
  ];

  test.each(rows)(
    "%j is forbidden to a service key where EXACT_TIMES is off",
    async (body, names) => {
      for (const env of [{}, { EXACT_TIMES: "off" }, { MAX_EXPIRES_IN: "600" }]) {
        const deployment = new TestDeployment({ env });
        const one = await deployment.post("/v1/keys", { ...ask, ...body });
        const many = await deployment.post("/v1/keys/batch", {
          channel: "room-1",
          uids: [42],
          ...body,
        });
        for (const { status, json } of [one, many]) {
          expect([status, json.code]).toEqual([403, "forbidden"]);
          expect(json.detail).toContain(names);
          expect(json.detail).toContain("EXACT_TIMES");
        }
      }
    },
  );

  test.each(rows)(
    "%j is forbidden to a grant, even where EXACT_TIMES is on",
    async (body, names) => {
      const credential = await signGrant();
      const deployment = new TestDeployment({ env: EXACT });
      const { json } = await deployment.post("/v1/keys", { ...ask, ...body }, { credential });
      expect(json).toMatchObject({ code: "forbidden", detail: expect.stringContaining(names) });
    },
  );

  const capped = { ...EXACT, MAX_EXPIRES_IN: "600" };

  test.each([
    [{ issuedAt: NOW + 300, expiresIn: 600 }, 600],
    [{ issuedAt: NOW + 600, expiresIn: 1 }, 600],
    [{ issuedAt: NOW + 300 }, 600],
    [{ issuedAt: NOW + 300, expiresIn: 0 }, 600],
    [{ issuedAt: NOW + 300, expiresIn: 200 }, 500],
    [{ issuedAt: NOW - 300, expiresIn: 900 }, 600],
  ])("the deployment's most is measured from now, not from issuedAt: %j", async (body, end) => {
    const { json } = await new TestDeployment({ env: capped }).post("/v1/keys", {
      ...ask,
      ...body,
    });
    expect(json.expiresAt).toBe(NOW + end);
    expect(inspect(json.key ?? "").expiredTs).toBe(NOW + end);
  });

  test.each([
    [{ issuedAt: NOW + 601 }, ["issuedAt"]],
    [{ issuedAt: NOW + 30 * 86_400, expiresIn: 60 }, ["issuedAt"]],
    [{ issuedAt: NOW + 365 * 86_400, expiresAt: NOW + 600 }, ["issuedAt"]],
    [{ issuedAt: MAX_U32, expiresAt: MAX_U32 }, ["issuedAt", "expiresAt"]],
    [{ issuedAt: NOW + 300, expiresAt: NOW + 601 }, ["expiresAt"]],
  ])("no key is dated ahead of the deployment's most: %j", async (body, fields) => {
    const deployment = new TestDeployment({ env: capped });
    expect(wrongFields(await deployment.post("/v1/keys", { ...ask, ...body }))).toEqual(fields);
    const uids = { channel: "room-1", uids: [42] };
    const batch = await deployment.post("/v1/keys/batch", { ...uids, ...body });
    expect(wrongFields(batch)).toEqual(fields);
  });
});
