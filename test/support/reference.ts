import { createHmac } from "node:crypto";
import type { ChannelKeyFields } from "latchkey";

const SERVICE_NAMES = {
  mediaChannel: "ACS",
  recording: "ARS",
  publicSharing: "APSS",
  inChannelPermission: "",
};

/**
 * Versions 1 to 4 made once more, from the format's table and with node:crypto. It shares no code
 * with ours, so it can check ours.
 */
export function referenceKey(
  appId: string,
  appCertificate: string,
  fields: ChannelKeyFields,
): string {
  const {
    version,
    service = "mediaChannel",
    channel,
    unixTs,
    randomInt,
    uid = 0,
    expiredTs = 0,
  } = fields;
  const decimal = (value: number) => String(value).padStart(10, "0");
  const issued = appId + decimal(unixTs) + randomInt.toString(16).padStart(8, "0");
  const sign = (message: string) =>
    createHmac("sha1", appCertificate).update(message).digest("hex");
  const user = decimal(uid) + decimal(expiredTs);
  switch (version) {
    case 1:
      return sign(issued + channel) + issued;
    case 2:
      return sign(issued + channel + user) + issued + user;
    case 3:
      return `003${sign(issued + channel + user)}${issued}${user}`;
    case 4:
      return `004${sign(SERVICE_NAMES[service] + issued + channel + user)}${issued}${decimal(expiredTs)}`;
    default:
      throw new Error("version 5 has the vendor's own library as its oracle");
  }
}
