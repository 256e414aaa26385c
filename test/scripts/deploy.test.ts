import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { missingForDeployment } from "../../scripts/deployment-check.mjs";
import { readConfig } from "../../src/config/settings.ts";

const hex = "0".repeat(32);
const text = "x".repeat(32);
const VALID: Record<string, string> = {
  APP_ID: hex,
  APP_CERTIFICATE: hex,
  SERVICE_KEY: text,
  GRANT_SECRET: text,
};

test("what a deployment needs is what the service needs when it runs", () => {
  const GRANT_JWKS_URL = "https://keys.example.com/jwks";
  const modes = [
    {},
    { KEY_MODE: "app-id" },
    { GRANT_JWKS_URL },
    { GRANT_JWKS_URL, GRANT_ISSUER: "app.example" },
  ];
  for (const mode of modes) {
    for (let mask = 0; mask < 8; mask++) {
      const secrets = ["APP_CERTIFICATE", "SERVICE_KEY", "GRANT_SECRET"].filter(
        (_, i) => mask & (1 << i),
      );
      for (const APP_ID of ["", hex]) {
        const vars = { APP_ID, ...mode };
        const env = { ...vars, ...Object.fromEntries(secrets.map((name) => [name, VALID[name]])) };
        const result = readConfig(env);
        const missing = missingForDeployment(vars, secrets);
        expect(missing, JSON.stringify(env)).toHaveLength(result.ok ? 0 : result.errors.length);
      }
    }
  }
});

const folder = mkdtempSync(`${tmpdir()}/latchkey-deploy-`);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the real script with a stand-in for wrangler that lists these secrets and writes down what it was called with. */
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
  return { status, output: stdout + stderr, calls: readFileSync(log, "utf8").trim().split("\n") };
}

test("npm run deploy refuses without the required secrets, and names them", () => {
  const { status, output, calls } = deploy(["SERVICE_KEY"]);
  expect(status).toBe(1);
  expect(output).toContain("APP_ID in wrangler.toml");
  expect(output).toContain("npx wrangler secret put APP_CERTIFICATE");
  expect(output).toContain("npx wrangler secret put GRANT_SECRET");
  expect(output).not.toContain("SERVICE_KEY");
  expect(calls).toEqual(["secret list --format json --config wrangler.toml"]);
});

test("npm run deploy deploys once they are there, with the configuration it was given", () => {
  const config = `${folder}/production.toml`;
  writeFileSync(config, `name = "keys"\n[vars]\nAPP_ID = "${hex}"\n`);
  const { status, calls } = deploy(
    ["SERVICE_KEY", "APP_CERTIFICATE", "GRANT_SECRET"],
    "--config",
    config,
  );
  expect(status).toBe(0);
  expect(calls).toEqual([
    `secret list --format json --config ${config}`,
    `deploy --config ${config}`,
  ]);
});
