import { createRequire } from "node:module";
import * as fc from "fast-check";
import { createSigner } from "latchkey";
import { expect, test } from "vitest";
import { channelKeyFields, hex32 } from "../support/arbitraries.ts";

type Make = (
  appId: string,
  certificate: string,
  channel: string,
  ts: number,
  random: number,
  uid: number,
  expired: number,
  p?: string,
) => string;
const vendor: Record<string, Make> = createRequire(import.meta.url)(
  "agora-access-token/src/DynamicKey5.js",
);

const MAKERS = {
  mediaChannel: "generateMediaChannelKey",
  recording: "generateRecordingKey",
  publicSharing: "generatePublicSharingKey",
  inChannelPermission: "generateInChannelPermissionKey",
};

test("version 5 equals the vendor's agora-access-token", () => {
  fc.assert(
    fc.property(hex32, hex32, channelKeyFields(5), (appId, appCertificate, fields) => {
      const {
        service = "mediaChannel",
        channel,
        unixTs,
        randomInt,
        uid = 0,
        expiredTs = 0,
        permission,
      } = fields;
      const digit = permission === undefined ? undefined : permission === "noUpload" ? "0" : "3";
      const expected = vendor[MAKERS[service]]?.(
        appId,
        appCertificate,
        channel,
        unixTs,
        randomInt,
        uid,
        expiredTs,
        digit,
      );
      expect(createSigner({ appId, appCertificate }).channelKey(fields)).toBe(expected);
    }),
    { numRuns: 3000 },
  );
});
