// The command line without a deployment: what it signs, checked by programs that are not ours.

import { jwtVerify } from "jose";
import { inspect } from "latchkey";
import { describe, expect, test } from "vitest";
import { latchkey } from "../support/command-line.ts";
import { OFFICIAL_EXAMPLE, OFFICIAL_KEYS } from "../support/official.ts";
import { APP_ID, SECRETS } from "../support/settings.ts";
import { readVendorToken } from "../support/vendor-token.ts";

const { APP_CERTIFICATE, GRANT_SECRET } = SECRETS;
const project = { APP_ID, APP_CERTIFICATE };
const now = () => Math.floor(Date.now() / 1000);

describe("latchkey key", () => {
  const { channel, unixTs, randomInt, uid, expiredTs } = OFFICIAL_EXAMPLE;

  test.each(OFFICIAL_KEYS)("makes the vendor's published key: $fields", async (official) => {
    const { version, service = "mediaChannel", permission } = official.fields;
    const env = {
      APP_ID: official.appId,
      APP_CERTIFICATE: official.appCertificate,
      EXACT_TIMES: "on",
    };
    const args = ["key", "--quiet", "--channel", channel, "--key-version", `${version}`];
    args.push("--issued-at", `${unixTs}`, "--random-int", `${randomInt}`, "--service", service);
    if (version > 1) args.push("--uid", `${uid}`, "--expires-at", `${expiredTs}`);
    if (permission !== undefined) args.push("--permission", permission);
    const { status, stdout, stderr } = await latchkey(args, { env });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: `${official.key}\n`,
      stderr: "",
    });
  });

  test("makes a 007 token that the vendor's library verifies", async () => {
    const args = ["key", "--channel", "room-1", "--uid", "42", "--sdk-version", "4.24.8"];
    const { status, stdout } = await latchkey([...args, "--expires-in", "30m"], { env: project });
    expect(status).toBe(0);
    const token = readVendorToken(stdout.split("\n")[0] ?? "", APP_CERTIFICATE);
    expect(token).toMatchObject({ appId: APP_ID, expire: 1800 });
    expect(token.services).toMatchObject([{ channel_name: "room-1", uid: "42" }]);
    expect(Math.abs(token.issueTs - now())).toBeLessThan(60);
  });

  test("says what it made in UTC and from now, and the key stands alone in the first line", async () => {
    const args = ["key", "--channel", "room-1", "--uid", "42", "--expires-in", "90m"];
    const { stdout } = await latchkey(args, { env: project });
    const [key = "", empty, ...rows] = stdout.trimEnd().split("\n");
    expect(inspect(key).version).toBe(5);
    expect(empty).toBe("");
    expect(rows).toContain("  channel      room-1");
    expect(rows.join("\n")).toMatch(
      /^ {2}expires {6}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in 1 h 30 min\)$/m,
    );
    expect(rows.join("\n")).toContain("  signed       offline, by this program");
  });

  test("prints with --json what the service answers", async () => {
    const args = ["key", "--channel", "room-1", "--account", "alice", "--role", "subscriber"];
    const { json } = await latchkey([...args, "--json"], { env: project });
    const expected = { version: 7, appId: APP_ID, account: "alice", role: "subscriber" };
    expect(json).toMatchObject({ ...expected, service: "mediaChannel", channel: "room-1" });
    const { key, expiresAt, issuedAt } = json as {
      readonly key: string;
      readonly expiresAt: number;
      readonly issuedAt: number;
    };
    expect(readVendorToken(key, APP_CERTIFICATE).expire).toBe(expiresAt - issuedAt);
  });

  test("follows the settings of a deployment", async () => {
    const settings = { DEFAULT_KEY_VERSION: "4", DEFAULT_EXPIRES_IN: "600", MAX_EXPIRES_IN: "300" };
    const args = ["key", "--channel", "room-1", "--uid", "42", "--json"];
    const { json } = await latchkey(args, { env: { ...project, ...settings } });
    const { version, issuedAt, expiresAt } = json as Record<string, number>;
    expect([version, Number(expiresAt) - Number(issuedAt)]).toEqual([4, 300]);
    const exact = await latchkey([...args, "--random-int", "7"], { env: project });
    expect([exact.status, exact.stdout]).toEqual([1, ""]);
    const made = await latchkey(args, { env: { APP_ID, KEY_MODE: "app-id" } });
    expect(made.json).toMatchObject({ key: null });
  });

  test("makes no key for a project without a certificate, and says how to join", async () => {
    const args = ["key", "--channel", "room-1", "--uid", "42"];
    const env = { APP_ID, KEY_MODE: "app-id" };
    const shown = await latchkey(args, { env });
    expect(shown.status).toBe(0);
    expect(shown.stdout).toMatch(/^ {2}what +none: join with null$/m);
    // A variable must not hold nothing without a word.
    const quiet = await latchkey([...args, "--quiet"], { env });
    expect([quiet.status, quiet.stdout]).toEqual([1, ""]);
    expect((await latchkey(["token", "--chat-app"], { env })).status).toBe(1);
  });

  test.each([
    ["--stdin", { env: { APP_ID }, input: `${APP_CERTIFICATE}\n` }],
    ["--stdin", { env: { APP_ID }, input: `${APP_CERTIFICATE}\r\n` }],
    // What is piped in is meant, whatever the environment has.
    [
      "--stdin",
      {
        env: { APP_ID, APP_CERTIFICATE: SECRETS.APP_CERTIFICATE_PREVIOUS },
        input: APP_CERTIFICATE,
      },
    ],
    [`--app-id=${APP_ID}`, { env: { APP_CERTIFICATE } }],
    ["--offline", { env: { ...project, LATCHKEY_URL: "https://keys.example.com" } }],
  ])("takes its project otherwise too: %s %#", async (option, surroundings) => {
    const args = ["key", "--channel", "room-1", "--uid", "42", "--key-version", "7", "--quiet"];
    const { stdout } = await latchkey([...args, option], surroundings);
    expect(readVendorToken(stdout.trim(), APP_CERTIFICATE).appId).toBe(APP_ID);
  });
});

