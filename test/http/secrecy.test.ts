// No secret in any response but in the field meant for it, and none in the log, whatever is asked.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  NO_CONTEXT,
  NOW,
  readResponse,
  SECRETS,
  type Settings,
  TestDeployment,
  type TestHost,
  type TestResponse,
  testHost,
} from "../support/deployment.ts";
import {
  CUSTOMER,
  everyKindOfRequest,
  found,
  issuedIn,
  NAMED_KEY,
  needles,
  type Request,
  restOf,
} from "../support/secrecy.ts";
import { serviceKeys } from "../support/service-keys.ts";

const METHODS = ["log", "info", "warn", "error", "debug", "trace", "dir"] as const;
let log: string[];

beforeEach(() => {
  log = [];
  for (const method of METHODS) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      log.push(
        args.map((arg) => (arg instanceof Error ? `${arg.stack}` : JSON.stringify(arg))).join(" "),
      );
    });
  }
});

afterEach(() => vi.restoreAllMocks());

async function send(
  { app, env }: TestDeployment,
  { method, path, headers, body }: Request,
): Promise<TestResponse> {
  const init = { method, headers: { ...headers }, ...(body !== undefined && { body }) };
  return readResponse(await app.request(`https://latchkey.test${path}`, init, env, NO_CONTEXT));
}

/** Sends everything to a deployment, and finds what should not be found. */
async function run(env: Settings, host: TestHost = testHost()) {
  const signed = await new TestDeployment().post("/v1/keys", { channel: "room-1", uid: 42 });
  const key = String(signed.json.key);
  const { requests, jwks, grants } = await everyKindOfRequest(NOW, key);
  const SERVICE_KEYS = serviceKeys(NAMED_KEY);
  const deployment = new TestDeployment({
    env: { GRANT_JWKS: jwks, SERVICE_KEYS, ...CUSTOMER, ...env },
    host,
  });
  const responses: { name: string; response: TestResponse }[] = [];
  for (const request of requests)
    responses.push({ name: request.name, response: await send(deployment, request) });
  const issued = responses.flatMap(({ response }) => issuedIn(response));
  const secrets = needles([key, ...issued], grants);
  const leaks = responses.flatMap(({ name, response }) =>
    found(secrets, restOf(response)).map((secret) => `${name}: ${secret}`),
  );
  return {
    responses,
    leaks,
    logged: found(secrets, [...log, ...host.lines].join("\n")),
    lines: host.lines.length,
    codes: new Set(responses.map(({ response }) => response.json.code)),
  };
}

test("of a deployment that is whole", async () => {
  const { responses, leaks, logged, codes, lines } = await run({});
  expect(lines).toBeGreaterThan(15);
  expect(leaks).toEqual([]);
  expect(logged).toEqual([]);
  expect(log).toEqual([]);
  // It was no search of nothing: all kinds of outcomes are among them.
  expect(responses.filter(({ response }) => response.status === 200).length).toBeGreaterThan(15);
  for (const code of [
    "invalid_request",
    "unauthenticated",
    "grant_expired",
    "forbidden",
    "forbidden_channel",
    "not_found",
    "payload_too_large",
  ]) {
    expect(codes).toContain(code);
  }
});

test("of a deployment that lists origins, and one in App-ID-only mode", async () => {
  for (const env of [{ ALLOWED_ORIGINS: "https://app.example.com" }, { KEY_MODE: "app-id" }]) {
    const { leaks, logged } = await run(env);
    expect({ leaks, logged }).toEqual({ leaks: [], logged: [] });
  }
});

test("of a deployment whose secrets are malformed or missing", async () => {
  // Each is there, but with something added that makes it malformed: so it could be quoted.
  const malformed = Object.fromEntries(
    Object.entries({ ...SECRETS, ...CUSTOMER }).map(([name, value]) => [name, `${value} \u0000`]),
  );
  for (const env of [
    malformed,
    { GRANT_SECRET: undefined, GRANT_JWKS: `{"keys":"${SECRETS.GRANT_SECRET}"` },
    { SERVICE_KEY: undefined },
    { SERVICE_KEYS: JSON.stringify([{ id: NAMED_KEY.key, sha256: NAMED_KEY.key }]) },
    { SERVICE_KEYS: JSON.stringify({ [NAMED_KEY.key]: NAMED_KEY.entry }) },
  ]) {
    const { leaks, logged, codes } = await run(env);
    expect({ leaks, logged }).toEqual({ leaks: [], logged: [] });
    expect(codes).toContain("not_configured");
  }
});

test("of a deployment that fails inside, with an error that quotes every secret", async () => {
  const fails = () => {
    throw new TypeError(`choked on ${JSON.stringify(SECRETS)}\n    at ${SECRETS.APP_CERTIFICATE}`);
  };
  const { leaks, logged, codes } = await run({}, testHost({ randomInts: fails }));
  expect(codes).toContain("internal");
  expect(log.length).toBeGreaterThan(0);
  expect({ leaks, logged }).toEqual({ leaks: [], logged: [] });
});

test("the search finds what is there", async () => {
  const { json } = await new TestDeployment().post("/v1/keys", { channel: "room-1", uid: 42 });
  const signature = atob(String(json.key).slice(3)).slice(4, 44);
  const secrets = needles([String(json.key)], []);
  expect(found(secrets, `log: ${signature.toLowerCase()}`)).toHaveLength(1);
  expect(found(secrets, `{"channel":"${SECRETS.APP_CERTIFICATE_PREVIOUS}"}`)).toHaveLength(1);
});
