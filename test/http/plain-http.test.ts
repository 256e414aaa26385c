// Over plain http anyone on the way reads the credential, so only a developer's own machine and
// network may be asked that way. The URL alone decides.

import { expect, test } from "vitest";
import { readResponse, TestDeployment, type TestResponse } from "../support/deployment.ts";

const { app, env } = new TestDeployment();

async function ask(origin: string, path = "/v1/keys", more: object = {}): Promise<TestResponse> {
  const headers = {
    Authorization: `Bearer ${env.SERVICE_KEY}`,
    "Content-Type": "application/json",
    "CF-Visitor": '{"scheme":"https"}',
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "localhost",
    ...more,
  };
  const init = { method: "POST", headers, body: '{"channel":"room-1","uid":1}' };
  return readResponse(await app.request(`${origin}${path}`, init, env));
}

test.each([
  "http://keys.example.com",
  "http://localhost.example.com",
  "http://127.0.0.1.example.com",
  "http://10.example.com",
  "http://192.168.evil.example",
  "http://a.local.example",
  "http://local",
  "http://11.0.0.1",
  "http://172.15.0.1",
  "http://172.32.0.1",
  "http://192.169.0.1",
  "http://169.253.0.1",
  "http://203.0.113.9",
  "http://[2001:db8::1]",
  "http://[fec0::1]",
  "http://[::ffff:203.0.113.9]",
])("%s is refused, whatever the headers say", async (origin) => {
  const response = await ask(origin);
  expect([response.status, response.json.code]).toEqual([403, "forbidden"]);
  expect(response.json.detail).toMatch(/^Use https/);
});

test.each([
  "http://localhost:8787",
  "http://LOCALHOST.",
  "http://keys.localhost",
  "http://127.0.0.1:8787",
  "http://127.9.9.9",
  "http://2130706433",
  "http://[::1]:8787",
  "http://10.1.2.3",
  "http://172.16.0.1",
  "http://172.31.255.255",
  "http://192.168.1.20:8787",
  "http://169.254.1.1",
  "http://[fe80::1]",
  "http://laptop.local:8787",
  "https://keys.example.com",
])("%s is served", async (origin) => {
  expect((await ask(origin)).status).toBe(200);
});

test("every operation refuses it, before it looks at credential or body", async () => {
  for (const path of [
    "/v1/keys",
    "/v1/keys/batch",
    "/v1/keys/inspect",
    "/v1/grants",
    "/v1/revocations",
  ]) {
    const response = await ask("http://keys.example.com", path, { Authorization: "none" });
    expect([path, response.json.code]).toEqual([path, "forbidden"]);
  }
  const { SERVICE_KEY: _, ...bare } = env;
  const url = "http://keys.example.com/v1/revocations/1";
  const response = await readResponse(await app.request(url, { method: "DELETE" }, bare));
  expect(response.json.code).toBe("forbidden");
});

test("what needs no credential is served", async () => {
  for (const path of ["/health", "/ready"]) {
    const response = await app.request(`http://keys.example.com${path}`, {}, env);
    expect(response.status).toBe(200);
  }
});

test("a page can read the refusal", async () => {
  const { app, env } = new TestDeployment({ env: { ALLOWED_ORIGINS: "https://app.example.com" } });
  const headers = { Origin: "https://app.example.com" };
  const response = await app.request(
    "http://keys.example.com/v1/keys",
    { method: "POST", headers },
    env,
  );
  expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
});
