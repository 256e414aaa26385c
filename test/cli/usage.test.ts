// Arguments, help and exit codes. (No deployment: test/e2e/command-line.test.ts has one.)

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { latchkey } from "../support/command-line.ts";
import { APP_ID, SECRETS } from "../support/settings.ts";

const COMMANDS = ["key", "token", "grant", "inspect", "revoke", "service-key new", "doctor"];
const env = { APP_ID, APP_CERTIFICATE: SECRETS.APP_CERTIFICATE };
const SECONDS = "must be seconds, or a number with a unit: 90, 15m, 4h, 1d";
const TIME = "must be Unix seconds, a date (2027-01-31), a time with its zone";
const KEY = ["key", "--channel", "room-1", "--uid", "42"];

test("--help lists the commands, and is the same as help", async () => {
  const { status, stdout, stderr } = await latchkey(["--help"]);
  expect([status, stderr]).toEqual([0, ""]);
  for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, "m"));
  for (const word of ["help", "-h"]) expect((await latchkey([word])).stdout).toBe(stdout);
});

test.each(COMMANDS)("%s --help says what it takes, in lines that fit", async (name) => {
  const { status, stdout } = await latchkey([...name.split(" "), "--help"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(new RegExp(`^latchkey ${name}: .*\n\nUsage: latchkey ${name}`));
  expect(stdout).toMatch(/^ {2}3 {2}the deployment can't be reached/m);
  expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  expect((await latchkey(["help", ...name.split(" ")])).stdout).toBe(stdout);
  // It is shown whatever else is wrong.
  const args = [...name.split(" "), "--no-such-option", "--help"];
  expect((await latchkey(args)).stdout).toBe(stdout);
});

test("--version is the package's", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect((await latchkey(["--version"])).stdout).toBe(`${version}\n`);
});

describe("wrong usage is named, with exit code 2 and nothing on stdout", () => {
  test.each([
    [[], "name a command: key, token,"],
    [["keys"], "latchkey: keys is no command. The commands are: key, token,"],
    [["service-key"], "latchkey: service-key is no command. The commands are: key, token,"],
    [["key2"], "latchkey: argument 1 is no command. The commands are: key, token,"],
    [["key"], "--channel is required"],
    [["key", "room-1"], "argument 1 belongs to no option"],
    [["key", "--chanel", "a"], "--chanel is no option of this command"],
    [["key", "--channel"], "--channel needs a value: --channel CHANNEL"],
    [["key", "--channel", "--uid", "42"], "--channel needs a value: --channel CHANNEL"],
    [["key", "--channel="], "--channel needs a value: --channel CHANNEL"],
    [[...KEY, "--uid", "43"], "--uid is given twice"],
    [[...KEY, "--json=yes"], "--json takes no value"],
    [[...KEY, "--json", "--quiet"], '"usage"'],
    [[...KEY, "--version", "4"], "Say --key-version 4."],
    [[...KEY, "--version=7"], "Say --key-version 7."],
    [[...KEY, "--version"], "Say --key-version 5."],
    [[...KEY, "--version", "latest"], "Say --key-version 5."],
    [[...KEY, "--key-version", "8"], "--key-version must be 1, 2, 3, 4, 5, 6 or 7"],
    [[...KEY, "--expires-in", "1w"], `--expires-in ${SECONDS}`],
    [[...KEY, "--expires-in", "1 h"], `--expires-in ${SECONDS}`],
    [[...KEY, "--expires-in", "1hour"], `--expires-in ${SECONDS}`],
    [[...KEY, "--expires-in", "3600000ms"], `--expires-in ${SECONDS}`],
    [[...KEY, "--expires-in=-1"], `--expires-in ${SECONDS}`],
    [[...KEY, "--privilege", "joinChannel=1 h"], `--privilege joinChannel ${SECONDS}`],
    [["token", "--rtm", "a", "--expires-in", "1 h"], `--expires-in ${SECONDS}`],
    [["service-key", "new", "--id", "a", "--max-expires-in", "1 h"], SECONDS],
    [["service-key", "new", "--id", "a", "--not-after", "1 h"], `--not-after ${TIME}`],
    [[...KEY, "--expires-at", "tomorrow"], `--expires-at ${TIME}`],
    [[...KEY, "--expires-in", "1800000000"], "--expires-in is seconds from now, not a time"],
    [[...KEY, "--uid=-1"], "--uid is given twice"],
    [["key", "--channel", "a", "--uid=-1"], "--uid must be an integer"],
    [[...KEY, "--privilege", "joinChannel"], "--privilege must be NAME=SECONDS"],
    [[...KEY, "--privilege", "fly=1"], "--privilege must be NAME=SECONDS"],
    [[...KEY, "--privilege", "publishAudio=1"], "--privilege joinChannel is required"],
    [[...KEY, "--privilege", "joinChannel=1", "--privilege", "joinChannel=1"], "twice"],
    [[...KEY, "--url", "keys.example.com"], "--url must be an address"],
    [[...KEY, "--url", "http://keys.example.com"], "--url must begin with https://"],
    [[...KEY, "--url", "https://keys.example.com/v1"], "--url must be the address without /v1"],
    [[...KEY, "--url", "https://keys.example.com/v1/keys"], "the address without /v1"],
    [["doctor", "localhost:8787"], "write http://localhost:8787"],
    [["doctor", "127.0.0.1:8787"], "write http://127.0.0.1:8787"],
    [["doctor", "[::1]:8787"], "write http://[::1]:8787"],
    [[...KEY, "--url", "localhost"], "write http://localhost"],
    [["doctor", "keys.example.com:443"], "URL must begin with https://"],
    [[...KEY, "--url", "https://a:b@keys.example.com"], "--url must be an address alone"],
    [[...KEY, "--url", "https://keys.example.com", "--offline"], "--offline can't be given"],
    [[...KEY, "--url", "https://keys.example.com"], "SERVICE_KEY is missing"],
    [[...KEY, "--vars", "no-such-file"], "--vars: there is no such file"],
    [[...KEY, "--stdin"], "--stdin: nothing came for APP_CERTIFICATE"],
    [["token"], "name a service: --rtc, --rtm"],
    [["token", "--uid", "42"], "--uid needs --rtc"],
    [["token", "--rtm", " a"], "--rtm must be"],
    [["token", "--rtc", "room-1"], "--uid is required, or else account"],
    [["token", "--rtc", "room-1", "--uid", "1", "--role", "boss"], "--role must be"],
    [["token", "--rtm2", "a", "--permission", "x.read=b"], "--permission must be such as"],
    [["token", "--rtm", "a", "--permission", "users.read=b"], "--permission needs --rtm2"],
    [["grant", "--channel", "a", "--uid", "1"], "GRANT_SECRET is missing"],
    [["revoke", "--uid", "42"], "name the deployment: --url, or LATCHKEY_URL"],
    [["revoke"], "name what to revoke"],
    [["doctor"], "name the deployment: latchkey doctor URL"],
    [["doctor", "https://a.example", "--origin", "app.example"], "--origin must be"],
    [["doctor", "https://a.example", "https://b.example"], "argument 2 belongs to no option"],
  ])("%j", async (args, message) => {
    const { status, stdout, stderr } = await latchkey(args, { env });
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, ""]);
  });

  test("every wrong field at once, and every wrong setting", async () => {
    const args = ["key", "--channel", "a/b", "--uid", "x", "--service", "y"];
    const fields = await latchkey(args, { env });
    expect(fields.stderr.match(/^latchkey key: --(channel|uid|service) must be/gm)).toHaveLength(3);
    const wrong = { APP_CERTIFICATE: "short", MAX_EXPIRES_IN: "1h" };
    const settings = await latchkey(KEY, { env: wrong });
    const named = settings.stderr.match(/(?<=^latchkey key: )[A-Z_]+/gm) ?? [];
    expect(named.sort()).toEqual(["APP_CERTIFICATE", "APP_ID", "MAX_EXPIRES_IN"]);
  });

  test("with --json as JSON, though an option is unknown", async () => {
    const { stderr, status } = await latchkey([...KEY, "--json", "--chanel", "a"], { env });
    expect(JSON.parse(stderr)).toMatchObject({ code: "usage" });
    expect(status).toBe(2);
  });

  test("with --json in the names of the API, on stderr", async () => {
    const args = ["key", "--channel", "a", "--uid", "1", "--expires-in", "x", "--json"];
    const { stderr, stdout, status } = await latchkey(args, { env });
    expect([status, stdout]).toEqual([2, ""]);
    expect(JSON.parse(stderr)).toMatchObject({
      code: "invalid_request",
      errors: [{ path: "expiresIn" }],
    });
  });
});