test("latchkey token makes one token for several services", async () => {
  const args = ["token", "--rtc", "room-1", "--uid", "42", "--privilege", "joinChannel=10m"];
  args.push("--rtm", "alice", "--chat", "bob", "--rtm2", "carol");
  args.push("--permission", "messageChannels.read=news", "--permission", "users.write=dave");
  const { stdout, status } = await latchkey([...args, "--quiet"], { env: project });
  expect(status).toBe(0);
  const { services } = readVendorToken(stdout.trim(), APP_CERTIFICATE);
  expect(services).toMatchObject([
    { type: 1, channel_name: "room-1", uid: "42", privileges: { 1: 600 } },
    { type: 2, user_id: "alice" },
    { type: 5 },
    { type: 8, user_id: "carol" },
  ]);
  const app = await latchkey(["token", "--chat-app", "--json"], { env: project });
  expect(app.json).toMatchObject({ services: [{ type: "chat", userId: "" }] });
});

test("latchkey grant makes a grant that any JWT library verifies", async () => {
  const args = ["grant", "--channel", "room-1", "--channel", "team-*", "--uid", "42"];
  args.push("--service", "mediaChannel", "--service", "rtm", "--role", "subscriber");
  args.push("--expires-in", "4h", "--max-key-expires-in", "10m", "--subject", "user-7", "--quiet");
  const env = { APP_ID, GRANT_SECRET, GRANT_ISSUER: "shop" };
  const { stdout } = await latchkey(args, { env });
  const secret = new TextEncoder().encode(GRANT_SECRET);
  const { payload } = await jwtVerify(stdout.trim(), secret, { audience: "latchkey" });
  expect(payload).toMatchObject({
    ...{ appId: APP_ID, iss: "shop", sub: "user-7", channels: ["room-1", "team-*"], uid: 42 },
    ...{ services: ["mediaChannel", "rtm"], role: "subscriber", maxKeyExpiresIn: 600 },
  });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(14_400);
});

describe("the text beside a credential says whose it is and what it may", () => {
  const env = { ...project, GRANT_SECRET };
  const GRANT = ["grant", "--channel", "room-1", "--expires-in", "1h"];
  const KEY = ["key", "--channel", "room-1", "--uid", "42"];
  const FLY = ["--privilege", "joinChannel=1h", "--privilege", "publishAudio=10m"];
  const NEWS = ["--permission", "messageChannels.read=news", "--permission", "users.write=bob"];

  test.each([
    [[...GRANT, "--uid", "42"], "user", "uid 42"],
    [[...GRANT, "--uid", "42"], "role", "publisher"],
    [[...GRANT, "--uid", "42"], "services", "mediaChannel"],
    [[...GRANT, "--uid", "0"], "user", "anyone"],
    [[...GRANT, "--account", "alice", "--role", "subscriber"], "user", "account alice"],
    [[...GRANT, "--account", "alice", "--role", "subscriber"], "role", "subscriber"],
    [[...GRANT, "--uid", "1", "--service", "rtm", "--service", "chat"], "services", "rtm, chat"],
    [[...GRANT, "--uid", "1", "--max-key-expires-in", "90m"], "keys last", "at most 1 h 30 min"],
    [[...KEY, ...FLY], "privileges", "joinChannel 1 h, publishAudio 10 min"],
    // Each ends with the token.
    [[...KEY, ...FLY, "--expires-in", "5m"], "privileges", "joinChannel 5 min, publishAudio 5 min"],
    [
      [...KEY, "--service", "inChannelPermission", "--permission", "noUpload"],
      "permission",
      "noUpload",
    ],
    [
      ["token", "--rtm2", "alice", ...NEWS],
      "rtm2",
      "user alice, login 1 h, messageChannels.read=news, users.write=bob",
    ],
  ])("%j: %s", async (args, name, value) => {
    const { stdout, stderr } = await latchkey(args, { env });
    expect(stderr).toBe("");
    const rows = stdout.trimEnd().split("\n").slice(2);
    const found = rows.find((row) => row.startsWith(`  ${name} `));
    expect(found?.slice(name.length + 2).trim()).toBe(value);
  });
});

