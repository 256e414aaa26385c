// Who may have which key: caller × operation × every field that changes a key's power. What must
// come of each is said by the rules of test/support/entitlement.ts. Every pair of fields meets in
// all of its values, and beside that any fields at all are thrown together.

import { describe, expect, inject, test } from "vitest";
import { NamedServiceKey } from "../../src/config/service-key-setting.ts";
import { KeyRequest } from "../../src/contract/requests.ts";
import { grantEntries } from "../../src/contract/values.ts";
import { createSigner } from "../../src/keys/library.ts";
import {
  APP_ID,
  NOW,
  type ResponseBody,
  SECRETS,
  type Settings,
  TestDeployment,
} from "../support/deployment.ts";
import { type Ask, type Case, entitlement, type GrantSays, SDKS } from "../support/entitlement.ts";
import { signGrant } from "../support/grants.ts";
import { type NamedKey, newKey, type ScopeSays, serviceKeys } from "../support/service-keys.ts";

/** What each field may say; undefined: it is left out. The first goes with any other field. */
const ASKS: { readonly [F in keyof Required<Ask>]: readonly Ask[F][] } = {
  channel: ["room-1", "room-2", "team-1"],
  uid: [42, undefined, 0, 43],
  account: [undefined, "alice", "Alice", "42", "0"],
  version: [undefined, 1, 2, 3, 4, 5, 6, 7],
  sdkVersion: [undefined, ...Object.keys(SDKS)],
  platform: [undefined, "native", "web", "flutter"],
  role: [undefined, "publisher", "subscriber"],
  privileges: [
    undefined,
    { joinChannel: 60 },
    { joinChannel: 5000, publishAudio: 1 },
    { joinChannel: 86_400, publishVideo: 86_400, publishData: 60 },
  ],
  service: [undefined, "mediaChannel", "recording", "publicSharing", "inChannelPermission"],
  permission: [undefined, "noUpload", "audioVideoUpload"],
  expiresIn: [undefined, 0, 1, 60, 599, 601, 5000, 86_400, 315_360_000],
  issuedAt: [undefined, 0, NOW - 100, NOW + 300, NOW + 30 * 86_400],
  randomInt: [undefined, 7],
  expiresAt: [undefined, 0, NOW - 1, NOW + 60, NOW + 86_400],
};

const CLAIMS: { readonly [F in keyof Required<GrantSays>]: readonly GrantSays[F][] } = {
  channels: [["room-1"], ["*"], ["team-*", "room-2"]],
  uid: [42, 0, 4_294_967_295, undefined],
  account: [undefined, "alice", "Alice"],
  services: [undefined, ["recording", "inChannelPermission"], ["inChannelPermission"]],
  role: [undefined, "publisher", "subscriber"],
  maxKeyExpiresIn: [undefined, 60, 7000],
  exp: [NOW + 7200, NOW + 30],
};

const SCOPES: { readonly [F in keyof Required<ScopeSays>]: readonly ScopeSays[F][] } = {
  allow: [["keys", "batch"], ["keys"], ["batch", "tokens", "grants"]],
  channels: [undefined, ["room-1"], ["*"], ["team-*", "room-2"]],
  services: [undefined, ["mediaChannel"], ["recording", "inChannelPermission"], ["rtm"]],
  maxExpiresIn: [undefined, 60, 7000, 100_000],
  notAfter: [undefined, NOW + 30, NOW + 7200],
};

const SETTINGS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  EXACT_TIMES: [undefined, "on"],
  GRANT_KEY_VERSIONS: [undefined, "1,2,3,4,5", "2,4", "7", "5,6,7"],
  DEFAULT_KEY_VERSION: [undefined, "1", "3", "6", "7"],
  DEFAULT_EXPIRES_IN: [undefined, "0", "600"],
  MAX_EXPIRES_IN: [undefined, "300", "100000"],
};

type Domain = Readonly<Record<string, readonly unknown[]>>;

