import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, describe, expect, test } from "vitest";
import { unstable_getVarsForDev as wranglersVars } from "wrangler";
import { deployedRequest, firstRequest } from "../../scripts/first-request.mjs";

const folder = mkdtempSync(`${tmpdir()}/latchkey-vars-`);
afterAll(() => rmSync(folder, { recursive: true }));

test("the printed request is for PowerShell on Windows, and for curl elsewhere", () => {
  const url = "http://localhost:8787";
  expect(firstRequest(url, "key", "win32")).toBe(
    `Invoke-RestMethod http://localhost:8787/v1/keys -Method Post \`
  -Headers @{ Authorization = "Bearer key" } \`
  -ContentType application/json -Body '{"channel":"room-1","uid":42}' | ConvertTo-Json`,
  );
  for (const platform of ["linux", "darwin"]) {
    expect(firstRequest(url, "key", platform)).toMatch(
      /^curl -s http:\/\/localhost:8787\/v1\/keys /,
    );
  }
});

test("a deployment's request asks for the key in PowerShell too, or reads it from its file", () => {
  const url = "https://keys.example.com";
  const header = (key: string) => `  -Headers @{ Authorization = "Bearer $(${key})" } \``;
  expect(deployedRequest(url, undefined, "win32").split("\n")[1]).toBe(
    header('[Net.NetworkCredential]::new("", (Read-Host -AsSecureString "SERVICE_KEY")).Password'),
  );
  expect(deployedRequest(url, "made", "win32").split("\n")[1]).toBe(
    header("node scripts/secret.mjs SERVICE_KEY made"),
  );
});

describe("scripts/secret.mjs reads a value as wrangler does:", () => {
  test.each([
    ["plain", "SERVICE_KEY=abc+/=="],
    ["CRLF", "A=1\r\nSERVICE_KEY=abc\r\nB=2\r\n"],
    ["a byte order mark", "\uFEFFSERVICE_KEY=abc\n"],
    ["export", "export SERVICE_KEY=abc"],
    ["double quotes", 'SERVICE_KEY="a b#c"'],
    ["single quotes", "SERVICE_KEY='a b'"],
    ["backquotes", "SERVICE_KEY=`a b`"],
    ["white space", "  SERVICE_KEY  =  abc  "],
    ["a comment behind it", "SERVICE_KEY=abc # mine"],
    ["twice", "SERVICE_KEY=abc\nSERVICE_KEY=def"],
    ["commented out before", "#SERVICE_KEY=abc\nSERVICE_KEY=def"],
    ["a name that ends with it", "OLD_SERVICE_KEY=abc\nSERVICE_KEY=def\nSERVICE_KEY_PREVIOUS=ghi"],
  ])("%s", (_name, text) => {
    writeFileSync(`${folder}/.dev.vars`, text);
    const wranglers = wranglersVars(`${folder}/wrangler.toml`, undefined, {}, undefined, true);
    const args = ["scripts/secret.mjs", "SERVICE_KEY", `${folder}/.dev.vars`];
    const printed = execFileSync(process.execPath, args, { encoding: "utf8" });
    expect(printed).not.toBe("\n");
    expect({ value: `${wranglers.SERVICE_KEY?.value}\n` }).toEqual({ value: printed });
  });
});

test("scripts/new-secret.mjs prints another secret each time, as the service wants them", () => {
  const secrets = [1, 2].map(() =>
    execFileSync(process.execPath, ["scripts/new-secret.mjs"], { encoding: "utf8" }),
  );
  for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
  expect(secrets[0]).not.toBe(secrets[1]);
});
