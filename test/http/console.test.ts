import { expect, test } from "vitest";
import { TestDeployment } from "../support/deployment.ts";

/** As much of the binding as is used: the files by their path. */
function assets(files: Record<string, string>) {
  return {
    ASSETS: { fetch: async (request: Request) => asset(files[new URL(request.url).pathname]) },
  };
}

function asset(text: string | undefined): Response {
  return new Response(text ?? "", {
    status: text === undefined ? 404 : 200,
    headers: { "Content-Type": "text/html" },
  });
}

const FILES = { "/": "the console", "/console/console.js": "its script" };

test("the console's files come with a policy that lets nothing else in", async () => {
  const deployment = new TestDeployment({ bindings: assets(FILES) });
  for (const [path, text] of Object.entries(FILES)) {
    const response = await deployment.get(path);
    expect([response.status, response.text]).toEqual([200, text]);
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self';/,
    );
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  }
  expect(await deployment.get("/console/none.js")).toMatchObject({
    status: 404,
    json: { code: "not_found" },
  });
});

test("where it is off, or was deployed without its files, there is none, and the service works", async () => {
  for (const deployment of [
    new TestDeployment({ env: { CONSOLE: "off" }, bindings: assets(FILES) }),
    new TestDeployment(),
  ]) {
    for (const path of Object.keys(FILES)) {
      expect(await deployment.get(path)).toMatchObject({
        status: 404,
        json: { code: "not_found" },
      });
    }
    expect((await deployment.get("/ready")).status).toBe(200);
    expect((await deployment.post("/v1/keys", { channel: "room-1", uid: 42 })).status).toBe(200);
  }
});

test("a setting that is neither on nor off is named", async () => {
  const { status, json } = await new TestDeployment({ env: { CONSOLE: "no" } }).get("/ready");
  expect([status, json]).toEqual([
    503,
    { status: "not_ready", problems: [{ name: "CONSOLE", message: "must be on or off" }] },
  ]);
});
