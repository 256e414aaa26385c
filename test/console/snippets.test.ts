// Code to copy must do what the page did: the tests run it.

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type SnippetRequest, snippetsOf } from "../../src/console/model/snippets.ts";

const REQUEST: SnippetRequest = {
  origin: "https://keys.example.com",
  method: "POST",
  path: "/v1/keys",
  body: { channel: "room-1", uid: 42 },
  credential: "SERVICE_KEY",
};

const textOf = (name: string, request: SnippetRequest = REQUEST): string =>
  snippetsOf(request).find((snippet) => snippet.name === name)?.text ?? "";

/** What the code asks for when it runs, with a fake fetch. */
async function fetched(code: string): Promise<Request> {
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const requests: Request[] = [];
  const fetch = async (url: string, init?: RequestInit) => {
    requests.push(new Request(url, init));
    return Response.json({});
  };
  await new AsyncFunction("fetch", "process", code)(fetch, { env: { SERVICE_KEY: "secret" } });
  return requests[0] as Request;
}

const bodies = fc.record({
  channel: fc.string({ minLength: 1 }),
  services: fc.array(fc.record({ type: fc.string(), userId: fc.string() }), { maxLength: 2 }),
  uid: fc.integer(),
});

test("the program sends the request that the page sent, whatever is in it", async () => {
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const request = await fetched(textOf("fetch", { ...REQUEST, body }));
      expect([request.method, request.url]).toEqual(["POST", "https://keys.example.com/v1/keys"]);
      expect(request.headers.get("authorization")).toBe("Bearer secret");
      expect(await request.json()).toEqual(body);
    }),
  );
  const read = await fetched(textOf("fetch", { ...REQUEST, method: "GET", body: undefined }));
  expect([read.method, read.body]).toEqual(["GET", null]);
});

test.skipIf(process.platform === "win32")("the shell's command has the same request", () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const printsArguments = `curl() { printf '%s\\0' "$@"; }`;
      const script = `${printsArguments}\n${textOf("curl", { ...REQUEST, body })}`;
      const env = { SERVICE_KEY: "secret" };
      const printed = execFileSync("sh", ["-c", script], { env, encoding: "utf8" });
      const [silent, url, , authorization, , type, , data = ""] = printed.split("\0");
      expect([silent, url]).toEqual(["-s", "https://keys.example.com/v1/keys"]);
      expect([authorization, type]).toEqual([
        "Authorization: Bearer secret",
        "Content-Type: application/json",
      ]);
      expect(JSON.parse(data)).toEqual(body);
    }),
    { numRuns: 20 },
  );
  expect(textOf("curl", { ...REQUEST, method: "DELETE", body: undefined })).toMatch(
    /^curl -s -X DELETE https:\/\/keys\.example\.com\/v1\/keys \\\n {2}-H "Authorization/,
  );
});

test("the call of join() takes what the service answers", async () => {
  const joins: unknown[][] = [];
  const join = async (code: string, response: object) => {
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    const client = { join: async (...given: unknown[]) => joins.push(given) };
    const fetch = async () => Response.json(response);
    await new AsyncFunction("fetch", "client", code)(fetch, client);
  };
  await join(textOf("join()"), { appId: "a", key: "005", uid: 42 });
  const services = [{ type: "rtc", channel: "room-2", uid: 7 }, { type: "rtm" }];
  const ofToken: SnippetRequest = { ...REQUEST, path: "/v1/tokens", body: { services } };
  await join(textOf("join()", ofToken), { appId: "a", token: "007", services });
  expect(joins).toEqual([
    ["a", "room-1", "005", 42],
    ["a", "room-2", "007", 7],
  ]);
  expect(snippetsOf({ ...REQUEST, path: "/v1/grants" }).map(({ name }) => name)).toEqual([
    "curl",
    "fetch",
  ]);
});

test("no snippet has a credential: a variable stands for it", () => {
  for (const credential of ["SERVICE_KEY", "GRANT"] as const)
    for (const { name, text } of snippetsOf({ ...REQUEST, credential }))
      if (name !== "join()")
        expect(text).toMatch(new RegExp(`Bearer \\$(\\{process\\.env\\.)?${credential}\\b`));
});
