// Revocations that also remove a user from a call, over HTTP. What Agora is asked is tested in
// test/node/ejection.test.ts, and on real processes in test/e2e/eject.test.ts.

import { beforeEach, describe, expect, test } from "vitest";
import { TestDeployment } from "../support/deployment.ts";
import { Edge, newAppId, publish } from "../support/edge.ts";
import { wrongFields } from "../support/settings.ts";

let edge: Edge;
let appId: string;
beforeEach(() => {
  appId = newAppId();
  edge = new Edge(appId);
});

const USER = { uid: 42, channel: "room-1" };
const NOT_SET = {
  state: "failed",
  reason: "AGORA_CUSTOMER_ID and AGORA_CUSTOMER_SECRET are not set",
};
const list = async () =>
  (await edge.get("/v1/revocations", { credential: edge.env.SERVICE_KEY as string })).json
    .revocations;

describe("without the credentials of Agora's account", () => {
  test("an ejection is failed from the start, and the revocation stands", async () => {
    const { status, json } = await edge.revoke({ ...USER, eject: true });
    expect(status).toBe(201);
    expect(json.ejection).toEqual(NOT_SET);
    expect(await list()).toEqual([json]);
    expect(await edge.ask()).toBe("grant_revoked");
  });

  test("the list is published as ever, and says nothing of ejections", async () => {
    await edge.revoke({ ...USER, eject: true });
    await publish(appId);
    await edge.revoke({ uid: 43 });
    await publish(appId);
    const other = new Edge(appId);
    expect(await other.ask({}, { channel: "room-1" })).toBe("grant_revoked");
    expect(await other.ask({ uid: 43 }, { channel: "room-1" })).toBe("grant_revoked");
  });
});

describe("a revocation without eject", () => {
  test("has no ejection", async () => {
    const { json } = await edge.revoke(USER);
    expect(json).not.toHaveProperty("ejection");
    expect(await list()).toEqual([json]);
  });

  test("gets one where the same is asked for with it, and keeps it afterwards", async () => {
    const { json: plain } = await edge.revoke(USER);
    const { json: ejected } = await edge.revoke({ ...USER, eject: true });
    expect(ejected).toEqual({ ...plain, ejection: NOT_SET });
    expect((await edge.revoke(USER)).json).toEqual(ejected);
    expect(await list()).toEqual([ejected]);
  });
});

test("an ejection ends with its revocation", async () => {
  const { json } = await edge.revoke({ ...USER, eject: true });
  await edge.call(`/v1/revocations/${json.id}`, { method: "DELETE" });
  expect(await list()).toEqual([]);
  expect((await edge.revoke(USER)).json).not.toHaveProperty("ejection");
});

describe("eject needs one channel and one uid, and takes nothing else:", () => {
  test.for<[object, string[]]>([
    [{}, ["uid", "channel"]],
    [{ uid: 42 }, ["channel"]],
    [{ channel: "room-1" }, ["uid"]],
    [{ ...USER, sub: "user-7" }, ["sub"]],
    [{ ...USER, jti: "grant-1" }, ["jti"]],
    [{ account: "alice", channel: "room-1" }, ["uid", "account"]],
    [{ uid: 42, channel: "team-*" }, ["channel"]],
    [{ uid: 0, channel: "room-1" }, ["uid"]],
    [{ sub: "user-7" }, ["uid", "channel", "sub"]],
  ])("%j is wrong", async ([fields, wrong]) => {
    const response = await edge.revoke({ ...fields, eject: true });
    expect(response.status).toBe(400);
    expect(wrongFields(response)).toEqual(wrong);
    expect(await list()).toEqual([]);
  });

  test.for([false, "true", 1, null, {}])("eject can't be %j", async (eject) => {
    const response = await edge.revoke({ ...USER, eject });
    expect(response.status).toBe(400);
    expect(wrongFields(response)).toEqual(["eject"]);
  });
});

describe("settings:", () => {
  const problems = async (env: Record<string, string>) =>
    (await new TestDeployment({ env }).get("/ready")).json.problems;
  const BOTH = { AGORA_CUSTOMER_ID: "0123abcd", AGORA_CUSTOMER_SECRET: "an:other" };

  test("both credentials, none, and loopback are right", async () => {
    expect(await problems({})).toBeUndefined();
    expect(await problems(BOTH)).toBeUndefined();
    expect(await problems({ AGORA_CUSTOMER_ID: "", AGORA_CUSTOMER_SECRET: "" })).toBeUndefined();
    expect(await problems({ ...BOTH, AGORA_API_URL: "http://127.0.0.1:9000" })).toBeUndefined();
    expect(await problems({ ...BOTH, AGORA_API_URL: "https://proxy.example/a/" })).toBeUndefined();
  });

  test.for<[Record<string, string>, string]>([
    [{ AGORA_CUSTOMER_ID: "0123abcd" }, "AGORA_CUSTOMER_SECRET"],
    [{ AGORA_CUSTOMER_SECRET: "0123abcd" }, "AGORA_CUSTOMER_ID"],
    [{ ...BOTH, AGORA_CUSTOMER_ID: "a:b" }, "AGORA_CUSTOMER_ID"],
    [{ ...BOTH, AGORA_CUSTOMER_SECRET: "a b" }, "AGORA_CUSTOMER_SECRET"],
    [{ ...BOTH, AGORA_CUSTOMER_SECRET: "ü" }, "AGORA_CUSTOMER_SECRET"],
    [{ ...BOTH, AGORA_API_URL: "http://api.agora.io" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "api.agora.io" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "https://api.agora.io//evil.example" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "https://api.agora.io/\\evil.example" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "https://api.agora.io/x/..//evil.example" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "http://localhost//evil.example" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "https://api.agora.io/proxy//" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "https://user:pass@api.agora.io" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "https://api.agora.io@evil.example" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "https://api.agora.io/?to=evil.example" }, "AGORA_API_URL"],
    [{ ...BOTH, AGORA_API_URL: "https://api.agora.io/#evil.example" }, "AGORA_API_URL"],
  ])("%j is wrong, and no value is quoted", async ([env, name]) => {
    const found = (await problems(env)) as { name: string; message: string }[];
    expect(found.map((problem) => problem.name)).toEqual([name]);
    for (const value of Object.values(env)) expect(found[0]?.message).not.toContain(`"${value}"`);
  });
});
