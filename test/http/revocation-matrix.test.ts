// Every mix of the fields of a revocation, each right or wrong for one grant, against all that a
// grant can ask for. What is expected takes nothing from the code.

import { describe, expect, test } from "vitest";
import { Edge, newAppId, nowSeconds } from "../support/edge.ts";

type Choice = readonly [kind: "names" | "misses", field: object];

const GRANT_AGE = 100;
const now = nowSeconds();

/** For a grant of uid 42, user-7 and grant-1, that asks for room-1. */
const CHOICES: readonly (readonly (Choice | undefined)[])[] = [
  [undefined, ["names", { account: "42" }], ["misses", { uid: 43 }]],
  [
    undefined,
    ["names", { channel: "room-1" }],
    ["names", { channel: "room-*" }],
    ["misses", { channel: "room-1x*" }],
  ],
  [undefined, ["names", { sub: "user-7" }], ["misses", { sub: "user-*" }]],
  [undefined, ["names", { jti: "grant-1" }], ["misses", { jti: "grant-2" }]],
  [
    undefined,
    ["names", { issuedBefore: now - GRANT_AGE + 1 }],
    ["misses", { issuedBefore: now - GRANT_AGE }],
  ],
];

const MIXES = CHOICES.reduce<(readonly (Choice | undefined)[])[]>(
  (mixes, choices) => mixes.flatMap((mix) => choices.map((choice) => [...mix, choice])),
  [[]],
).filter((mix) => mix.some((choice) => choice !== undefined));

const KEY = ["/v1/keys", { channel: "room-1" }] as const;
const RTM = { type: "rtm" };
const rtc = (channel: string) => ({ type: "rtc", channel });
const token = (...services: object[]) => ["/v1/tokens", { services }] as const;

/** What is asked for, and the channels in it. An entry with a channel is about those alone. */
const ASKED = {
  "a key": [KEY, ["room-1"]],
  "a key for another channel": [["/v1/keys", { channel: "other" }], ["other"]],
  "a token": [token(rtc("room-1"), RTM), ["room-1"]],
  "a token for RTM": [token(RTM, { type: "chat" }), []],
} as const;

test("there are as many mixes as there should be", () => {
  expect(MIXES).toHaveLength(3 * 4 * 3 * 3 * 3 - 1);
});

/** A test each, so that none takes long. */
const PARTS = [0, 1, 2];

describe("a revocation of any fields ends what all of them name, and nothing else:", {
  timeout: 60_000,
}, () => {
  test.for(PARTS)("part %i", async (part) => {
    for (const mix of MIXES.filter((_, i) => i % PARTS.length === part)) {
      const chosen = mix.filter((choice) => choice !== undefined);
      const entry = Object.assign({}, ...chosen.map(([, field]) => field));
      const edge = new Edge(newAppId());
      expect((await edge.revoke(entry)).status).toBe(201);
      const credential = await edge.grant({
        iat: now - GRANT_AGE,
        exp: now + 3_600,
        channels: ["*"],
        services: ["mediaChannel", "rtm", "chat"],
      });
      const byChannel = "channel" in entry;
      const others = chosen.filter(([, field]) => !("channel" in field));
      for (const [what, [[path, body], channels]] of Object.entries(ASKED)) {
        const isNamed = !byChannel || channels.some((name) => isIn(entry.channel, name));
        const isRevoked = isNamed && others.every(([kind]) => kind === "names");
        const { json } = await edge.post(path, body, { credential });
        expect([what, entry, json.code]).toEqual([
          what,
          entry,
          isRevoked ? "grant_revoked" : undefined,
        ]);
      }
    }
  });
});

function isIn(pattern: string, channel: string): boolean {
  return pattern.endsWith("*") ? channel.startsWith(pattern.slice(0, -1)) : pattern === channel;
}
