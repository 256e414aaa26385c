// A first deployment with `npm run deploy`: log in, secrets, deploy, /ready, first request.

import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deploy, deployFrom, folder } from "../support/deploy.ts";
import { randomHex } from "../support/settings.ts";

const APP_CERTIFICATE = randomHex(32);
const config = `${folder}/first.toml`;
const ARGS = ["--config", config, "--wait", "0"];
const CALLS = [
  "whoami --json",
  `secret list --format json --config ${config} --env `,
  `secret bulk --config ${config} --env `,
  `deploy --config ${config} --env `,
];
const MADE = /^[A-Za-z0-9_-]{43}$/;

/** The deployed Worker: what it answers to `GET /ready`. */
let worker: Server;
let url = "";
let state: object = {};

beforeAll(async () => {
  writeFileSync(
    config,
    `name = "keys"\n[vars]\nAPP_ID = "${randomHex(32)}"\nREVOCATIONS = "off"\n`,
  );
  worker = createServer((request, response) => {
    response.end(request.url === "/ready" ? JSON.stringify(state) : "");
  });
  await new Promise<void>((resolve) => worker.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(worker.address() as AddressInfo).port}`;
  state = { status: "ready", warnings: [] };
});

afterAll(() => worker.close());

test("says when nobody is logged in, and does nothing more", async () => {
  const { status, output, calls } = await deploy({ loggedIn: false, secrets: "none" }, ...ARGS);
  expect(status).toBe(1);
  expect(output).toMatch(/^Not deployed\. Nobody is logged in .*`npx wrangler login`/);
  expect(calls).toEqual(["whoami --json"]);
});

test("a token is as good as a login", async () => {
  const env = { CLOUDFLARE_API_TOKEN: "token" };
  const secrets = ["SERVICE_KEY", "APP_CERTIFICATE", "GRANT_SECRET"];
  const { status, calls } = await deployFrom({ env }, { loggedIn: false, secrets }, ...ARGS);
  expect(status).toBe(0);
  expect(calls).toEqual([CALLS[1], CALLS[3]]);
});

test("asks for the certificate, shows what it makes, sets it, and prints a request", async () => {
  const cloudflare = { secrets: "none", targets: [url] };
  const terminal = { types: APP_CERTIFICATE };
  const { status, output, calls, set } = await deployFrom(terminal, cloudflare, ...ARGS);
  expect(status, output).toBe(0);
  expect(calls).toEqual(CALLS);
  expect(set).toEqual({
    APP_CERTIFICATE,
    SERVICE_KEY: expect.stringMatching(MADE),
    GRANT_SECRET: expect.stringMatching(MADE),
  });
  expect(output).toContain(
    `  SERVICE_KEY=${set.SERVICE_KEY}\n  GRANT_SECRET=${set.GRANT_SECRET}\n`,
  );
  expect(output.split(set.GRANT_SECRET ?? "")).toHaveLength(2);
  expect(output).not.toContain(APP_CERTIFICATE);
  expect(output).toMatch(/^Ready\.$/m);
  expect(output).toContain(`curl -s ${url}/v1/keys`);
  expect(output).toContain(`Bearer ${set.SERVICE_KEY}"`);
  expect(calls.join()).not.toContain(set.SERVICE_KEY);
});

test("without a terminal it writes what it makes to a file of its owner's", async () => {
  const file = `${folder}/made`;
  writeFileSync(file, "SERVICE_KEY=older\n");
  chmodSync(file, 0o644);
  const { status, output, set } = await deployFrom(
    { env: { APP_CERTIFICATE, SERVICE_KEY: "of a laptop" } },
    { secrets: [], targets: ["keys.example.com/* (zone name: example.com)", url] },
    ...[...ARGS, "--secrets-file", file],
  );
  expect(status, output).toBe(0);
  expect(set.APP_CERTIFICATE).toBe(APP_CERTIFICATE);
  expect(set.SERVICE_KEY).toMatch(MADE);
  expect(readFileSync(file, "utf8")).toBe(
    `SERVICE_KEY=older\nSERVICE_KEY=${set.SERVICE_KEY}\nGRANT_SECRET=${set.GRANT_SECRET}\n`,
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const secret of Object.values(set)) expect(output).not.toContain(secret);
  expect(output).toContain(`Bearer $(node scripts/secret.mjs SERVICE_KEY ${file})"`);
});

