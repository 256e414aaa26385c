import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "dotenv";
import { describe, expect, test } from "vitest";
import { unstable_readConfig as readWranglerConfig } from "wrangler";
import { missingForDeployment, missingSecrets } from "../../scripts/deployment-check.mjs";
import { createDeployments } from "../../src/config/deployment.ts";
import { readiness } from "../../src/http/status.ts";
import { deploy, deployFrom, folder } from "../support/deploy.ts";
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

test("npm run deploy refuses a configuration that can't serve, before it asks Cloudflare", async () => {
  const { status, output, calls } = await deploy({ secrets: [] });
  expect(status).toBe(1);
  expect(output).toContain("APP_ID in wrangler.toml");
  expect(calls).toEqual([]);
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

test("npm run deploy deploys once they are there, with the configuration it was given", async () => {
  const config = configuration("production", `[vars]\nAPP_ID = "${APP_ID}"\n${bound()}`);
  const { status, calls } = await deploy({ secrets: SECRETS }, "--config", config);
  expect(status).toBe(0);
  expect(calls).toEqual([
    "whoami --json",
    `secret list --format json --config ${config} --env `,
    `deploy --config ${config} --env `,
  ]);
});

test("a dry run checks and builds, and asks Cloudflare for nothing", async () => {
  const config = configuration("dry", `[vars]\nAPP_ID = "${APP_ID}"\n${bound()}`);
  const args = ["--config", config, "--dry-run"];
  const { status, output, calls, set } = await deploy({ loggedIn: false, secrets: [] }, ...args);
  expect(status).toBe(0);
  expect(calls).toEqual([`deploy --dry-run --config ${config} --env `]);
  expect(set).toEqual({});
  for (const name of SECRETS) expect(output).toContain(name);
  expect((await deploy({ secrets: [] }, "--dry-run")).output).toContain("APP_ID in wrangler.toml");
});

test("the custom domain of docs/operating.md is read where it says to put it", () => {
  const [, line = ""] =
    /```toml\n(routes = .*\n)```/.exec(readFileSync("docs/operating.md", "utf8")) ?? [];
  const toml = readFileSync("wrangler.toml", "utf8").replace(/^\[/m, `${line}[`);
  const path = `${folder}/domain.toml`;
  writeFileSync(path, toml);
  const { routes } = readWranglerConfig({ config: path }, { hideWarnings: true });
  expect(routes).toEqual([{ pattern: "keys.example.com", custom_domain: true }]);
});

describe("npm run deploy with an environment, which inherits no bindings,", () => {
  const vars = `APP_ID = "${APP_ID}"`;
  const top = `[vars]\n${vars}\n${bound()}`;
  const staging = `${top}[env.staging.vars]\n${vars}\n`;

  test.for([["--env", "staging"], ["-e", "staging"], ["--env=staging"]])(
    "refuses where it has none of its own: %j",
    async (args) => {
      const config = configuration("lost", staging);
      const { status, output, calls } = await deploy(
        { secrets: SECRETS },
        "--config",
        config,
        ...args,
      );
      expect(status).toBe(1);
      expect(output).toMatch(/binding REVOCATION_LIST .*\[env\.staging\].*REVOCATIONS = "off"/);
      expect(output).toContain("binding REVOCATION_SNAPSHOTS");
      expect(output).not.toContain("APP_ID");
      expect(calls).toEqual([]);
    },
  );

  test("refuses as well where CLOUDFLARE_ENV names it", async () => {
    const config = configuration("variable", staging);
    const env = { CLOUDFLARE_ENV: "staging" };
    const args = ["--config", config];
    const { status, output } = await deployFrom({ env }, { secrets: ["SERVICE_KEY"] }, ...args);
    expect(status).toBe(1);
    expect(output).toContain("binding REVOCATION_LIST");
    expect(output).toContain("[env.staging]");
  });

  test.each([
    ["its own bindings", bound("env.staging.")],
    ["REVOCATIONS off", 'REVOCATIONS = "off"\n'],
    ["REVOCATIONS false", "REVOCATIONS = false\n"],
  ])("deploys with %s", async (_name, more) => {
    const config = configuration("whole", `${staging}${more}`);
    const { status, calls } = await deploy(
      { secrets: SECRETS },
      "--config",
      config,
      "--env",
      "staging",
    );
    expect(status).toBe(0);
    expect(calls.at(-1)).toBe(`deploy --config ${config} --env staging`);
  });
});

test.each([
  [["staging"], /Unexpected argument 'staging'/],
  [["--wait", "soon"], /--wait takes whole seconds/],
  [["--dry"], /Unknown option '--dry'/],
  [["--config", "nowhere.toml"], /nowhere\.toml/],
])("npm run deploy -- %j is refused in a few words", async (args, message) => {
  const { status, output, calls } = await deploy({ secrets: SECRETS }, ...args);
  expect(status).toBe(1);
  expect(output).toMatch(/^Not deployed\. /);
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^ +at /m);
  expect(calls).toEqual([]);
});

test("the environment that wrangler.toml shows as a comment is whole, but for its App ID", async () => {
  const shipped = readFileSync("wrangler.toml", "utf8");
  const example = /^# \[env\.staging\.vars\][\s\S]*$/m.exec(shipped)?.[0] ?? "";
  const uncommented = example
    .replaceAll(/^# ?/gm, "")
    .replace('APP_ID = ""', `APP_ID = "${APP_ID}"`);
  const config = `${folder}/example.toml`;
  writeFileSync(config, `${shipped.replace(example, "")}\n${uncommented}`);
  const args = ["--config", config, "--env", "staging"];
  expect((await deploy({ secrets: SECRETS }, ...args)).status).toBe(0);
  const bindingsOf = (env: string) => {
    const { durable_objects, kv_namespaces, ratelimits } = readWranglerConfig({ config, env });
    const names = (list: readonly { name?: string; binding?: string }[]) =>
      list.map(({ name, binding }) => name ?? binding);
    return [names(durable_objects.bindings), names(kv_namespaces), names(ratelimits)];
  };
  expect(bindingsOf("staging")).toEqual(bindingsOf(""));
});

test("the deploy button asks for what a deployment needs, and describes it", () => {
  const asked = Object.keys(parse(readFileSync(".dev.vars.example")));
  const { vars, observability } = readWranglerConfig({ config: "wrangler.toml", env: "" });
  expect(asked.sort()).toEqual(missingSecrets({ vars, secrets: [] }).sort());
  const { cloudflare } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(Object.keys(cloudflare.bindings)).toEqual(expect.arrayContaining(["APP_ID", ...asked]));
  // A line for each request would cost more than the service.
  expect(observability?.logs?.invocation_logs).toBe(false);
});
