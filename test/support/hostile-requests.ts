// Requests that no client of ours would send: near misses of good ones, and rubbish.

import type { Random } from "./fuzz.ts";

export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  /** In how many chunks the body comes; 0 = whole, with its length. */
  readonly chunks: number;
  /** The body ends in an error: its sender is gone. */
  readonly isCutOff: boolean;
}

const GOOD: readonly (readonly [path: string, body: object])[] = [
  ["/v1/keys", { channel: "room-1", uid: 42 }],
  [
    "/v1/keys",
    {
      channel: "room-1",
      uid: 42,
      version: 4,
      service: "recording",
      expiresIn: 60,
      issuedAt: 1,
      randomInt: 2,
    },
  ],
  [
    "/v1/keys",
    {
      channel: "room-1",
      uid: 42,
      sdkVersion: "1.7.0",
      service: "inChannelPermission",
      permission: "noUpload",
    },
  ],
  ["/v1/keys/batch", { channel: "room-1", uids: [1, 2, 3], expiresIn: 0 }],
  [
    "/v1/keys",
    { channel: "room-1", account: "alice", version: 7, privileges: { joinChannel: 60 } },
  ],
  [
    "/v1/keys",
    { channel: "room-1", uid: 42, sdkVersion: "4.24.8", platform: "web", role: "subscriber" },
  ],
  ["/v1/keys/batch", { channel: "room-1", accounts: ["a", "b"], version: 6, expiresIn: 60 }],
  [
    "/v1/tokens",
    {
      services: [
        { type: "rtc", channel: "room-1", uid: 42, role: "publisher" },
        { type: "rtm", userId: "42" },
        { type: "rtm2", userId: "42", permissions: { users: { read: ["a"] } } },
        { type: "chat", app: true },
      ],
      expiresIn: 60,
    },
  ],
  ["/v1/keys/inspect", { key: `005${"A".repeat(104)}`, channel: "room-1", uid: 42 }],
  [
    "/v1/grants",
    {
      channels: ["room-1", "team-*"],
      uid: 42,
      expiresIn: 60,
      services: ["recording"],
      subject: "user-7",
    },
  ],
  ["/v1/revocations", { uid: 42, channel: "room-1", sub: "user-7", jti: "grant-1" }],
  ["/v1/revocations", { account: "alice", channel: "team-*", issuedBefore: 1_446_455_471 }],
  ["/v1/revocations", { uid: 42, channel: "room-1", eject: true }],
];
const PATHS = [
  "/",
  "/health",
  "/ready",
  "/docs",
  "/openapi.json",
  "/v1",
  "/v1/caller",
  "/v1/revocations",
  "/v1/revocations/1",
  "/v1/revocations/1,2,x,,%2c",
  "/v1/revocations/%ff",
  "/nothing",
];
const METHODS = [
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "OPTIONS",
  "HEAD",
  "PROPFIND",
  "post",
  "X",
];
const VALUES: readonly string[] = [
  "null",
  "true",
  "0",
  "-0",
  "-1",
  "1.5",
  "42.0",
  "1e3",
  "4294967295",
  "4294967296",
  "1e999",
  "-1e999",
  "9007199254740993",
  "0.1e-400",
  '""',
  '"42"',
  '"\\ud800"',
  '"\\udc00x"',
  '"\\u0000"',
  '"é"',
  '"𝕏"',
  '"room 1"',
  '"../"',
  '"<script>"',
  "[]",
  "{}",
  "[[]]",
  '{"uid":1}',
  "[1,2,3]",
  '["room-1"]',
  '{"__proto__":{"uid":1}}',
  '{"toString":1}',
  "NaN",
  "Infinity",
  "undefined",
  "'x'",
  "1_000",
  "0x10",
  "01",
];
const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "uid",
  "channel",
  "\\u0075id",
  "UID",
  "",
  "a".repeat(200),
  "é",
  "\\ud800",
];
const TYPES = [
  "application/json",
  "application/json; charset=utf-8",
  "APPLICATION/JSON",
  "application/json;charset=utf-16",
  "text/json",
  "application/problem+json",
  "text/plain",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "",
  "application/json, text/plain",
  "*/*",
  ";",
];

/** `credentials` are good ones; each fits some requests. */
export function hostileRequest(random: Random, credentials: readonly string[]): HostileRequest {
  const [goodPath, good] = random.pick(GOOD);
  const path = random.chance(80) ? goodPath : random.pick(PATHS);
  const method = random.chance(80) ? "POST" : random.pick(METHODS);
  return {
    method,
    path: random.chance(20) ? mutatePath(random, path) : path,
    headers: [...headersOf(random, credentials)],
    body: method === "GET" || method === "HEAD" ? undefined : bodyOf(random, good),
    chunks: random.pick([0, 0, 0, 1, 2, 5]),
    isCutOff: random.chance(3),
  };
}

