import { describe, expect, test } from "vitest";
import { identifyServiceKey } from "../../src/auth/service-keys.ts";
import { NOW, SECRETS, TestDeployment } from "../support/deployment.ts";
import { UNLIMITED } from "../support/service-keys.ts";

const body = { channel: "room-1", uid: 1 };
const { SERVICE_KEY, SERVICE_KEY_PREVIOUS } = SECRETS;

async function statusOf(authorization: string, env = {}): Promise<number> {
  const call = { credential: null, headers: { Authorization: authorization } };
  return (await new TestDeployment({ env }).post("/v1/keys", body, call)).status;
}

describe("a service key", () => {
  test.each([
    ["the current one", `Bearer ${SERVICE_KEY}`],
    ["the previous one, while it is rotated", `Bearer ${SERVICE_KEY_PREVIOUS}`],
    ["with the scheme in other letter cases", `bEARER ${SERVICE_KEY}`],
    ["after several spaces", `Bearer   ${SERVICE_KEY}`],
  ])("is accepted: %s", async (_name, authorization) => {
    expect(await statusOf(authorization)).toBe(200);
  });

  test.each([
    ["all but its last character", `Bearer ${SERVICE_KEY.slice(0, -1)}`],
    ["one character more", `Bearer ${SERVICE_KEY}0`],
    ["itself twice", `Bearer ${SERVICE_KEY}${SERVICE_KEY}`],
    ["its first character changed", `Bearer S${SERVICE_KEY.slice(1)}`],
    ["its last character changed", `Bearer ${SERVICE_KEY.slice(0, -1)}!`],
    ["other letter cases", `Bearer ${SERVICE_KEY.toUpperCase()}`],
    ["no scheme", SERVICE_KEY],
    ["the scheme Basic", `Basic ${btoa(`latchkey:${SERVICE_KEY}`)}`],
    ["the scheme Token", `Token ${SERVICE_KEY}`],
    ["no space after the scheme", `Bearer${SERVICE_KEY}`],
    ["two credentials", `Bearer ${SERVICE_KEY}, Bearer ${SERVICE_KEY}`],
    ["nothing after the scheme", "Bearer"],
    ["an empty header", ""],
    ["the App Certificate", `Bearer ${SECRETS.APP_CERTIFICATE}`],
    ["the grant secret", `Bearer ${SECRETS.GRANT_SECRET}`],
    ["undefined as text", "Bearer undefined"],
  ])("is not %s", async (_name, authorization) => {
    expect(await statusOf(authorization)).toBe(401);
  });

  test("of before is refused once the rotation is done, and no missing one stands for it", async () => {
    const env = { SERVICE_KEY_PREVIOUS: undefined };
    expect(await statusOf(`Bearer ${SERVICE_KEY_PREVIOUS}`, env)).toBe(401);
    expect(await statusOf(`Bearer ${SERVICE_KEY}`, env)).toBe(200);
    expect(await statusOf("Bearer undefined", env)).toBe(401);
    expect(await statusOf("Bearer ", { SERVICE_KEY_PREVIOUS: "" })).toBe(401);
  });

  test("is not taken from the query or the body", async () => {
    const deployment = new TestDeployment();
    const inQuery = await deployment.post(`/v1/keys?access_token=${SERVICE_KEY}`, body, {
      credential: null,
    });
    expect(inQuery.status).toBe(401);
    const inBody = await deployment.post(
      "/v1/keys",
      { ...body, access_token: SERVICE_KEY },
      { credential: null },
    );
    expect(inBody.status).toBe(401);
  });

  test("is found wherever it stands among them, and nothing is where there are none", () => {
    const find = (credential: string, ...keys: string[]) => {
      const known = keys.map((text) => ({ text, caller: { ...UNLIMITED, id: `id of ${text}` } }));
      return identifyServiceKey(credential, { plain: known, hashed: [] }, NOW)?.id;
    };
    expect(find("b", "a", "b", "c")).toBe("id of b");
    expect(find("c", "a", "b", "c")).toBe("id of c");
    expect(find("", "a")).toBeUndefined();
    expect(find("aa", "a")).toBeUndefined();
    expect(find("a")).toBeUndefined();
  });
});
