// Secrets in every place where a caller can put a text, in good requests and bad ones: none of them
// reaches the log or the counts.

import { createHash } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { linesOf, listInMemory } from "../support/audit-log.ts";
import { NOW, SECRETS, TestDeployment, testHost } from "../support/deployment.ts";
import { fuzz, type Random } from "../support/fuzz.ts";
import { grantSigner, keySet, signGrant } from "../support/grants.ts";

const NAMED_KEY = `lk_backend_${"aB3-_".repeat(9).slice(0, 43)}_11fb5c7c`;
const PLAIN_NAMED_KEY = `plain~${"aB3".repeat(12)}`;
const hashed = (key: string) => createHash("sha256").update(key).digest("hex");
const allow = ["keys", "batch", "tokens", "grants", "inspect", "revocations"];
const SERVICE_KEYS = JSON.stringify([
  { id: "backend", sha256: hashed(NAMED_KEY), allow },
  { id: "other", sha256: hashed(PLAIN_NAMED_KEY), allow },
]);

const points: unknown[] = [];
const METRICS = { writeDataPoint: (point: unknown) => points.push(point) };
const host = testHost();
let deployment: TestDeployment;
let grants: readonly string[] = [];
/** Whatever must not be found. */
let planted: readonly string[] = [];
/** Among it, what the service gives. */
const given: string[] = [];

beforeAll(async () => {
  const signer = await grantSigner("ES256", "ec");
  const env = {
    SERVICE_KEYS,
    GRANT_JWKS: JSON.stringify(keySet(signer)),
    AGORA_CUSTOMER_ID: "customer",
    AGORA_CUSTOMER_SECRET: `customer-${SECRETS.SERVICE_KEY.slice(10, 40)}-own`,
  };
  deployment = new TestDeployment({ env, bindings: { ...listInMemory(), METRICS }, host });
  grants = [
    await signGrant({ channels: ["*"], uid: 0 }),
    await signGrant({ iat: NOW - 100, exp: NOW - 50 }),
    await signer.sign({ channels: ["*"] }),
  ];
  for (const version of [2, 3, 4, 5, 6, 7])
    given.push(
      String((await deployment.post("/v1/keys", { channel: "room", uid: 1, version })).json.key),
    );
  const services = [{ type: "rtc", channel: "room", uid: 1 }];
  given.push(String((await deployment.post("/v1/tokens", { services })).json.token));
  const grant = { channels: ["room"], uid: 1, expiresIn: 60 };
  given.push(String((await deployment.post("/v1/grants", grant)).json.grant));
  planted = [
    ...Object.values(SECRETS),
    SECRETS.APP_CERTIFICATE.toUpperCase(),
    env.AGORA_CUSTOMER_SECRET,
    NAMED_KEY,
    ...grants,
    ...given,
  ];
  host.lines.length = 0;
});

/** A secret, or a part of one that its reader could use; as it is, or in other text. */
function secret(random: Random): string {
  // Known by its hash alone, so that it is recognised only where it is a word of its own.
  if (random.chance(5)) return random.pick([PLAIN_NAMED_KEY, `Bearer ${PLAIN_NAMED_KEY}`]);
  const text = random.pick(planted);
  return random.pick([text, text, `${text}x`, `x ${text}`, `Bearer ${text}`, text.slice(0, 255)]);
}

/** Any field of any request may be a secret, a good value or a wrong one. */
function bodyOf(random: Random, path: string): object {
  const text = (good: string) => (random.chance(60) ? secret(random) : good);
  const user = random.chance(50) ? { account: text("alice") } : { uid: random.below(100) };
  const until = random.chance(20) ? text("soon") : NOW + 60;
  switch (path) {
    case "/v1/keys":
      return { channel: text("room"), ...user, version: random.pick([5, 7, 7, secret(random)]) };
    case "/v1/keys/batch":
      return { channel: text("room"), accounts: [text("a"), text("b")], version: 7 };
    case "/v1/tokens":
      return {
        services: [
          { type: "rtc", channel: text("room"), ...user },
          { type: "rtm", userId: text("alice") },
        ],
      };
    case "/v1/grants":
      return {
        channels: [text("room"), `${text("team-")}*`],
        ...user,
        subject: text("user-7"),
        expiresIn: 60,
      };
    case "/v1/keys/inspect":
      return { key: secret(random), channel: text("room") };
    default:
      return { channel: text("room"), sub: text("user-7"), jti: text("grant-1"), until };
  }
}

const PATHS = ["/v1/keys", "/v1/keys/batch", "/v1/tokens", "/v1/grants", "/v1/revocations"];
const outcomes = new Map<string, number>();

fuzz(
  "100,000 mixed requests with secrets in their fields: no sink has any",
  100_000,
  async (random) => {
    const path = random.pick([...PATHS, "/v1/keys/inspect", `/v1/${secret(random).slice(0, 40)}`]);
    const credential = random
      .pick([...[SECRETS.SERVICE_KEY, NAMED_KEY, PLAIN_NAMED_KEY], ...[...grants, secret(random)]])
      .replace(/[^A-Za-z0-9._~+/=-]/g, "");
    const headers = {
      "CF-Ray": random.pick(["230b030023ae2822-SJC", SECRETS.APP_CERTIFICATE, secret(random)]),
      Origin: `https://${random.pick(planted).slice(0, 60)}.example`,
    };
    points.length = 0;
    const body = { ...bodyOf(random, path), ...(random.chance(5) && { [secret(random)]: 1 }) };
    await deployment.post(path, body, { credential, headers });
    const written = [...host.lines, JSON.stringify(points)].join("\n");
    for (const { outcome } of linesOf(host))
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    host.lines.length = 0;
    // Of a long text, the part that fits into a name is a secret too.
    const needles = [...planted, PLAIN_NAMED_KEY].map((text) => text.slice(0, 90).toLowerCase());
    const found = needles.find((needle) => written.toLowerCase().includes(needle));
    if (found !== undefined) throw new Error(`${found} is in ${written}`);
  },
);

test("the requests were of many kinds: written were successes and refusals", () => {
  expect(outcomes.get("ok")).toBeGreaterThan(100);
  expect(outcomes.get("invalid_request")).toBeGreaterThan(100);
  expect(outcomes.size).toBeGreaterThan(2);
});