test("service-key --help is the help of its only command", async () => {
  const { stdout } = await latchkey(["service-key", "new", "--help"]);
  for (const args of [
    ["service-key", "--help"],
    ["service-key", "-h"],
    ["help", "service-key"],
  ])
    expect(await latchkey(args)).toMatchObject({ status: 0, stdout, stderr: "" });
});

describe("a comma makes no list: a hint on stderr", () => {
  const GRANT = ["grant", "--uid", "42", "--expires-in", "1h", "--channel"];
  const CHANNEL = "this is one channel with a comma in its name";
  const VALUE = "this is one value with a comma in it";
  const several = (name: string) => `; repeat --${name} for several`;

  test.each([
    [[...GRANT, "room-1,room-2"], `grant: --channel: ${CHANNEL}${several("channel")}`],
    [["service-key", "new", "--id", "a", "--channel", "a,b"], CHANNEL + several("channel")],
    [["key", "--channel", "a,b", "--uid", "1"], `key: --channel: ${CHANNEL}\n`],
    [["key", "--channel", "a", "--account", "b,c", "--quiet"], `key: --account: ${VALUE}\n`],
    [["token", "--rtc", "a,b", "--uid", "1"], `token: --rtc: ${CHANNEL}\n`],
    [
      ["token", "--rtm2", "a", "--permission", "users.read=b,c"],
      `token: --permission: ${VALUE}${several("permission")}`,
    ],
  ])("%j", async (args, hint) => {
    const secrets = { ...env, GRANT_SECRET: SECRETS.GRANT_SECRET };
    const { status, stderr } = await latchkey(args, { env: secrets });
    expect(`${status} ${stderr}`).toContain(hint);
    expect(status).toBe(0);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("beside what is wrong, and not with --json", async () => {
    const args = [...KEY, "--privilege", "joinChannel=1h,publishAudio=1h"];
    const { status, stderr } = await latchkey(args, { env });
    expect(status).toBe(2);
    expect(stderr).toContain(`--privilege: ${VALUE}${several("privilege")}`);
    expect(stderr).toContain(`--privilege joinChannel ${SECONDS}`);
    const json = await latchkey(["key", "--channel", "a,b", "--uid", "1", "--json"], { env });
    expect([json.status, json.stderr]).toEqual([0, ""]);
  });
});

test("times are read as they are written", async () => {
  const exact = { ...env, EXACT_TIMES: "on" };
  const times = [
    "1800000000",
    "2027-01-15T08:00Z",
    "2027-01-15T09:00:00+01:00",
    "2027-01-15 08:00Z",
  ];
  for (const time of times) {
    const { json } = await latchkey([...KEY, "--expires-at", time, "--json"], { env: exact });
    expect(json).toMatchObject({ expiresAt: 1_800_000_000 });
  }
  const before = Math.floor(Date.now() / 1000);
  const { json } = await latchkey([...KEY, "--expires-at", "2d", "--json"], { env: exact });
  const { expiresAt } = json as { expiresAt: number };
  expect(expiresAt - before - 2 * 86_400).toBeLessThan(30);
});

test("--vars reads a file as .dev.vars is written, and the environment comes first", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-cli-"));
  try {
    const path = join(folder, ".dev.vars");
    const certificate = `APP_CERTIFICATE="${SECRETS.APP_CERTIFICATE}"`;
    writeFileSync(path, `\ufeff# a comment\r\nAPP_ID=${"0".repeat(32)}\r\n${certificate}\r\n`);
    const args = [...KEY, "--json", "--vars", path];
    expect((await latchkey(args)).json).toMatchObject({ appId: "0".repeat(32) });
    expect((await latchkey(args, { env: { APP_ID } })).json).toMatchObject({ appId: APP_ID });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