/** The first values of all, and each pair of fields in all of its values. */
function pairs(domain: Domain): Record<string, unknown>[] {
  const plain = Object.fromEntries(Object.entries(domain).map(([name, [first]]) => [name, first]));
  const fields = Object.entries(domain);
  const all = fields.flatMap(([one, ones], i) =>
    fields
      .slice(i + 1)
      .flatMap(([other, others]) =>
        ones.flatMap((a) => others.map((b) => ({ ...plain, [one]: a, [other]: b }))),
      ),
  );
  return [...new Map(all.map((record) => [JSON.stringify(record), record])).values()];
}

/** A value for each field, by chance. */
function pick(domain: Domain, random: () => number): Record<string, unknown> {
  const of = (values: readonly unknown[]) => values[Math.floor(random() * values.length)];
  return Object.fromEntries(Object.entries(domain).map(([name, values]) => [name, of(values)]));
}

/** Most fields with their first value alone: else most requests would contradict themselves. */
function fewOf(domain: Domain, random: () => number): Domain {
  return Object.fromEntries(
    Object.entries(domain).map(([name, values]) =>
      random() < 0.75 ? [name, values.slice(0, 1)] : [name, values],
    ),
  );
}

/** The same numbers at each run (a linear congruential generator). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const deployments = new Map<string, TestDeployment>();
const credentials = new Map<string, string>();
const signer = createSigner({ appId: APP_ID, appCertificate: SECRETS.APP_CERTIFICATE });

async function outcomeOf(given: Case): Promise<unknown> {
  const { operation, ask } = given;
  const deployment = deploymentFor(given);
  const credential = await credentialOf(given);
  const { uid, account, ...rest } = ask;
  const many = account === undefined ? { uids: [uid] } : { accounts: [account] };
  const both = uid !== undefined && account !== undefined && { uids: [uid] };
  const [path, body] =
    operation === "keys" ? ["/v1/keys", ask] : ["/v1/keys/batch", { ...rest, ...many, ...both }];
  const { status, json } = await deployment.post(path, body, { credential });
  if (status !== 200) return json.code;
  const [key] = json.keys ?? [json as IssuedKeyBody];
  const { version, issuedAt, expiresAt } = json as { [field: string]: unknown };
  // The key itself says no more than the response does.
  const named = key?.account === undefined ? { uid: key?.uid } : { account: key.account };
  const isMine = key?.key === signed(given, { ...json, ...key }, named);
  return isMine
    ? { version, user: key?.account ?? key?.uid, issuedAt, expiresAt }
    : "a key that says something else";
}

function deploymentFor({ scope, settings }: Case): TestDeployment {
  const SERVICE_KEYS = scope && serviceKeys(namedKeyOf(scope));
  const env = { ...settings, SERVICE_KEYS };
  const name = JSON.stringify(env);
  const deployment = deployments.get(name) ?? new TestDeployment({ env });
  deployments.set(name, deployment);
  return deployment;
}

async function credentialOf({ grant, scope }: Case): Promise<string> {
  if (!grant) return scope ? namedKeyOf(scope).key : SECRETS.SERVICE_KEY;
  const claims = JSON.stringify(grant);
  const credential = credentials.get(claims) ?? (await signGrant({ ...grant }));
  credentials.set(claims, credential);
  return credential;
}

const namedKeys = new Map<string, NamedKey>();

function namedKeyOf(scope: ScopeSays): NamedKey {
  const name = JSON.stringify(scope);
  const key = namedKeys.get(name) ?? newKey("backend", scope);
  namedKeys.set(name, key);
  return key;
}

type IssuedKeyBody = NonNullable<ResponseBody["keys"]>[number];

/** The key by the library, of what the response says and of the request's privileges. */
function signed(
  { grant, ask }: Case,
  { version, issuedAt, expiresAt, randomInt, role }: ResponseBody,
  user: { uid?: number | undefined; account?: string },
): string {
  const { channel, service, permission } = ask;
  if (Number(version) < 6) {
    return signer.channelKey({
      version,
      service,
      permission,
      channel,
      unixTs: issuedAt,
      randomInt,
      ...(version !== 1 && { uid: user.uid, expiredTs: expiresAt ?? 0 }),
    } as Parameters<typeof signer.channelKey>[0]);
  }
  const { publisher, subscriber } = rolesUntil(Number(expiresAt));
  const byRole = role === "publisher" ? publisher : subscriber;
  if (grant?.role === "subscriber" && role === "publisher") throw new Error("a publisher's token");
  const ends = ask.privileges === undefined ? byRole : endsOf(ask.privileges, issuedAt, expiresAt);
  const shared = { channel, ...user };
  const salt = randomInt;
  if (version === 6) {
    const fields = { version, ts: expiresAt, salt, ...shared, privileges: ends };
    return signer.accessToken(fields as Parameters<typeof signer.accessToken>[0]);
  }
  const seconds = Object.fromEntries(
    Object.entries(ends).map(([name, end]) => [name, end - Number(issuedAt)]),
  );
  const expire = Number(expiresAt) - Number(issuedAt);
  const services = [{ type: "rtc", ...shared, privileges: seconds }];
  const fields = { version, issueTs: issuedAt, expire, salt, services };
  return signer.accessToken(fields as Parameters<typeof signer.accessToken>[0]);
}

