// The setting SERVICE_KEYS: what is wrong with it is named by the entry and the member, and no
// typing error gives a key more than was meant.

import { describe, expect, test } from "vitest";
import { NOW, SECRETS, TestDeployment } from "../support/deployment.ts";
import { hashOf, newKey, type ScopeSays, serviceKeys } from "../support/service-keys.ts";

const { key, entry } = newKey("backend");
const other = newKey("other");
const ask = { channel: "room-1", uid: 42 };

async function expectRefused(SERVICE_KEYS: string, message: RegExp): Promise<void> {
  const deployment = new TestDeployment({ env: { SERVICE_KEYS } });
  const { status, json, text } = await deployment.get("/ready");
  expect(json.problems).toEqual([
    { name: "SERVICE_KEYS", message: expect.stringMatching(message) },
  ]);
  expect(status).toBe(503);
  for (const secret of [key, hashOf(key), key.slice(3, 40), "backend"])
    expect(text).not.toContain(secret);
  for (const credential of [key, SECRETS.SERVICE_KEY]) {
    const refused = await deployment.post("/v1/keys", ask, { credential });
    expect([refused.status, refused.json.code]).toEqual([503, "not_configured"]);
  }
}

describe("SERVICE_KEYS is refused,", () => {
  test.each<[string, string, RegExp]>([
    ["no JSON", "backend", /must be a JSON array/],
    ["an object", JSON.stringify(entry), /must be a JSON array/],
    ["text", '"backend"', /must be a JSON array|quotes/],
    ["null", "null", /must be a JSON array/],
    ["an entry that is no object", '["lk_backend"]', /^entry 1: must be an object$/],
    ["an entry that is an array", "[[]]", /^entry 1: must be an object$|is required/],
    ["a key where an object belongs", JSON.stringify([key]), /^entry 1: must be an object$/],
    ["a comma at the end", `[${JSON.stringify(entry)},]`, /must be a JSON array/],
    [
      "a member that stands twice",
      `[${JSON.stringify(entry).replace("{", '{"channels":["room-1"],"channels":["*"],')}]`,
      /^has a duplicate member/,
    ],
    [
      "51 entries",
      serviceKeys(...Array.from({ length: 51 }, (_, i) => newKey(`a${i}`))),
      /at most 50/,
    ],
  ])("as %s", (_name, text, message) => expectRefused(text, message));

  test.each<[object, RegExp]>([
    [{ id: undefined }, /^entry 1: id is required$/],
    [{ id: "" }, /^entry 1: id must be 1 to 32 characters/],
    [{ id: "Backend" }, /^entry 1: id must be/],
    [{ id: "back_end" }, /^entry 1: id must be/],
    [{ id: "a".repeat(33) }, /^entry 1: id must be/],
    [{ id: 1 }, /^entry 1: id must be/],
    [{ sha256: undefined }, /^entry 1: sha256 is required$/],
    [{ sha256: key }, /^entry 1: sha256 must be 64 hexadecimal digits/],
    [{ sha256: hashOf(key).slice(1) }, /^entry 1: sha256 must be/],
    [{ sha256: `0x${hashOf(key)}` }, /^entry 1: sha256 must be/],
    [{ sha256: btoa(hashOf(key)) }, /^entry 1: sha256 must be/],
    [{ allow: undefined }, /^entry 1: allow is required$/],
    [{ allow: [] }, /^entry 1: allow must be an array of one or more of keys, batch, tokens/],
    [{ allow: "keys" }, /^entry 1: allow must be/],
    [{ allow: ["keys", "Grants"] }, /^entry 1: allow\[1\] must be/],
    [{ allow: ["*"] }, /^entry 1: allow\[0\] must be/],
    [{ allow: { keys: true } }, /^entry 1: allow must be/],
    [{ channels: [] }, /^entry 1: channels must be an array of 1 to 100/],
    [{ channels: "room-1" }, /^entry 1: channels must be/],
    [{ channels: null }, /^entry 1: channels must be/],
    [{ channels: ["room-1", ""] }, /^entry 1: channels\[1\] must be a channel name/],
    [{ channels: ["team*-1"] }, /^entry 1: channels\[0\] must be/],
    [{ channels: ["team-**"] }, /^entry 1: channels\[0\] must be/],
    [{ services: [] }, /^entry 1: services must be an array of one or more of mediaChannel/],
    [{ services: ["rtc"] }, /^entry 1: services\[0\] must be/],
    [{ services: "rtm" }, /^entry 1: services must be/],
    [{ maxExpiresIn: 0 }, /^entry 1: maxExpiresIn must be/],
    [{ maxExpiresIn: "60" }, /^entry 1: maxExpiresIn must be/],
    [{ maxExpiresIn: null }, /^entry 1: maxExpiresIn must be/],
    [{ maxExpiresIn: NOW }, /^entry 1: maxExpiresIn is seconds from now, not a time/],
    [{ notAfter: NOW * 1000 }, /^entry 1: notAfter must be Unix seconds/],
    [{ notAfter: "2027-01-15" }, /^entry 1: notAfter must be Unix seconds/],
    [{ notAfter: NOW + 0.5 }, /^entry 1: notAfter must be Unix seconds/],
    [{ allow: ["revocations"], channels: ["*"] }, /^entry 1: allow can't have revocations beside/],
    [{ allow: ["keys", "revocations"], services: ["rtm"] }, /^entry 1: allow can't have revoc/],
  ])("with %j", (members, message) =>
    expectRefused(serviceKeys({ key, entry: { ...entry, ...members } }, other), message),
  );

  test.each([
    "Id",
    "channel",
    "service",
    "maxexpiresin",
    "expiresIn",
    "__proto__",
    key,
    `id ${key}`,
  ])("with the unknown member %j, which is not quoted", (name) => {
    const text = JSON.stringify(entry).replace("{", `{${JSON.stringify(name)}:["room-1"],`);
    return expectRefused(
      `[${text}]`,
      /^entry 1: has a member that is none of id, sha256, allow, channels, services, maxEx/,
    );
  });

  test("with an id or a hash that two entries have", async () => {
    const again = newKey("backend");
    await expectRefused(serviceKeys({ key, entry }, again), /^entry 2: id is that of an entry/);
    const same = { key, entry: { ...entry, id: "copy", sha256: hashOf(key).toUpperCase() } };
    await expectRefused(serviceKeys({ key, entry }, same), /^entry 2: sha256 is that of an entry/);
  });

  test.each(Object.keys(SECRETS) as (keyof typeof SECRETS)[])(
    "with the hash of %s: as a service key that would do everything, or is known elsewhere",
    (name) =>
      expectRefused(
        serviceKeys(other, newKey("copy", { allow: ["inspect"] }, SECRETS[name])),
        new RegExp(`^entry 2: sha256 is that of ${name}:`),
      ),
  );

  test("naming every wrong member of every entry", () =>
    expectRefused(
      JSON.stringify([{ ...entry, id: "", allow: [] }, { id: "x" }]),
      /^entry 1: id .*; entry 1: allow .*; entry 2: sha256 is required; entry 2: allow is requi/,
    ));
});

test.each(["", "[]", `\n${JSON.stringify([entry], null, 2)}\n`])(
  "SERVICE_KEYS may be left empty, and may have white space: %#",
  async (SERVICE_KEYS) => {
    const { json } = await new TestDeployment({ env: { SERVICE_KEYS } }).get("/ready");
    expect(json).toMatchObject({ status: "ready" });
    expect(JSON.stringify(json)).not.toContain("SERVICE_KEYS");
  },
);

test("GET /ready warns of a key that has ended, and of one that ends within a week, by its place", async () => {
  const day = 86_400;
  const ends = [undefined, NOW, NOW + 1, NOW + 7 * day, NOW + 7 * day + 1];
  const keys = ends.map((notAfter, i) => newKey(`key-${i}`, { notAfter }));
  const { status, json } = await new TestDeployment({
    env: { SERVICE_KEYS: serviceKeys(...keys) },
  }).get("/ready");
  expect(status).toBe(200);
  const found = (json.warnings as { name: string; message: string }[])
    .filter(({ name }) => name === "SERVICE_KEYS")
    .map(({ message }) => message.split(":")[0]);
  const soon = "ends within a week";
  expect(found).toEqual(["entry 2 has ended", `entry 3 ${soon}`, `entry 4 ${soon}`]);
});

describe("a typing error in the setting gives a key no more than was meant:", () => {
  const scope: ScopeSays = {
    allow: ["keys", "tokens", "grants"],
    channels: ["room-1"],
    services: ["mediaChannel"],
    maxExpiresIn: 60,
    notAfter: NOW + 600,
  };
  const limited = newKey("backend", scope);
  const text = serviceKeys(limited);

  /** Whatever a key of this scope must not have. */
  const BEYOND: readonly [path: string, body: object][] = [
    ["/v1/keys", { channel: "room-2", uid: 42 }],
    ["/v1/keys", { channel: "room-1", uid: 42, service: "recording" }],
    ["/v1/keys", { channel: "room-1", version: 1 }],
    ["/v1/keys/batch", { channel: "room-1", uids: [42] }],
    ["/v1/tokens", { services: [{ type: "rtm", userId: "42" }] }],
    ["/v1/grants", { channels: ["*"], uid: 42, expiresIn: 60 }],
    ["/v1/grants", { channels: ["room-1"], services: ["rtm"], uid: 42, expiresIn: 60 }],
    ["/v1/keys/inspect", { key: "" }],
  ];

  async function expectNoMore(SERVICE_KEYS: string): Promise<"configured" | "refused"> {
    const deployment = new TestDeployment({ env: { SERVICE_KEYS } });
    const credential = limited.key;
    for (const [path, body] of BEYOND) {
      const { status } = await deployment.post(path, body, { credential });
      expect([SERVICE_KEYS, path, status]).not.toEqual([SERVICE_KEYS, path, 200]);
    }
    const { json } = await deployment.post("/v1/keys", { ...ask, expiresIn: 0 }, { credential });
    expect(json.expiresAt ?? 0).toBeLessThanOrEqual(NOW + 60);
    return json.key === undefined ? "refused" : "configured";
  }

  test("the key itself works", async () => {
    expect(await expectNoMore(text)).toBe("configured");
  });

  test("in the name of a member, or in a mark of JSON", async () => {
    const outcomes = new Set<string>();
    // What stands between quotes after a colon or in a list is a value: another value is meant.
    for (const { 0: name, index: at } of text.matchAll(/"\w+":|[{}[\],]/g)) {
      for (let i = at; i < at + name.length; i++) {
        const [head, tail] = [text.slice(0, i), text.slice(i + 1)];
        const character = text.charAt(i);
        for (const typed of ["", character + character, "x", character.toUpperCase(), " "]) {
          if (typed !== character) outcomes.add(await expectNoMore(head + typed + tail));
        }
      }
    }
    // A blank for a comma within a text is one of few that leave it whole.
    expect(outcomes).toContain("refused");
  }, 30_000);

  test.each(["allow", "channels", "services", "maxExpiresIn", "notAfter"] as const)(
    "in the type or the depth of %s",
    async (name) => {
      const value = scope[name];
      const wrong = [
        null,
        "",
        [],
        {},
        false,
        true,
        [value],
        [[]],
        { 0: value },
        `${value}`,
        [null],
      ];
      for (const bent of wrong) {
        const entryOf = { ...limited.entry, [name]: bent };
        expect(await expectNoMore(JSON.stringify([entryOf]))).toBe("refused");
      }
    },
  );
});
