// What `GET /ready` says of settings that are allowed and still worth a second look.

import { describe, expect, test } from "vitest";
import { type Settings, TestDeployment } from "../support/deployment.ts";

async function warnings(env: Settings): Promise<{ name: string; message: string }[]> {
  const { status, json } = await new TestDeployment({ env }).get("/ready");
  expect(status).toBe(200);
  const names = ["EXACT_TIMES", "GRANT_KEY_VERSIONS", "DEFAULT_KEY_VERSION", "DEFAULT_EXPIRES_IN"];
  const all = json.warnings as { name: string; message: string }[];
  return all.filter(({ name }) => names.includes(name));
}

describe("GET /ready warns", () => {
  test.each<[Settings]>([
    [{}],
    [{ EXACT_TIMES: "off", GRANT_KEY_VERSIONS: "4,5,7", DEFAULT_EXPIRES_IN: "1" }],
    [{ GRANT_KEY_VERSIONS: "4", DEFAULT_KEY_VERSION: "4" }],
  ])("of nothing where %j", async (env) => {
    expect(await warnings(env)).toEqual([]);
  });

  test.each<[Settings, name: string, message: RegExp]>([
    [{ EXACT_TIMES: "on" }, "EXACT_TIMES", /date keys ahead/],
    [{ GRANT_KEY_VERSIONS: "2,4,5" }, "GRANT_KEY_VERSIONS", /has 2:/],
    [{ GRANT_KEY_VERSIONS: "3,5" }, "GRANT_KEY_VERSIONS", /has 3:/],
    [{ GRANT_KEY_VERSIONS: "5,6" }, "GRANT_KEY_VERSIONS", /has 6:/],
    [{ GRANT_KEY_VERSIONS: "5,6,3,2" }, "GRANT_KEY_VERSIONS", /has 2, 3, 6:/],
    [{ GRANT_KEY_VERSIONS: "1,5" }, "GRANT_KEY_VERSIONS", /has 1, and still no grant yields it/],
    [{ DEFAULT_KEY_VERSION: "3" }, "DEFAULT_KEY_VERSION", /not in GRANT_KEY_VERSIONS/],
    [{ GRANT_KEY_VERSIONS: "4" }, "DEFAULT_KEY_VERSION", /is 5, not in GRANT_KEY_VERSIONS/],
    [{ DEFAULT_EXPIRES_IN: "0" }, "DEFAULT_EXPIRES_IN", /as long as its grant/],
  ])("of %j by name", async (env, name, message) => {
    expect(await warnings(env)).toEqual([{ name, message: expect.stringMatching(message) }]);
  });
});
