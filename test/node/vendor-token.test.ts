// What the vendor's own libraries make is read as it was put in.

import { createRequire } from "node:module";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ReadToken006,
  type ReadToken007,
  readToken,
} from "../../src/keys/token/read-token.ts";
import { verify006, verify007 } from "../../src/keys/token/verify-token.ts";
import { userOf } from "../../src/keys/user.ts";
import { channel, hex32, u32 } from "../support/arbitraries.ts";

const require = createRequire(import.meta.url);

interface VendorService {
  add_privilege(privilege: number, expire: number): void;
}
interface VendorToken {
  salt: number;
  add_service(service: VendorService): void;
  build(): string;
}
interface Vendor007 {
  AccessToken2: new (
    appId: string,
    certificate: string,
    issueTs: number,
    expire: number,
  ) => VendorToken;
  ServiceRtc: new (channel: string, account: string | number) => VendorService;
  ServiceRtm: new (userId: string) => VendorService;
  ServiceFpa: new () => VendorService;
  ServiceChat: new (userId: string) => VendorService;
  ServiceApaas: new (room: string, user: string, role: number) => VendorService;
}
const vendor007: Vendor007 = require("agora-token/src/AccessToken2.js");

interface VendorToken006 {
  salt: number;
  expireTimestamp: number;
  ts: number;
  addPriviledge(privilege: number, expire: number): void;
  build(): string;
}
const { AccessToken: Vendor006 } = require("agora-access-token/src/AccessToken.js") as {
  AccessToken: new (
    id: string,
    certificate: string,
    channel: string,
    uid: string,
  ) => VendorToken006;
};

const account = fc.oneof(
  channel,
  u32.map(String),
  fc.constant(""),
  fc.string({ maxLength: 60, unit: "grapheme" }),
);
const grants = (count: number) =>
  fc.dictionary(fc.integer({ min: 1, max: count }).map(String), u32, { maxKeys: count });

const service = fc.oneof(
  fc.record({ type: fc.constant("rtc"), channel, account, grants: grants(4) }),
  fc.record({ type: fc.constant("rtm"), account, grants: grants(1) }),
  fc.record({ type: fc.constant("fpa"), grants: grants(1) }),
  fc.record({ type: fc.constant("chat"), account, grants: grants(2) }),
  fc.record({
    type: fc.constant("apaas"),
    account,
    room: channel,
    role: fc.integer({ min: 1, max: 32_767 }),
    grants: grants(3),
  }),
);
type Service = typeof service extends fc.Arbitrary<infer T> ? T : never;

function vendorService(of: Service): VendorService {
  if (!("account" in of)) return new vendor007.ServiceFpa();
  if ("room" in of) return new vendor007.ServiceApaas(of.room, of.account, of.role);
  if ("channel" in of) return new vendor007.ServiceRtc(of.channel, of.account);
  return of.type === "rtm"
    ? new vendor007.ServiceRtm(of.account)
    : new vendor007.ServiceChat(of.account);
}

function expected(of: Service): object {
  if (!("account" in of)) return { type: of.type };
  if ("room" in of)
    return { type: of.type, roomUuid: of.room, userUuid: of.account, role: of.role };
  if ("channel" in of) return { type: of.type, channel: of.channel, ...userOf(of.account) };
  return { type: of.type, userId: of.account };
}

describe("the vendor's libraries", () => {
  test("007 by agora-token", () => {
    fc.assert(
      fc.property(
        fc.record({
          appId: hex32,
          certificate: hex32,
          issueTs: u32.map((ts) => ts || 1),
          expire: u32,
          salt: u32,
        }),
        fc.array(service, { minLength: 1, maxLength: 6 }),
        ({ appId, certificate, issueTs, expire, salt }, services) => {
          const made = new vendor007.AccessToken2(appId, certificate, issueTs, expire);
          made.salt = salt;
          for (const of of services) {
            const added = vendorService(of);
            for (const [key, seconds] of Object.entries(of.grants))
              added.add_privilege(Number(key), seconds);
            made.add_service(added);
          }
          const result = readToken(made.build());
          if (!result.ok) throw result.errors[0];
          const { token, oddities } = result.value as ReadToken007;
          expect(token).toMatchObject({ version: 7, appId, issueTs, expire, salt });
          expect(oddities).toMatchObject({
            isUnsorted: false,
            hasDuplicates: false,
            extraBytes: 0,
          });
          const sorted = [...token.services].map(({ privileges, ...rest }) => rest);
          expect(sorted).toHaveLength(services.length);
          expect(sorted).toEqual(expect.arrayContaining(services.map(expected)));
          const all = token.services.flatMap(({ privileges }) => Object.values(privileges));
          const put = services.flatMap(({ grants: granted }) => Object.values(granted));
          expect(all.sort()).toEqual(put.sort());
          expect(verify007(result.value as ReadToken007, certificate)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("006 by agora-access-token", () => {
    fc.assert(
      fc.property(
        hex32,
        hex32,
        channel,
        account,
        u32,
        u32,
        grants(4),
        (appId, certificate, name, user, salt, ts, granted) => {
          const made = new Vendor006(appId, certificate, name, user);
          Object.assign(made, { salt, ts });
          for (const [key, time] of Object.entries(granted)) made.addPriviledge(Number(key), time);
          const result = readToken(made.build());
          if (!result.ok) throw result.errors[0];
          const { token } = result.value as ReadToken006;
          expect(token).toMatchObject({ version: 6, appId, salt, ts });
          expect(Object.values(token.privileges)).toEqual(Object.values(granted));
          const names = { channel: name, user };
          expect(verify006(result.value as ReadToken006, certificate, names)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
