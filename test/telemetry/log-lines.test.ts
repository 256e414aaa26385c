// Text that comes from outside, in a line: it stays one line of JSON, and is no secret.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { loggedDeployment } from "../support/audit-log.ts";
import { APP_ID, NOW, SECRETS } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

describe("a name is in its line as it is, and the line is ASCII:", () => {
  test.each([
    ["a line separator", "user\u2028{\u2029"],
    ["marks that turn text around", "user\u202e\u2066\u200f"],
    ["quotes and backslashes", 'user","outcome":"ok\\'],
    ["a sign beyond 16 bits", "user \u{1f600}"],
    ["a C1 escape", "user \u{e0001}"],
    ["256 characters of three bytes", "\ua000".repeat(256)],
  ])("%s", async (_, subject) => {
    const { deployment, host, lines } = loggedDeployment();
    await deployment.post("/v1/grants", { channels: ["*"], uid: 1, expiresIn: 60, subject });
    expect(host.lines[0]?.length).toBeLessThan(2_500);
    expect(lines()).toMatchObject([{ subject, outcome: "ok" }]);
  });

  test("control characters reach none: they are refused wherever a name is read", async () => {
    for (const character of ["\n", "\r", "\u001b", "\u0000", "\u007f", "\u009b"]) {
      const { deployment, lines } = loggedDeployment();
      const subject = `user${character}[2J`;
      const body = { channels: ["*"], uid: 1, expiresIn: 60, subject };
      await deployment.post("/v1/grants", body);
      const credential = await signGrant({ sub: subject });
      await deployment.post("/v1/keys", { channel: "room-9" }, { credential });
      const written = lines();
      expect(written.map(({ outcome }) => outcome)).toEqual(["invalid_request"]);
      expect(JSON.stringify(written)).not.toContain("[2J");
    }
  });

  test("the longest line that a request can make", async () => {
    const { deployment, host, lines } = loggedDeployment();
    const channels = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(64, "|"));
    const account = "|".repeat(255);
    const subject = "\ua000".repeat(256);
    const body = { channels, account, expiresIn: 60, subject };
    expect((await deployment.post("/v1/grants", body)).status).toBe(200);
    expect(host.lines[0]?.length).toBeLessThan(10_000);
    expect(lines()).toMatchObject([{ channels, account, subject }]);
  });
});