function rolesUntil(end: number): Record<"publisher" | "subscriber", Record<string, number>> {
  const subscriber = { joinChannel: end };
  const publisher = { joinChannel: end, publishAudio: end, publishVideo: end, publishData: end };
  return { publisher, subscriber };
}

/** Privileges in Unix seconds, none later than the token. */
function endsOf(
  privileges: Readonly<Record<string, number>>,
  issuedAt: unknown,
  expiresAt: unknown,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(privileges).map(([name, seconds]) => [
      name,
      Math.min(Number(issuedAt) + seconds, Number(expiresAt)),
    ]),
  );
}

/** Each case whose outcome is not what the rules say. */
async function faults(cases: readonly Case[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const given of cases) {
    const outcome = await outcomeOf(given);
    const expected = entitlement(given);
    const isRight =
      expected instanceof Set
        ? expected.has(String(outcome))
        : JSON.stringify(outcome) === JSON.stringify(expected);
    if (isRight) continue;
    found.push({ ...given, outcome, expected: expected instanceof Set ? [...expected] : expected });
  }
  return found.slice(0, 5);
}

const asks = pairs(ASKS) as unknown as Ask[];
/** `npm test` takes a third of the requests for each grant and scope; `npm run fuzz` all. */
const isWhole = inject("fuzz").share === 1;
let turn = 0;
/** A grant names its user once. */
const isGrant = ({ uid, account }: GrantSays) => (uid === undefined) !== (account === undefined);
/** Each limit alone. */
const scopes = Object.entries(SCOPES).flatMap(([name, values]) =>
  values
    .filter((value) => value !== undefined)
    .map((value) => ({ allow: ["keys", "batch"], [name]: value }) as ScopeSays),
);
const grants = (pairs(CLAIMS) as unknown as GrantSays[]).filter(isGrant);
const LOOSE = { EXACT_TIMES: "on" };

function withSettings(
  settings: readonly Settings[],
  grant: GrantSays | undefined,
  scope?: ScopeSays,
): Case[] {
  turn++;
  const isTaken = (i: number) => isWhole || (grant ?? scope) === undefined || (i + turn) % 3 === 0;
  return settings.flatMap((each) =>
    asks
      .filter((_, i) => isTaken(i))
      .map((ask) => ({ grant, scope, operation: "keys" as const, ask, settings: each })),
  );
}

/** The same requests, as batches of one. */
function asBatches(cases: readonly Case[]): Case[] {
  return cases
    .filter(({ ask }) => (ask.uid ?? ask.account) !== undefined)
    .map((given): Case => ({ ...given, operation: "batch" }));
}

