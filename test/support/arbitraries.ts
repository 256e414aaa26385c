import * as fc from "fast-check";
import type { ChannelKeyFields, Permission, Service, Version } from "latchkey";

export const CHANNEL_CHARACTERS =
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&()+-:;<=.>?@[]^_{}|~,";

export const u32 = fc.oneof(
  fc.nat({ max: 0xffff_ffff }),
  fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
);
export const hex32 = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .chain((bytes) =>
    fc.mixedCase(
      fc.constant(Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")),
    ),
  );
export const channel = fc.string({
  unit: fc.constantFrom(...CHANNEL_CHARACTERS),
  minLength: 1,
  maxLength: 64,
});

const SERVICES_OF: Record<Version, Service[]> = {
  1: ["mediaChannel"],
  2: ["mediaChannel"],
  3: ["mediaChannel"],
  4: ["mediaChannel", "recording", "publicSharing"],
  5: ["mediaChannel", "recording", "publicSharing", "inChannelPermission"],
};

/** Everything that a key of one of these versions may hold. */
export function channelKeyFields(...versions: Version[]): fc.Arbitrary<ChannelKeyFields> {
  return fc.constantFrom(...versions).chain((version) =>
    fc
      .record({
        service: fc.constantFrom(...SERVICES_OF[version]),
        permission: fc.constantFrom<Permission>("noUpload", "audioVideoUpload"),
        channel,
        unixTs: u32,
        randomInt: u32,
        uid: u32,
        expiredTs: u32,
      })
      .map(({ service, permission, uid, expiredTs, ...fields }) => ({
        version,
        service,
        ...fields,
        ...(version > 1 && { uid, expiredTs }),
        ...(service === "inChannelPermission" && { permission }),
      })),
  );
}
