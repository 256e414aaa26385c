// What the holder of a narrow service key would try: every route, with fields of every other route,
// more fields than there are, fields twice, other credentials beside it, and grants made with it.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOW, SECRETS, TestDeployment, type TestResponse } from "../support/deployment.ts";
import { newKey, serviceKeys } from "../support/service-keys.ts";

const CHANNELS = ["room-1", "team-a"];
const narrow = newKey("narrow", {
  allow: ["keys", "batch", "tokens", "grants"],
  channels: ["room-1", "team-*"],
  services: ["mediaChannel", "rtm"],
  maxExpiresIn: 600,
  notAfter: NOW + 900,
});
const env = {
  SERVICE_KEYS: serviceKeys(narrow, newKey("wide")),
  EXACT_TIMES: "on",
  GRANT_KEY_VERSIONS: "1,4,5,7",
  DEFAULT_EXPIRES_IN: "0",
};
const deployment = new TestDeployment({ env });

const channel = fc.constantFrom(...CHANNELS, "room-2", "team", "team-a*", "room-1 ", "Room-1", "*");
const services = fc.constantFrom<unknown>(
  "mediaChannel",
  "recording",
  ["mediaChannel"],
  ["mediaChannel", "recording"],
  ["rtm"],
  ["rtm", "chat"],
  [{ type: "rtc", channel: "room-1", uid: 42 }],
  [{ type: "rtc", channel: "room-2", uid: 42 }],
  [
    { type: "rtm", userId: "42" },
    { type: "rtc", channel: "team-b", uid: 42 },
  ],
  [
    { type: "rtm", userId: "42" },
    { type: "chat", app: true },
  ],
  [{ type: "rtm2", userId: "42", permissions: {} }],
);
const seconds = fc.constantFrom<unknown>(0, 1, 600, 601, 86_400, 315_360_000, "60", null);
const time = fc.constantFrom<unknown>(0, NOW, NOW + 600, NOW + 601, NOW + 901, NOW + 86_400);
/** Fields of all routes, and some of none. */
const FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  channel,
  channels: fc.oneof(fc.array(channel, { minLength: 1, maxLength: 2 }), fc.constant("*")),
  uid: fc.constantFrom(0, 42),
  account: fc.constant("alice"),
  uids: fc.constantFrom([42], [0, 1]),
  accounts: fc.constant(["alice"]),
  services,
  service: fc.constantFrom("mediaChannel", "recording", "inChannelPermission"),
  version: fc.constantFrom(1, 2, 3, 4, 5, 6, 7),
  sdkVersion: fc.constantFrom("1.0.0", "1.2.5", "2.0.8", "3.0.0", "4.24.8"),
  privileges: fc.constant({ joinChannel: 86_400 }),
  expiresIn: seconds,
  maxKeyExpiresIn: seconds,
  issuedAt: time,
  expiresAt: time,
  exp: time,
  notAfter: time,
  maxExpiresIn: seconds,
  allow: fc.constant(["inspect"]),
  id: fc.constant("wide"),
  scope: fc.constant({}),
};
const PATHS = ["/v1/keys", "/v1/keys/batch", "/v1/tokens", "/v1/grants"];
/** What each route needs at least, and is good. */
const GOOD: Readonly<Record<string, object>> = {
  "/v1/keys": { channel: "room-1", uid: 42 },
  "/v1/keys/batch": { channel: "team-a", uids: [42] },
  "/v1/tokens": { services: [{ type: "rtc", channel: "team-a", uid: 42 }] },
  "/v1/grants": { channels: ["team-a*"], uid: 42, expiresIn: 86_400 },
};

/** Fields that each route takes: most of what is asked for, or every request would be invalid. */
const SHARED = [
  "channel",
  "service",
  "version",
  "sdkVersion",
  "expiresIn",
  "issuedAt",
  "expiresAt",
];
const OWN: Readonly<Record<string, readonly string[]>> = {
  "/v1/keys": [...SHARED, "uid", "account", "privileges"],
  "/v1/keys/batch": [...SHARED, "uids", "accounts", "privileges"],
  "/v1/tokens": ["services", "expiresIn"],
  "/v1/grants": ["channels", "services", "expiresIn", "maxKeyExpiresIn", "uid"],
};
const anyField = fc.constantFrom(...Object.keys(FIELDS));

