import { inflateSync } from "node:zlib";
import { type AccessTokenFields, createSigner } from "latchkey";
import { describe, expect, test } from "vitest";
import { VECTORS_006, VECTORS_007 } from "../support/token-vectors.ts";
import published from "../vectors/access-token-007-published.json";

/** The bytes that a 007 token carries, in hexadecimal: compressors differ, contents must not. */
const contentOf = (token: string) =>
  inflateSync(Buffer.from(token.slice(3), "base64")).toString("hex");

test("every 006 vector of the vendor's C++ code is made to the character", () => {
  for (const { appId, appCertificate, fields, key } of VECTORS_006)
    expect(createSigner({ appId, appCertificate }).accessToken(fields)).toBe(key);
  expect(VECTORS_006).toHaveLength(120);
});

test("a 006 vector for RTM is the same by its user's id", () => {
  let count = 0;
  for (const { appId, appCertificate, fields, key } of VECTORS_006) {
    if (fields.version !== 6 || fields.privileges.rtmLogin === undefined) continue;
    const { salt, ts, privileges, channel: rtmUserId = "" } = fields;
    const token = { version: 6, rtmUserId, salt, ts, privileges } as const;
    expect(createSigner({ appId, appCertificate }).accessToken(token)).toBe(key);
    count++;
  }
  expect(count).toBe(19);
});

test("every 007 vector of the vendor's C++ code has the same content", () => {
  for (const { appId, appCertificate, fields, key } of VECTORS_007) {
    const token = createSigner({ appId, appCertificate }).accessToken(fields);
    expect(token).toMatch(/^007[A-Za-z0-9+/]+={0,2}$/);
    expect(contentOf(token)).toBe(contentOf(key));
  }
  expect(VECTORS_007).toHaveLength(200);
});

test("services come out in the order of their types, whatever the order they were given in", () => {
  for (const { appId, appCertificate, fields } of VECTORS_007) {
    if (fields.version !== 7) continue;
    const signer = createSigner({ appId, appCertificate });
    const types = fields.services.map(({ type }) => type);
    if (new Set(types).size < types.length) continue;
    const services = fields.services.toReversed();
    expect(signer.accessToken({ ...fields, services })).toBe(signer.accessToken(fields));
  }
});

describe("the tokens of the vendor's own tests and samples", () => {
  const signer = createSigner({
    appId: "970CA35de60c44645bbae8a215061b33",
    appCertificate: "5CFd2fd1755d40ecb72977518be15d3b",
  });

  test.each(published)("007 $name", ({ name: _, signedBytes, signature, token, ...fields }) => {
    const content = contentOf(signer.accessToken({ version: 7, ...fields } as AccessTokenFields));
    expect(content.slice(4, 68)).toBe(signature);
    expect(content.length / 2 - 34).toBe(signedBytes);
    expect(content).toBe(contentOf(token));
  });

  const CHANNEL = "7d72365eb983485397e3e3f9d460bdda";
  const END = 1446455471;
  const join = { joinChannel: END };
  const all = { ...join, publishAudio: END, publishVideo: END, publishData: END };
  test.each([
    [
      { channel: CHANNEL, uid: 2882341273, privileges: join },
      "006970CA35de60c44645bbae8a215061b33IACV0fZUBw+72cVoL9eyGGh3Q6Poi8bgjwVLnyKSJyOXR7dIfRBXoFHlEAABAAAAR/QQAAEAAQCvKDdW",
    ],
    [
      { channel: CHANNEL, uid: 0, privileges: join },
      "006970CA35de60c44645bbae8a215061b33IACw1o7htY6ISdNRtku3p9tjTPi0jCKf9t49UHJhzCmL6bdIfRAAAAAAEAABAAAAR/QQAAEAAQCvKDdW",
    ],
    [
      { channel: CHANNEL, account: "0", privileges: join },
      "006970CA35de60c44645bbae8a215061b33IABNRUO/126HmzFc+J8lQFfnkssUdUXqiePeE2WNZ7lyubdIfRAh39v0EAABAAAAR/QQAAEAAQCvKDdW",
    ],
    [
      { channel: CHANNEL, account: "2882341273", privileges: all },
      "006970CA35de60c44645bbae8a215061b33IACMv3I+fsRSejxy6luEwzA/1t/zbEHWfJCJ5m8ssFP/fLdIfRBXoFHlIgABAAAAR/QQAAQAAQCvKDdWAgCvKDdWAwCvKDdWBACvKDdW",
    ],
    [
      { rtmUserId: "test_user", privileges: { rtmLogin: END } },
      "006970CA35de60c44645bbae8a215061b33IAAsR0qgiCxv0vrpRcpkz5BrbfEWCBZ6kvR6t7qG/wJIQob86ogAAAAAEAABAAAAR/QQAAEA6AOvKDdW",
    ],
  ])("006 %o", (fields, token) => {
    const shared = { version: 6, salt: 1, ts: 1111111 } as const;
    expect(signer.accessToken({ ...shared, ...fields } as AccessTokenFields)).toBe(token);
  });
});
