// The vendor's own libraries for Node: `agora-token` for 007, `agora-access-token` for 006.

import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";
import * as fc from "fast-check";
import {
  createSigner,
  type RtcToken006,
  type RtmToken006,
  type Token007,
  type TokenService,
} from "latchkey";
import { describe, expect, test } from "vitest";
import { hex32 } from "../support/arbitraries.ts";
import { token006, token007, tokenService } from "../support/token-arbitraries.ts";

const require = createRequire(import.meta.url);

interface VendorService {
  add_privilege(number: number, seconds: number): void;
  pack(): Buffer;
}
interface VendorPermissions {
  add(resource: number, right: number, texts: readonly string[]): void;
}
interface VendorToken {
  issueTs: number;
  salt: number;
  ts: number;
  messages: Record<string, number>;
  appId: Buffer;
  expire: number;
  services: VendorService[];
  signature: Buffer;
  crc_channel_name: number;
  crc_uid: number;
  add_service(service: VendorService): void;
  addPriviledge(number: number, ts: number): void;
  build(): string;
  from_string(token: string): boolean;
  fromString(token: string): boolean;
  verifySignature(certificate: string): boolean;
}
const vendor007 = require("agora-token/src/AccessToken2.js") as Record<
  "AccessToken2",
  new (
    ...args: unknown[]
  ) => VendorToken
> &
  Record<"Rtm2Permissions", new () => VendorPermissions> &
  Record<string, new (...args: unknown[]) => VendorService>;
const vendor006: {
  AccessToken: new (...args: unknown[]) => VendorToken;
} = require("agora-access-token/src/AccessToken.js");

const PRIVILEGES: Record<string, readonly string[]> = {
  rtc: ["joinChannel", "publishAudio", "publishVideo", "publishData"],
  rtm: ["login"],
  streaming: ["publishMixStream", "publishRawStream"],
  fpa: ["login"],
  chat: ["user", "app"],
  fcdn: ["publish", "play"],
  apaas: ["roomUser", "user", "app"],
  rtm2: ["login"],
};
const RESOURCES = ["messageChannels", "streamChannels", "groupChannels", "serverGroups", "users"];
const MAKERS = {
  rtc: "ServiceRtc",
  rtm: "ServiceRtm",
  streaming: "ServiceStreaming",
  fpa: "ServiceFpa",
  chat: "ServiceChat",
  fcdn: "ServiceFCdn",
  apaas: "ServiceApaas",
  rtm2: "ServiceRtm2",
};

function argumentsOf(service: TokenService): unknown[] {
  switch (service.type) {
    case "rtc":
    case "streaming":
    case "fcdn":
      return [service.channel, service.account ?? service.uid];
    case "fpa":
      return [];
    case "rtm":
    case "chat":
      return [service.userId];
    case "apaas":
      return [service.roomUuid, service.userUuid, service.role];
    case "rtm2": {
      const permissions = new vendor007.Rtm2Permissions();
      for (const [resource, rights] of Object.entries(service.permissions)) {
        for (const [right, texts] of Object.entries(rights ?? {}))
          permissions.add(RESOURCES.indexOf(resource), ["read", "write"].indexOf(right), texts);
      }
      return [service.userId, permissions];
    }
  }
}

function vendorService(service: TokenService): VendorService {
  const Service = vendor007[MAKERS[service.type]] as new (...args: unknown[]) => VendorService;
  const made = new Service(...argumentsOf(service));
  for (const [name, seconds] of Object.entries(service.privileges))
    made.add_privilege((PRIVILEGES[service.type] ?? []).indexOf(name) + 1, seconds);
  return made;
}

function vendorToken007(appId: string, appCertificate: string, fields: Token007): string {
  const { issueTs, expire, salt, services } = fields;
  const token = new vendor007.AccessToken2(appId, appCertificate, issueTs, expire);
  token.issueTs = issueTs;
  token.salt = salt;
  for (const service of services) token.add_service(vendorService(service));
  return token.build();
}

const NUMBERS_006: Record<string, number> = {
  joinChannel: 1,
  publishAudio: 2,
  publishVideo: 3,
  publishData: 4,
  rtmLogin: 1000,
};