test("makes what is missing alone, and never replaces what is there", async () => {
  const secrets = ["SERVICE_KEY", "APP_CERTIFICATE"];
  const args = [...ARGS, "--secrets-file", `${folder}/more`];
  const { status, output, set } = await deploy({ secrets, targets: [url] }, ...args);
  expect(status).toBe(0);
  expect(Object.keys(set)).toEqual(["GRANT_SECRET"]);
  expect(output).toContain('Bearer <your SERVICE_KEY>"');
});

describe("does not deploy, and sets nothing, where", () => {
  test.each([
    ["the secrets can't be listed", {}, "a network error", /could not be listed:\na network error/],
    ["nobody can be asked for the certificate", {}, "none", /- the secret APP_CERTIFICATE: npx/],
    ["the certificate is malformed", { APP_CERTIFICATE: "short" }, "none", /32 hexadecimal/],
    ["CI would lose a secret", { CI: "true", APP_CERTIFICATE }, "none", /- the secret SERVICE_KEY/],
  ])("%s", async (_name, env, secrets, message) => {
    const { status, output, calls, set } = await deployFrom({ env }, { secrets }, ...ARGS);
    expect(status).toBe(1);
    expect(output).toMatch(/^Not deployed\. /);
    expect(output).toMatch(message);
    expect(calls).toEqual(CALLS.slice(0, 2));
    expect(set).toEqual({});
  });
});

test("in CI the secrets come from the environment", async () => {
  const given = { APP_CERTIFICATE, SERVICE_KEY: randomHex(40), GRANT_SECRET: randomHex(40) };
  const env = { CI: "true", ...given };
  const { status, output, set } = await deployFrom({ env }, { secrets: "none" }, ...ARGS);
  expect(status).toBe(0);
  expect(set).toEqual(given);
  for (const secret of Object.values(given)) expect(output).not.toContain(secret);
});

test("Cloudflare's own builds deploy without secrets, and say what is missing", async () => {
  const env = { CI: "true", WORKERS_CI: "1" };
  const { status, output, calls } = await deployFrom({ env }, { secrets: "none" }, ...ARGS);
  expect(status).toBe(0);
  expect(output).toMatch(/It will issue no key until it has:\n {2}- the secret SERVICE_KEY/);
  expect(calls).toEqual([...CALLS.slice(0, 2), CALLS[3]]);
});

describe("a deployment that is not ready ends with 1, and says", () => {
  const secrets = ["SERVICE_KEY", "APP_CERTIFICATE", "GRANT_SECRET"];

  test("what is wrong", async () => {
    state = { status: "not_ready", problems: [{ name: "SERVICE_KEY", message: "is too short" }] };
    const { status, output } = await deploy({ secrets, targets: [url] }, ...ARGS);
    state = { status: "ready", warnings: [] };
    expect(status).toBe(1);
    expect(output).toContain("Deployed, but not ready:\n  - SERVICE_KEY is too short");
    expect(output).not.toMatch(/curl|^Ready/m);
  });

  test("that nothing of ours answers", async () => {
    state = { hello: "world" };
    const { status, output } = await deploy({ secrets, targets: [url] }, ...ARGS);
    state = { status: "ready", warnings: [] };
    expect(status).toBe(1);
    expect(output).toContain(`nothing of ours answers at ${url}`);
  });
});

test("a custom domain is the address that clients use", async () => {
  const secrets = ["SERVICE_KEY", "APP_CERTIFICATE", "GRANT_SECRET"];
  const targets = [url, "localhost:1 (custom domain)"];
  const { output } = await deploy({ secrets, targets }, ...ARGS);
  expect(output).toContain("Asking https://localhost:1/ready");
});
