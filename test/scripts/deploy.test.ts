import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { unstable_readConfig as readWranglerConfig } from "wrangler";
import { missingForDeployment } from "../../scripts/deployment-check.mjs";
import { createDeployments } from "../../src/config/deployment.ts";
import { readiness } from "../../src/http/status.ts";
import { randomHex, testHost } from "../support/deployment.ts";

const BINDINGS = ["REVOCATION_LIST", "REVOCATION_SNAPSHOTS"];
const APP_ID = randomHex(32);
const VALID: Record<string, string> = {
  APP_CERTIFICATE: randomHex(32),
  SERVICE_KEY: randomHex(40),
  GRANT_SECRET: randomHex(40),
};

test("what a deployment needs is what the service needs when it runs", async () => {
  const modes = [
    {},
    { KEY_MODE: "app-id" },
    { GRANT_JWKS_URL: "https://keys.example.com/jwks" },
    { GRANT_JWKS_URL: "https://keys.example.com/jwks", GRANT_ISSUER: "app.example" },
    { REVOCATIONS: "off" },
    { REVOCATIONS: false },
  ];
  for (const mode of modes) {
    for (let mask = 0; mask < 64; mask++) {
      const has = (_: unknown, i: number) => mask & (1 << i);
      const secrets = Object.keys(VALID).filter(has);
      const bindings = BINDINGS.filter((name, i) => has(name, i + 3));
      const vars = { APP_ID: has(APP_ID, 5) ? APP_ID : "", ...mode };
      const env = {
        ...vars,
        ...Object.fromEntries(secrets.map((name) => [name, VALID[name]])),
        ...Object.fromEntries(bindings.map((name) => [name, {}])),
      };
      const fetch = async () => Response.json({ keys: [] });
      const deployment = createDeployments(testHost({ fetch }))(env);
      const state = await readiness(deployment, env as object, 0, () => undefined);
      const problems = state.status === "ready" ? [] : state.problems;
      const missing = missingForDeployment({ vars, secrets, bindings });
      expect(missing, JSON.stringify(env)).toHaveLength(problems.length);
      for (const { name } of problems) expect(missing.join()).toContain(name);
    }
  }
});

const folder = mkdtempSync(`${tmpdir()}/latchkey-deploy-`);
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Runs the real script with a stand-in for wrangler that lists these secrets and writes down what
 * it was called with.
 */
function deploy(
  secrets: string[],
  ...args: string[]
): { status: number | null; output: string; calls: string[] } {
  const log = `${folder}/calls`;
  writeFileSync(log, "");
  writeFileSync(
    `${folder}/wrangler.mjs`,
    `import { appendFileSync } from "node:fs";
     const args = process.argv.slice(2);
     appendFileSync(${JSON.stringify(log)}, args.join(" ") + "\\n");
     if (args[0] === "secret") console.log(${JSON.stringify(JSON.stringify(secrets.map((name) => ({ name }))))});`,
  );
  const script = fileURLToPath(new URL("../../scripts/deploy.mjs", import.meta.url).href);
  const env = { ...process.env, WRANGLER_BIN: `${folder}/wrangler.mjs` };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    env,
  });
  return {
    status,
    output: stdout + stderr,
    calls: readFileSync(log, "utf8").split("\n").slice(0, -1),
  };
}

test("npm run deploy refuses without the required secrets, and names them", () => {
  const { status, output, calls } = deploy(["SERVICE_KEY"]);
  expect(status).toBe(1);
  expect(output).toContain("APP_ID in wrangler.toml");
  expect(output).toContain("npx wrangler secret put APP_CERTIFICATE");
  expect(output).toContain("npx wrangler secret put GRANT_SECRET");
  expect(output).not.toContain("SERVICE_KEY");
  expect(calls).toEqual(["secret list --format json --config wrangler.toml --env "]);
});

const SECRETS = ["SERVICE_KEY", "APP_CERTIFICATE", "GRANT_SECRET"];

function configuration(name: string, text: string): string {
  const path = `${folder}/${name}.toml`;
  writeFileSync(path, `name = "keys"\n${text}`);
  return path;
}

