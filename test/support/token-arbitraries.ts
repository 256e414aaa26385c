import * as fc from "fast-check";
import type { AccessTokenFields, RtcToken006, RtmToken006, Token007, TokenService } from "latchkey";
import { CHANNEL_CHARACTERS, channel, u32 } from "./arbitraries.ts";

const text = (minLength: number, maxLength = 255) =>
  fc.string({ unit: fc.constantFrom(...CHANNEL_CHARACTERS), minLength, maxLength, size: "max" });

export const account = fc.oneof(text(1, 20), text(1), fc.constantFrom("0", "42", "007"));

/** A uid or an account. */
export const user = fc.oneof(
  fc.record({ uid: u32 }),
  fc.record({ account }),
  fc.constant({ uid: 0 }),
);

/** Some of these privileges, or none. */
const privileges = <Name extends string>(...names: Name[]) =>
  fc.record(
    Object.fromEntries(names.map((name) => [name, u32])) as Record<Name, fc.Arbitrary<number>>,
    { requiredKeys: [] },
  );
export const rtcPrivileges = privileges(
  "joinChannel",
  "publishAudio",
  "publishVideo",
  "publishData",
);

const inChannel = <Type extends string, P>(type: Type, granted: fc.Arbitrary<P>) =>
  fc
    .tuple(channel, user, granted)
    .map(([name, of, of2]) => ({ type, channel: name, ...of, privileges: of2 }));

const texts = fc.array(text(1, 30), { maxLength: 4 });
const rights = fc.record({ read: texts, write: texts }, { requiredKeys: [] });

/** Any service that the vendor's library can make too: its aPaaS role 0 becomes -1. */
export const tokenService: fc.Arbitrary<TokenService> = fc.oneof(
  inChannel("rtc", rtcPrivileges),
  inChannel("streaming", privileges("publishMixStream", "publishRawStream")),
  inChannel("fcdn", privileges("publish", "play")),
  fc.record({ type: fc.constant("rtm"), userId: account, privileges: privileges("login") }),
  fc.record({ type: fc.constant("fpa"), privileges: privileges("login") }),
  fc.record({
    type: fc.constant("chat"),
    userId: text(0, 64),
    privileges: privileges("user", "app"),
  }),
  fc.record({
    type: fc.constant("apaas"),
    roomUuid: text(0, 64),
    userUuid: text(0, 64),
    role: fc.integer({ min: -0x8000, max: 0x7fff }).filter((role) => role !== 0),
    privileges: privileges("roomUser", "user", "app"),
  }),
  fc.record({
    type: fc.constant("rtm2"),
    userId: account,
    permissions: fc.record(
      {
        messageChannels: rights,
        streamChannels: rights,
        groupChannels: rights,
        serverGroups: rights,
        users: rights,
      },
      { requiredKeys: [] },
    ),
    privileges: privileges("login"),
  }),
) as fc.Arbitrary<TokenService>;

/** One to six services of any types, the same ones too. */
export const token007: fc.Arbitrary<Token007> = fc.record({
  version: fc.constant(7 as const),
  issueTs: u32,
  expire: u32,
  salt: u32,
  services: fc.oneof(
    fc.array(tokenService, { minLength: 1, maxLength: 6 }),
    inChannel("rtc", rtcPrivileges).map((service) => [service]) as fc.Arbitrary<TokenService[]>,
  ),
});

export const token006: fc.Arbitrary<RtcToken006 | RtmToken006> = fc.oneof(
  fc
    .tuple(
      channel,
      user,
      u32,
      u32,
      privileges("joinChannel", "publishAudio", "publishVideo", "publishData", "rtmLogin"),
    )
    .map(([name, of, salt, ts, granted]) => ({
      version: 6 as const,
      channel: name,
      ...of,
      salt,
      ts,
      privileges: granted,
    })),
  fc.record({
    version: fc.constant(6 as const),
    rtmUserId: account,
    salt: u32,
    ts: u32,
    privileges: privileges("rtmLogin"),
  }),
);

export const accessToken: fc.Arbitrary<AccessTokenFields> = fc.oneof(token006, token007);