function vendorToken006(
  appId: string,
  appCertificate: string,
  fields: RtcToken006 | RtmToken006,
): VendorToken {
  const channel = fields.rtmUserId ?? fields.channel;
  const user = fields.rtmUserId === undefined ? (fields.account ?? fields.uid) : 0;
  const token = new vendor006.AccessToken(appId, appCertificate, channel, user);
  token.salt = fields.salt;
  token.ts = fields.ts;
  for (const [name, ts] of Object.entries(fields.privileges))
    token.addPriviledge(NUMBERS_006[name] ?? 0, ts);
  return token;
}

const contentOf = (token: string) =>
  inflateSync(Buffer.from(token.slice(3), "base64")).toString("hex");

/** The vendor can't write a resource without rights. */
const isOfVendor = (service: TokenService) =>
  service.type !== "rtm2" ||
  Object.values(service.permissions).every((rights) => Object.keys(rights ?? {}).length > 0);

test("10,000 tokens 007 have the content of agora-token's", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(hex32, hex32, token007, (appId, appCertificate, fields) => {
      fc.pre(fields.services.every(isOfVendor));
      const token = createSigner({ appId, appCertificate }).accessToken(fields);
      expect(contentOf(token)).toBe(contentOf(vendorToken007(appId, appCertificate, fields)));
    }),
    { numRuns: 10_000 },
  );
});

test("10,000 tokens 006 equal agora-access-token's", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(hex32, hex32, token006, (appId, appCertificate, fields) => {
      const token = createSigner({ appId, appCertificate }).accessToken(fields);
      expect(token).toBe(vendorToken006(appId, appCertificate, fields).build());
    }),
    { numRuns: 10_000 },
  );
});

test("services of every type come out as agora-token writes them, alone", () => {
  fc.assert(
    fc.property(hex32, hex32, tokenService, (appId, appCertificate, service) => {
      fc.pre(isOfVendor(service));
      const fields = { version: 7, issueTs: 1, expire: 2, salt: 3, services: [service] } as const;
      const token = createSigner({ appId, appCertificate }).accessToken(fields);
      expect(contentOf(token)).toBe(contentOf(vendorToken007(appId, appCertificate, fields)));
    }),
    { numRuns: 2_000 },
  );
});

describe("the vendor's parsers read and verify", () => {
  test("1,000 of our tokens 007", () => {
    fc.assert(
      fc.property(hex32, hex32, token007, (appId, appCertificate, fields) => {
        fc.pre(fields.services.every(isOfVendor));
        const read = new vendor007.AccessToken2("", "", 1, 1);
        expect(read.from_string(createSigner({ appId, appCertificate }).accessToken(fields))).toBe(
          true,
        );
        expect(read.verifySignature(appCertificate)).toBe(true);
        const other = appCertificate.replace(/^./, (digit) => (digit === "1" ? "2" : "1"));
        expect(read.verifySignature(other)).toBe(false);
        expect(read.appId.toString()).toBe(appId);
        const { issueTs, expire, salt, services } = read;
        expect({ issueTs, expire, salt }).toEqual({
          issueTs: fields.issueTs,
          expire: fields.expire,
          salt: fields.salt,
        });
        expect(services).toHaveLength(fields.services.length);
      }),
      { numRuns: 1_000 },
    );
  });

  // The 006 library has no verification of its own: what it reads, it must build again.
  test("1,000 of our tokens 006", () => {
    fc.assert(
      fc.property(hex32, hex32, token006, (appId, appCertificate, fields) => {
        const token = createSigner({ appId, appCertificate }).accessToken(fields);
        const again = vendorToken006(appId, appCertificate, fields);
        const { messages } = again;
        Object.assign(again, { salt: 0, ts: 0, messages: {} });
        expect(again.fromString(token)).not.toBe(false);
        expect(again.salt).toBe(fields.salt);
        expect(again.ts).toBe(fields.ts);
        expect(again.messages).toEqual(messages);
        expect(again.build()).toBe(token);
      }),
      { numRuns: 1_000 },
    );
  });
});