describe("a secret in the place of a name is left out:", () => {
  const lower = SECRETS.APP_CERTIFICATE;
  const secrets: readonly [name: string, secret: string][] = [
    ...Object.entries(SECRETS),
    ["the certificate in capitals", lower.toUpperCase()],
    ["a generated service key", `lk_backend_${"aB3-_".repeat(9).slice(0, 43)}_0123abcd`],
  ];

  test.each(secrets)("%s", async (_, secret) => {
    const { deployment, host, lines } = loggedDeployment();
    const responses = [
      await deployment.post("/v1/keys", { channel: secret, uid: 1 }),
      await deployment.post("/v1/keys", { channel: "room-1", account: `x${secret}`, version: 7 }),
      await deployment.post("/v1/keys/batch", { channel: secret, uids: [1] }),
      await deployment.post("/v1/grants", { channels: [secret], uid: 1, expiresIn: 60 }),
      await deployment.post("/v1/grants", {
        ...{ channels: ["a"], account: secret, expiresIn: 60 },
        subject: `${secret} x`,
      }),
      await deployment.post("/v1/revocations", { sub: secret, jti: secret, channel: secret }),
      await deployment.post("/v1/tokens", {
        services: [
          { type: "rtc", channel: secret, account: secret },
          { type: "rtm", userId: secret },
        ],
      }),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 201, 200]);
    expect(lines().length).toBe(responses.length);
    const log = host.lines.join("\n").toLowerCase();
    expect(log.includes(secret.toLowerCase())).toBe(false);
  });

  test("what the service has given: keys of every version, tokens and grants", async () => {
    const { deployment, host, lines } = loggedDeployment();
    const given: string[] = [];
    for (const version of [2, 3, 4, 5, 6, 7]) {
      const { json } = await deployment.post("/v1/keys", { channel: "room-1", uid: 1, version });
      given.push(String(json.key));
    }
    const grant = { channels: ["room-1"], uid: 1, expiresIn: 60 };
    given.push(String((await deployment.post("/v1/grants", grant)).json.grant));
    given.push(await signGrant({ iss: "a", sub: "b", jti: "c", channels: ["*"], uid: 1 }));
    lines();
    for (const text of given) {
      // The longest name that there is.
      const subject = text.slice(0, 256);
      await deployment.post("/v1/grants", { ...grant, subject });
      const body = { jti: subject, until: NOW + 60 };
      await deployment.post("/v1/revocations", body);
      const written = host.lines.join("\n");
      expect([text, written.includes(text.slice(0, 60))]).toEqual([text, false]);
      expect(lines().length).toBe(2);
    }
  });

  test("and it alone: the line says [removed] there, and the rest stands", async () => {
    const { deployment, lines } = loggedDeployment();
    await deployment.post("/v1/keys", { channel: SECRETS.GRANT_SECRET, uid: 42 });
    expect(lines()).toMatchObject([{ channel: "[removed]", uid: 42, version: 5 }]);
  });

  test("a grant's own text, which its holder puts into a request", async () => {
    const { deployment, host, lines } = loggedDeployment({ REVOCATIONS: "off" }, {});
    const claims = { iss: "a", sub: "b", jti: "c", channels: ["*"], iat: NOW, exp: NOW + 60 };
    const credential = await signGrant(claims);
    const body = { channel: "e", account: credential.slice(0, 255), version: 7 };
    await deployment.post("/v1/keys", body, { credential });
    expect(host.lines.join("")).not.toContain(credential.slice(0, 60));
    expect(lines()).toMatchObject([{ outcome: "forbidden_uid", account: "[removed]" }]);
  });

  test("a named service key that was not generated by us, which its holder puts there", async () => {
    const key = `plain~${"aB3".repeat(12)}`;
    const SERVICE_KEYS = JSON.stringify([
      { id: "backend", sha256: createHash("sha256").update(key).digest("hex"), allow: ["keys"] },
    ]);
    const { deployment, host, lines } = loggedDeployment({ SERVICE_KEYS });
    await deployment.post("/v1/keys", { channel: `x${key}`, uid: 1 }, { credential: key });
    expect(host.lines.join("")).not.toContain(key);
    expect(lines()).toMatchObject([{ caller: { id: "backend" }, channel: "[removed]" }]);
  });

  test("a named service key that was not generated by us, which others put there", async () => {
    const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
    for (const key of [
      `plain~key+of=another-tool-${"x7".repeat(9)}`,
      "a1B2".repeat(8),
      "zY9".padEnd(256, "q/-"),
    ]) {
      const SERVICE_KEYS = JSON.stringify([
        { id: "another", sha256: hashOf("x".repeat(40)), allow: ["keys"] },
        { id: "backend", sha256: hashOf(key), allow: ["keys"] },
      ]);
      const { deployment, host, lines } = loggedDeployment({ SERVICE_KEYS });
      const grant = { channels: ["a"], uid: 1, expiresIn: 60 };
      // As a whole name, and as a word of one: also right after a character that is not ASCII.
      const words = key.length < 200 ? [`Bearer ${key}`, `\u00e9${key}\u2028`, `{"${key}"}`] : [];
      for (const subject of [key, ...words])
        await deployment.post("/v1/grants", { ...grant, subject });
      if (key.length <= 64) await deployment.post("/v1/keys", { channel: key, uid: 1 });
      await deployment.post("/v1/revocations", { sub: key, until: NOW + 60 });
      const credential = await signGrant({ sub: key, jti: key });
      await deployment.post("/v1/keys", { channel: "elsewhere" }, { credential });
      expect(host.lines.join("\n")).not.toContain(key);
      const written = lines();
      expect(written.length).toBeGreaterThan(2);
      for (const line of written) expect(JSON.stringify(line)).toContain("[removed]");
    }
  });

  test.each([
    ["hexadecimal names", "0123456789abcdef".repeat(4)],
    ["the App ID", APP_ID],
    ["names that begin like a token", `007-${"x".repeat(40)}`],
    ["UUIDs", "0f2c1b6e-5a39-4c1d-9a53-6d0c5b0a7e11"],
    ["words with dots", "eyJ.a.b"],
  ])("but no innocent name: %s", async (_, subject) => {
    const { deployment, lines } = loggedDeployment();
    await deployment.post("/v1/grants", { channels: ["*"], uid: 1, expiresIn: 60, subject });
    expect(lines()).toMatchObject([{ subject }]);
  });
});