describe("latchkey inspect", () => {
  const make = async (...args: string[]) =>
    (await latchkey(["key", "--channel", "room-1", "--quiet", ...args], { env: project })).stdout;

  test("accepts a key that it verified, by exit code 0", async () => {
    const input = await make("--uid", "42");
    const args = ["inspect", "--channel", "room-1", "--uid", "42"];
    const { status, stdout } = await latchkey(args, { env: project, input });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^accepted: /);
    expect(stdout).toMatch(/^ {2}signature +valid$/m);
  });

  test("needs no certificate, and then says that it verified nothing", async () => {
    const input = await make("--uid", "42", "--key-version", "7");
    const { status, json } = await latchkey(["inspect", "--json"], { input });
    expect(status).toBe(0);
    expect(json).toMatchObject({
      verdict: "unknown",
      signature: "unverified",
      version: 7,
      uid: 42,
    });
  });

  test.each([
    [
      "another uid",
      ["--channel", "room-1", "--uid", "43"],
      project,
      "signed_for_other_uid_or_channel",
    ],
    ["another project", [], { APP_ID: "0".repeat(32) }, "app_id_mismatch"],
    ["a part of it", [], {}, "truncated"],
  ])("refuses %s, by exit code 1", async (what, args, env, code) => {
    const key = await make("--uid", "42");
    const input = what === "a part of it" ? key.slice(0, 60) : key;
    const { status, stdout } = await latchkey(["inspect", ...args], { env, input });
    expect(stdout).toMatch(/^refused: /);
    expect(stdout).toMatch(new RegExp(`^${code}: .*\\(SDK error 1\\d\\d\\)$`, "m"));
    expect(status).toBe(1);
  });

  test("takes what is pasted as it is, and names the mistakes", async () => {
    const key = (await make("--uid", "42")).trim();
    const input = `"${key.slice(0, 40)}\n${key.slice(40)}"\n`;
    const { json } = await latchkey(["inspect", "--json"], { input });
    const { findings } = json as { findings: { code: string }[] };
    expect(findings.map(({ code }) => code)).toEqual(["malformed", "quoted", "line_breaks"]);
  });

  test("shows the services of a 007 token, each with its user and what it may", async () => {
    const args = ["token", "--rtc", "room-1", "--uid", "42", "--privilege", "joinChannel=10m"];
    args.push("--rtm", "alice", "--chat-app", "--quiet");
    args.push("--rtm2", "bob", "--permission", "users.read=carol");
    const { stdout: input } = await latchkey(args, { env: project });
    const { stdout } = await latchkey(["inspect"], { env: project, input });
    expect(stdout).toMatch(/^ {2}rtc +room-1, uid 42, joinChannel 10 min$/m);
    expect(stdout).toMatch(/^ {2}rtm +user alice, login 1 h$/m);
    expect(stdout).toMatch(/^ {2}rtm2 +user bob, login 1 h, users.read=carol$/m);
    expect(stdout).toMatch(/^ {2}chat +the app, app 1 h$/m);
  });

  test("shows until when a 006 token's privileges last", async () => {
    const input = await make("--uid", "42", "--key-version", "6");
    const args = ["inspect", "--channel", "room-1", "--uid", "42"];
    const { stdout, status } = await latchkey(args, { env: project, input });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}publishAudio +\d{4}-.* UTC \(in (59 min|1 h)/m);
  });

  test("names a grant, and nothing of it is printed", async () => {
    const grant = ["grant", "--channel", "room-1", "--uid", "42", "--expires-in", "1h", "--quiet"];
    const { stdout: input } = await latchkey(grant, { env: { APP_ID, GRANT_SECRET } });
    const { stdout, status } = await latchkey(["inspect"], { input });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^grant: This is a grant/m);
    for (const part of input.trim().split(".")) expect(stdout).not.toContain(part);
  });

  test.each([
    [["--uid", "x"], "--uid must be an integer"],
    [["--channel", "a/b"], "--channel must be"],
    [["--uid", "1", "--account", "b"], "--account must not be given beside uid"],
    [["--app-id", "1"], "APP_ID must be 32 hexadecimal digits"],
  ])("refuses %j with and without a certificate", async (args, message) => {
    for (const env of [project, {}]) {
      const { status, stdout, stderr } = await latchkey(["inspect", ...args], { env, input: "a" });
      expect(stderr).toContain(message);
      expect([status, stdout]).toEqual([2, ""]);
    }
  });
});