function fieldsFor(path: string): fc.Arbitrary<[string, unknown][]> {
  const own = fc.constantFrom(...(OWN[path] ?? ["uid"]));
  const name = fc.oneof({ weight: 12, arbitrary: own }, { weight: 1, arbitrary: anyField });
  const names = fc.uniqueArray(name, { maxLength: 3 });
  return names.chain((list) =>
    fc.tuple(
      ...list.map((each) => fc.tuple(fc.constant(each), FIELDS[each] as fc.Arbitrary<unknown>)),
    ),
  );
}

const path = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...PATHS) },
  { weight: 1, arbitrary: fc.constantFrom("/v1/keys/inspect", "/v1/revocations", "/v1/keys/") },
);
const request = fc.record({
  asked: path.chain((to) => fc.tuple(fc.constant(to), fieldsFor(to))),
  isTwice: fc.nat(19).map((n) => n === 0),
  headers: fc.constantFrom<Record<string, string>>(
    {},
    {},
    {},
    { "X-Service-Key": SECRETS.SERVICE_KEY },
    { Cookie: `key=${SECRETS.SERVICE_KEY}` },
    { "X-HTTP-Method-Override": "DELETE" },
  ),
  query: fc.constantFrom("", "", "", `?access_token=${SECRETS.SERVICE_KEY}`, "?id=wide"),
});

/** A body as text: a field may stand twice, as JSON.stringify never writes it. */
function bodyOf(path: string, fields: readonly (readonly [string, unknown])[], isTwice: boolean) {
  const good = Object.entries(GOOD[path] ?? {}).filter(
    ([name]) => isTwice || !fields.some(([other]) => other === name),
  );
  const members = [...good, ...fields].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return `{${members.join()}}`;
}

/** Each channel key and token of a response is for a channel of the key, and ends as it must. */
async function expectWithin(path: string, { json }: TestResponse, latest: number): Promise<void> {
  const { token, keys, expiresAt } = json;
  const issued = keys ?? [json];
  expect(issued.length).toBeGreaterThan(0);
  expect(expiresAt).not.toBeNull();
  expect(expiresAt).toBeLessThanOrEqual(latest);
  for (const { key = token, uid, account } of issued) {
    const user = account === undefined ? { uid } : { account };
    const asked = { key, channel: json.channel, ...(path !== "/v1/tokens" && user) };
    const found = (await deployment.post("/v1/keys/inspect", asked)).json;
    expect([4, 5, 7]).toContain(found.version);
    expect(found.signature).toBe("valid");
    expect(found.expiresAt).toBe(expiresAt);
    for (const each of (found.services ?? []) as { type: string; channel?: string }[]) {
      expect(["rtc", "rtm"]).toContain(each.type);
      if (each.type === "rtc") expect(each.channel).toMatch(/^(room-1$|team-)/);
    }
    if (found.version !== 7) {
      expect(found.service).toBe("mediaChannel");
      expect(json.channel).toMatch(/^(room-1$|team-)/);
    }
  }
}

describe("a narrow service key", () => {
  test("gets nothing beyond its scope, of 2,000 requests at every route, with any fields and headers", async () => {
    const seen = new Map<string, number>();
    const count = (name: string) => seen.set(name, (seen.get(name) ?? 0) + 1);
    await fc.assert(
      fc.asyncProperty(request, async ({ asked, isTwice, headers, query }) => {
        const [path, fields] = asked;
        const body = bodyOf(path, fields, isTwice);
        const credential = narrow.key;
        const sent = { credential, headers };
        const response = await deployment.post(path + query, body, sent);
        if (response.status !== 200) {
          count(String(response.json.code));
          return;
        }
        count(path);
        if (path !== "/v1/grants") return expectWithin(path, response, NOW + 600);
        const grant = String(response.json.grant);
        expect(response.json.expiresAt).toBeLessThanOrEqual(NOW + 900);
        for (const name of ["room-1", "team-a", "room-2", "team"]) {
          for (const ask of [{ uid: 42 }, { version: 1 }, { service: "recording", uid: 42 }]) {
            const all = { channel: name, expiresIn: 0, ...ask };
            const made = await deployment.post("/v1/keys", all, { credential: grant });
            if (made.status === 200) await expectWithin("/v1/keys", made, NOW + 600);
          }
        }
      }),
      { numRuns: 2000 },
    );
    // The attack met what it should: each route's success, and each kind of refusal.
    const codes = ["forbidden", "forbidden_channel", "forbidden_service", "invalid_request"];
    for (const outcome of [...PATHS, ...codes]) expect(seen.get(outcome)).toBeGreaterThan(9);
  }, 60_000);
});