/** The bindings of revocations, of the environment that the prefix names. */
const bound = (prefix = "") => `
[[${prefix}durable_objects.bindings]]
name = "REVOCATION_LIST"
class_name = "RevocationList"
[[${prefix}kv_namespaces]]
binding = "REVOCATION_SNAPSHOTS"
`;

test("npm run deploy deploys once they are there, with the configuration it was given", () => {
  const config = configuration("production", `[vars]\nAPP_ID = "${APP_ID}"\n${bound()}`);
  const { status, calls } = deploy(SECRETS, "--config", config);
  expect(status).toBe(0);
  expect(calls).toEqual([
    `secret list --format json --config ${config} --env `,
    `deploy --config ${config} --env `,
  ]);
});

describe("npm run deploy with an environment, which inherits no bindings,", () => {
  const vars = `APP_ID = "${APP_ID}"`;
  const top = `[vars]\n${vars}\n${bound()}`;
  const staging = `${top}[env.staging.vars]\n${vars}\n`;

  test.for([["--env", "staging"], ["-e", "staging"], ["--env=staging"]])(
    "refuses where it has none of its own: %j",
    (args) => {
      const config = configuration("lost", staging);
      const { status, output, calls } = deploy(SECRETS, "--config", config, ...args);
      expect(status).toBe(1);
      expect(output).toMatch(/binding REVOCATION_LIST .*\[env\.staging\].*REVOCATIONS = "off"/);
      expect(output).toContain("binding REVOCATION_SNAPSHOTS");
      expect(output).not.toContain("APP_ID");
      expect(calls).toHaveLength(1);
    },
  );

  test("refuses as well where CLOUDFLARE_ENV names it", () => {
    const config = configuration("variable", staging);
    process.env.CLOUDFLARE_ENV = "staging";
    const { status, output } = deploy(["SERVICE_KEY"], "--config", config);
    delete process.env.CLOUDFLARE_ENV;
    expect(status).toBe(1);
    expect(output).toContain("binding REVOCATION_LIST");
    expect(output).toContain("secret put GRANT_SECRET --env staging");
  });

  test.each([
    ["its own bindings", bound("env.staging.")],
    ["REVOCATIONS off", 'REVOCATIONS = "off"\n'],
    ["REVOCATIONS false", "REVOCATIONS = false\n"],
  ])("deploys with %s", (_name, more) => {
    const config = configuration("whole", `${staging}${more}`);
    const { status, calls } = deploy(SECRETS, "--config", config, "--env", "staging");
    expect(status).toBe(0);
    expect(calls.at(-1)).toBe(`deploy --config ${config} --env staging`);
  });
});

test.each([
  [["staging"], /Unexpected argument 'staging'/],
  [["--dry"], /Unknown option '--dry'/],
  [["--config", "nowhere.toml"], /nowhere\.toml/],
])("npm run deploy -- %j is refused in a few words", (args, message) => {
  const { status, output, calls } = deploy(SECRETS, ...args);
  expect(status).toBe(1);
  expect(output).toMatch(/^Not deployed\. /);
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^ +at /m);
  expect(calls).toEqual([]);
});

test("the environment that wrangler.toml shows as a comment is whole, but for its App ID", () => {
  const shipped = readFileSync("wrangler.toml", "utf8");
  const example = /^# \[env\.staging\.vars\][\s\S]*$/m.exec(shipped)?.[0] ?? "";
  const uncommented = example
    .replaceAll(/^# ?/gm, "")
    .replace('APP_ID = ""', `APP_ID = "${APP_ID}"`);
  const config = `${folder}/example.toml`;
  writeFileSync(config, `${shipped.replace(example, "")}\n${uncommented}`);
  expect(deploy(SECRETS, "--config", config, "--env", "staging").status).toBe(0);
  const bindingsOf = (env: string) => {
    const { durable_objects, kv_namespaces, ratelimits } = readWranglerConfig({ config, env });
    const names = (list: readonly { name?: string; binding?: string }[]) =>
      list.map(({ name, binding }) => name ?? binding);
    return [names(durable_objects.bindings), names(kv_namespaces), names(ratelimits)];
  };
  expect(bindingsOf("staging")).toEqual(bindingsOf(""));
});
