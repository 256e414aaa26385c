import { expect, test } from "vitest";
import { FINDING_CODES } from "../../src/keys/findings.ts";
import { createSigner } from "../../src/keys/library.ts";
import { APP_ID, NOW, randomHex, SECRETS } from "../support/deployment.ts";
import { asked, fields, inspect, key, numbers, ours } from "../support/inspection.ts";
import { service, text, token007, u16 } from "../support/packed-token.ts";
import { PASTED } from "../support/pasted-texts.ts";

const SDK_NUMBERS = [101, 109, 110, 118, 119];
/** These do not make Agora refuse a key. */
const INFORMS: readonly string[] = [
  "signed_for_any_uid",
  "signed_for_any_channel",
  "time_as_duration",
  "privilege_outlives_token",
  "over_24_hours",
  "subscriber_only",
  "nothing_understood",
  "services_disagree",
  "service_without_privilege",
  "unknown_service",
  "unknown_privilege",
  "unsorted_privileges",
  "duplicate_privilege",
  "extra_bytes",
];

const HOUR = 3_600;
const by = (appCertificate: string) => createSigner({ appId: APP_ID, appCertificate });
const rtc = (entries: readonly (readonly [number, number])[], channel: string, user: string) =>
  service(1, entries, text(channel), text(user));

/** A token of this project, by the format alone. */
function token(change: Partial<Parameters<typeof token007>[0]>): string {
  const services = [rtc([[1, HOUR]], "room-1", "42")];
  const { APP_CERTIFICATE: appCertificate } = SECRETS;
  return token007({
    appId: APP_ID,
    appCertificate,
    issueTs: NOW,
    expire: HOUR,
    services,
    ...change,
  });
}
const withServices = (...services: (readonly number[])[]) => token({ services });

const TOKENS = [
  token({}),
  token({ expire: 0 }),
  token({ expire: 90_000 }),
  token({ expire: NOW }),
  token({ issueTs: NOW - 7200 }),
  token({ rest: [0] }),
  token({ issueTs: NOW - 90_000, expire: 180_000 }),
  token({ appId: APP_ID.toUpperCase() }),
  withServices(),
  withServices(rtc([[1, HOUR]], "\0", "43")),
  withServices(rtc([[1, HOUR]], "room-1", "43"), rtc([[2, HOUR]], "room-1", "43")),
  withServices(rtc([[1, 7200]], "*", "0")),
  withServices(
    rtc(
      [
        [2, 1],
        [1, HOUR],
        [1, HOUR],
        [9, 9],
      ],
      "room-1",
      "42",
    ),
  ),
  withServices(rtc([], "room-1", "42"), service(2, [], text("a")), [...u16(99)]),
  token({
    issueTs: NOW - 10,
    services: [
      rtc(
        [
          [1, HOUR],
          [2, 1],
        ],
        "room-1",
        "42",
      ),
    ],
  }),
];

test("every finding of the contract has a message that says what to do, and the SDK's error where there is one", async () => {
  const otherCase = SECRETS.APP_CERTIFICATE.toUpperCase();
  const signedInOtherCase = by(otherCase).accessToken({
    version: 7,
    issueTs: NOW,
    expire: HOUR,
    salt: 7,
    services: [{ type: "rtc", ...asked, privileges: { joinChannel: HOUR } }],
  });
  const foreign = createSigner({ appId: randomHex(32), appCertificate: randomHex(32) });
  const responses = await Promise.all([
    ...PASTED.map(([, pasted]) => inspect({ key: pasted })),
    ...TOKENS.map((of) => inspect({ key: of, channel: "room-1", uid: 43 })),
    inspect({ key: token({}), channel: "other" }),
    inspect({ key: withServices(service(2, [], text("43"))) }),
    inspect({ key: withServices(service(2, [], text("43")), [...u16(99)]) }),
    inspect({ key: signedInOtherCase }),
    inspect({ key }, { env: { KEY_MODE: "app-id" } }),
    inspect({ key: ours.channelKey({ ...fields, expiredTs: 3600 }), ...asked }),
    inspect({ key: foreign.channelKey(fields) }),
    inspect({ key, ...asked }, { at: NOW + 4000 }),
    inspect({ key, ...asked }, { at: NOW - 4000 }),
    inspect({ key: ours.channelKey({ ...fields, uid: 0 }), ...asked }),
    inspect({ key, ...asked, channel: "other" }),
    inspect({ key: by(SECRETS.APP_CERTIFICATE_PREVIOUS).channelKey(fields), ...asked }),
  ]);
  const all = responses.flatMap(({ json }) => json.findings ?? []);
  expect([...new Set(all.map(({ code }) => code))].sort()).toEqual([...FINDING_CODES].sort());
  for (const finding of all) {
    const { code, message } = finding;
    expect(message).toMatch(/\. [A-Z].+\.$/);
    const known = numbers(finding).every((number) => SDK_NUMBERS.includes(number));
    expect(known).toBe(true);
    // Of privileges, those count that joining needs.
    if (code !== "privilege_expired")
      expect(finding.sdkErrors.length === 0, code).toBe(INFORMS.includes(code));
  }
});
