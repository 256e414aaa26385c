// A first deployment with `npm run deploy`: log in, secrets, deploy, /ready, first request.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isCommittable } from "../../scripts/deploy/committable.mjs";
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
  worker = createServer(async (request, response) => {
    const { authorization } = request.headers;
    const asked = request.method === "POST" ? `${authorization} ${await text(request)}` : "";
    response.end(request.url === "/ready" ? JSON.stringify(state) : asked);
  });
  await new Promise<void>((resolve) => worker.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(worker.address() as AddressInfo).port}`;
  state = { status: "ready", warnings: [] };
});

afterAll(() => worker.close());

/** Runs a printed request in bash, with a `curl` that writes down its arguments first. */
async function runPrinted(output: string, input: string) {
  const [, command = ""] = /\n\nAsk for a key.*:\n\n([\s\S]*?)\n\n/.exec(output) ?? [];
  const bin = `${folder}/bin`;
  mkdirSync(bin, { recursive: true });
  const { PATH } = process.env;
  const curl = `#!/bin/sh\nprintf '%s\\n' "$@" > ${bin}/arguments\nPATH='${PATH}' exec curl "$@"\n`;
  writeFileSync(`${bin}/curl`, curl, { mode: 0o755 });
  const shell = spawn("bash", ["-c", command], {
    env: { ...process.env, PATH: `${bin}:${PATH}`, NO_PROXY: "*", no_proxy: "*" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  shell.stdin.end(input);
  const [response] = await Promise.all([text(shell.stdout), once(shell, "close")]);
  return { response, args: readFileSync(`${bin}/arguments`, "utf8") };
}

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
  const key = set.SERVICE_KEY ?? "";
  expect(output.split(key)).toHaveLength(2);
  expect(calls.join()).not.toContain(key);
  const printed = await runPrinted(output, `${key}\nnext command\n`);
  expect(printed.response).toBe(`Bearer ${key} {"channel":"room-1","uid":42}`);
  expect(printed.args).toContain(`${url}/v1/keys`);
  expect(printed.args).not.toContain(key);
});

const isInGit = spawnSync("git", ["rev-parse", "--is-inside-work-tree"]).status === 0;

describe.skipIf(!isInGit)("--secrets-file", () => {
  beforeAll(() => {
    execFileSync("git", ["init", "--quiet", `${folder}/other`]);
    writeFileSync(`${folder}/outside`, "");
    symlinkSync(`${folder}/other/linked`, `${folder}/link`);
    writeFileSync(`${folder}/other/linked`, "");
  });

  test("is refused where git does not ignore it, before anything else", async () => {
    const args = [...ARGS, "--secrets-file", "made-secrets.txt"];
    const { status, output, calls } = await deploy({ secrets: "none" }, ...args);
    expect(status).toBe(1);
    expect(output).toMatch(/^Not deployed\. --secrets-file: git does not ignore made-secrets.txt,/);
    expect(output).toContain("Take .deployed-secrets.keys, or");
    expect(calls).toEqual([]);
  });

  test.each([
    ["in a folder of the repository", "test/made-secrets", true],
    ["that git has already", "package.json", true],
    ["in another repository", `${folder}/other/made`, true],
    ["that is a link into one", `${folder}/link`, true],
    ["that .gitignore names", ".deployed-secrets.keys", false],
    ["in a folder that it names", "node_modules/made-secrets", false],
    ["in no repository", `${folder}/made-secrets`, false],
  ])("a file %s", (_, path, expected) => {
    expect(isCommittable(resolve(path))).toBe(expected);
  });
});

describe("wrangler itself, with a fake of Cloudflare's API,", () => {
  const missing = { code: 10007, message: "workers.api.error.service_not_found" };
  const denied = { code: 10000, message: '[ERROR] Worker "keys" not found.' };

  test.each([
    ["a Worker that does not exist has no secrets", missing, /^Not deployed\. Missing:\n.*CERTIF/],
    ["another refusal stops the deployment", denied, /^Not deployed\. .* could not be listed:/],
  ])("%s", async (_name, error, message) => {
    const api = createServer((_request, response) => {
      response.writeHead(404, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ success: false, errors: [error], messages: [], result: null }));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    const env = {
      WRANGLER_BIN: fileURLToPath(import.meta.resolve("wrangler/package.json")).replace(
        "package.json",
        "bin/wrangler.js",
      ),
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
      ...{ CLOUDFLARE_API_TOKEN: "token", CLOUDFLARE_ACCOUNT_ID: randomHex(32) },
      // No notice of a new release, and no file outside of this test's folder.
      ...{ WRANGLER_HIDE_BANNER: "true", WRANGLER_SEND_METRICS: "false" },
      ...{ WRANGLER_LOG_PATH: `${folder}/logs`, XDG_CONFIG_HOME: folder, HOME: folder },
    };
    const { status, output } = await deployFrom({ env }, { secrets: [] }, ...ARGS);
    api.close();
    expect(status).toBe(1);
    expect(output).toMatch(message);
  });
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
  expect(output).toContain(`"$(node scripts/secret.mjs SERVICE_KEY ${file})"`);
  const printed = await runPrinted(output, "");
  expect(printed.response).toBe(`Bearer ${set.SERVICE_KEY} {"channel":"room-1","uid":42}`);
  expect(printed.args).not.toContain(set.SERVICE_KEY);
});

test("makes what is missing alone, and never replaces what is there", async () => {
  const secrets = ["SERVICE_KEY", "APP_CERTIFICATE"];
  const args = [...ARGS, "--secrets-file", `${folder}/more`];
  const { status, output, set } = await deploy({ secrets, targets: [url] }, ...args);
  expect(status).toBe(0);
  expect(Object.keys(set)).toEqual(["GRANT_SECRET"]);
  expect(output).toContain("read -rs SERVICE_KEY &&");
});

describe("does not deploy, and sets nothing, where", () => {
  test.each([
    ["the secrets can't be listed", {}, "a network error", /could not be listed:\na network error/],
    ["another Worker is missing", {}, '✘ [ERROR] Worker "keys-2" not found.', /not be listed/],
    ["the message is another's", {}, 'KV: Worker "keys" not found. (code: 10007)', /not be listed/],
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