describe("the matrix", () => {
  test("has every field of a request, every claim of a grant beside its times, and every limit of a service key", () => {
    expect(Object.keys(ASKS).sort()).toEqual(Object.keys(KeyRequest.entries).sort());
    const limits = Object.keys(NamedServiceKey.entries).filter(
      (name) => name !== "id" && name !== "sha256",
    );
    expect(Object.keys(SCOPES).sort()).toEqual(limits.sort());
    const { exp, ...claims } = CLAIMS;
    expect(exp.length).toBeGreaterThan(1);
    expect(Object.keys(claims).sort()).toEqual(Object.keys(grantEntries).sort());
  });

  test("has both outcomes of every kind", () => {
    const settings = { GRANT_KEY_VERSIONS: "2,3,4,5" };
    const outcomes = grants.flatMap((grant) =>
      asks.map((ask) => entitlement({ grant, operation: "keys", ask, settings })),
    );
    const codes = outcomes.flatMap((expected) => (expected instanceof Set ? [...expected] : "ok"));
    const kinds = ["channel", "uid", "service", "role"].map((kind) => `forbidden_${kind}`);
    expect([...new Set(codes)].sort()).toEqual(
      ["forbidden", ...kinds, "invalid_request", "ok"].sort(),
    );
  });
});

// Thousands of requests each: on a busy machine they take their time.
describe("by the rules", { timeout: 60_000 }, () => {
  test("a service key gets any key, one or many, within the deployment's limits", async () => {
    const one = withSettings([{}, LOOSE, { ...LOOSE, MAX_EXPIRES_IN: "300" }], undefined);
    expect(await faults([...one, ...asBatches(one)])).toEqual([]);
  });

  test("a named service key gets what its scope allows, one or many, whatever is asked", async () => {
    for (const scope of scopes) {
      const one = withSettings([LOOSE], undefined, scope);
      expect(await faults([...one, ...asBatches(one)])).toEqual([]);
    }
  });

  test("a grant gets what it names, whatever is asked", async () => {
    for (const grant of grants) {
      expect(await faults(withSettings([{}], grant))).toEqual([]);
    }
  });

  test("a grant gets what the operator adds, and nothing more", async () => {
    const settings = { ...LOOSE, GRANT_KEY_VERSIONS: "1,2,3,4,5", DEFAULT_EXPIRES_IN: "0" };
    for (const grant of grants) {
      expect(await faults(withSettings([settings], grant))).toEqual([]);
    }
  });

  test("no grant makes a batch", async () => {
    const all = grants.map((grant): Case => {
      const ask = { channel: "room-1", uid: 42 };
      return { grant, operation: "batch", ask, settings: LOOSE };
    });
    expect(await faults(all)).toEqual([]);
  });

  test("any caller, settings and fields thrown together", async () => {
    const random = randomFrom(1);
    const all = Array.from({ length: isWhole ? 20_000 : 8_000 }, (): Case => {
      const claims = pick(CLAIMS, random) as unknown as GrantSays;
      const named = claims.account === undefined ? { uid: claims.uid ?? 42 } : { uid: undefined };
      const chance = random();
      const grant = chance < 0.6 ? { ...claims, ...named } : undefined;
      const isNamed = chance > 0.7;
      const scope = isNamed ? (pick(fewOf(SCOPES, random), random) as ScopeSays) : undefined;
      const operation = isNamed && random() < 0.5 ? "batch" : "keys";
      const asked = pick(fewOf(ASKS, random), random) as unknown as Ask;
      // A batch names its users.
      const isOpen = operation === "batch" && (asked.uid ?? asked.account) === undefined;
      const ask = isOpen ? { ...asked, uid: 42 } : asked;
      return { grant, scope, operation, ask, settings: pick(SETTINGS, random) as Settings };
    });
    const fine = all.filter((given) => !(entitlement(given) instanceof Set));
    expect(fine.length).toBeGreaterThan(all.length / 25);
    expect(await faults(all)).toEqual([]);
  });
});