function mutatePath(random: Random, path: string): string {
  const at = random.below(path.length + 1);
  const inserted = random.pick([
    "/",
    "//",
    "%2f",
    "%00",
    "%",
    "%zz",
    "..",
    "/../",
    "?",
    "?cursor=1",
    "?a=%ff&a=b",
    "#x",
    ";",
    "\\",
    "%c0%af",
    "é",
    "{id}",
    "*",
    "x".repeat(3000),
  ]);
  return random.chance(70)
    ? path.slice(0, at) + inserted + path.slice(at)
    : path.slice(0, Math.max(1, at));
}

function* headersOf(
  random: Random,
  credentials: readonly string[],
): Generator<readonly [string, string]> {
  const credential = random.pick(credentials);
  if (random.chance(85)) yield ["Authorization", `Bearer ${credential}`];
  else {
    const odd = [
      `bearer ${credential}`,
      `Basic ${btoa("a:b")}`,
      "Bearer",
      "Bearer ",
      `Bearer ${credential} x`,
      `Bearer ${credential.slice(1)}`,
      "Bearer a.b.c",
      `Bearer ${"A".repeat(9000)}`,
      "Bearer ...",
      `Bearer ${btoa('{"alg":"none"}')}..`,
    ];
    yield ["Authorization", random.pick(odd)];
  }
  if (random.chance(5)) yield ["Authorization", "Bearer second"];
  yield ["Content-Type", random.chance(85) ? "application/json" : random.pick(TYPES)];
  if (random.chance(20))
    yield [
      "Origin",
      random.pick(["https://app.example", "null", "x", "https://app.example:99999", "\u0001"]),
    ];
  if (random.chance(10)) yield ["Content-Encoding", random.pick(["gzip", "br", "x"])];
  if (random.chance(10))
    yield [
      "CF-Connecting-IP",
      random.pick(["1.2.3.4", "::1", "", "x".repeat(500), "1:2:3:4:5:6:7:8:9", ":::::"]),
    ];
  if (random.chance(10)) yield ["Access-Control-Request-Method", random.pick(["POST", "X", ""])];
  if (random.chance(10))
    yield [
      random.pick([
        "Cookie",
        "X-Forwarded-For",
        "If-None-Match",
        "Range",
        "Accept",
        "Expect",
        "X-HTTP-Method-Override",
      ]),
      random.text("abc=;,*/\"' 0123", 60),
    ];
}

function bodyOf(random: Random, good: object): HostileRequest["body"] {
  const kind = random.below(20);
  if (kind === 0) return random.bytes(random.below(300)) as Uint8Array<ArrayBuffer>;
  if (kind === 1)
    return random.pick(['{"a":', "[", '{"uid":{"a":', '"']).repeat(1 + random.below(4000));
  if (kind === 2)
    return random.pick([
      "",
      " ",
      "\ufeff{}",
      "null",
      "[]",
      '"x"',
      "{}",
      "{}{}",
      "{},",
      "\u0000",
      "-",
      '{"uid":42,}',
    ]);
  if (kind === 3)
    return JSON.stringify({
      ...good,
      channel: "x".repeat(random.pick([64, 65, 16_000, 17_000, 300_000])),
    });
  let text = jsonOf(random, good);
  if (random.chance(10)) text = `\ufeff${text}`;
  for (let i = random.pick([0, 0, 0, 1, 3]); i > 0; i--) {
    const at = random.below(text.length + 1);
    text =
      text.slice(0, at) +
      random.pick(['"', "{", "}", ",", ":", "\\", "\u0000", "\ud800", " ", "é", ""]) +
      text.slice(at + random.below(3));
  }
  return random.chance(10) ? text.slice(0, random.below(text.length)) : text;
}

/**
 * The good body with fields changed, left out, added, or given twice; as text, since not all of it
 * is what JSON.stringify writes.
 */
function jsonOf(random: Random, good: object): string {
  const members = Object.entries(good).flatMap(([name, value]) => {
    if (random.chance(10)) return [];
    const text = random.chance(25) ? random.pick(VALUES) : JSON.stringify(value);
    const member = `"${name}":${text}`;
    return random.chance(5) ? [member, member] : [member];
  });
  while (random.chance(20))
    members.splice(
      random.below(members.length + 1),
      0,
      `"${random.pick(NAMES)}":${random.pick(VALUES)}`,
    );
  return `{${members.join(random.pick([",", " , ", ",\n\t"]))}}`;
}
