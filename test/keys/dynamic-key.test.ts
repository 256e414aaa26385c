import {
  DynamicKey,
  DynamicKey2,
  DynamicKey3,
  DynamicKey4,
  DynamicKey5,
} from "latchkey/dynamic-key";
import { describe, expect, test } from "vitest";
import { OFFICIAL_EXAMPLE, OFFICIAL_KEYS } from "../support/official.ts";
import vectors from "../vectors/dynamic-key.json";

type Generate = (...fields: (string | number)[]) => string;

/** The vendor's function for each version and service. */
const GENERATORS: Readonly<Record<string, unknown>> = {
  "1": DynamicKey.generate,
  "2": DynamicKey2.generate,
  "3": DynamicKey3.generate,
  "4 mediaChannel": DynamicKey4.generateMediaChannelKey,
  "4 recording": DynamicKey4.generateRecordingKey,
  "4 publicSharing": DynamicKey4.generatePublicSharingKey,
  "5 mediaChannel": DynamicKey5.generateMediaChannelKey,
  "5 recording": DynamicKey5.generateRecordingKey,
  "5 publicSharing": DynamicKey5.generatePublicSharingKey,
  "5 inChannelPermission": DynamicKey5.generateInChannelPermissionKey,
};

interface Vector {
  version: number;
  service?: string | undefined;
  permission?: string | undefined;
  appId: string;
  appCertificate: string;
  channel: string;
  unixTs: number;
  randomInt: number;
  uid?: number | undefined;
  expiredTs?: number | undefined;
}

function generate(vector: Vector): string {
  const { version, service, permission, appId, appCertificate, channel } = vector;
  const { unixTs, randomInt, uid = 0, expiredTs = 0 } = vector;
  const name = version < 4 ? `${version}` : `${version} ${service ?? "mediaChannel"}`;
  const fields: (string | number)[] = [appId, appCertificate, channel, unixTs, randomInt];
  if (version > 1) fields.push(uid, expiredTs);
  if (permission === "noUpload") fields.push(DynamicKey5.noUpload);
  if (permission === "audioVideoUpload") fields.push(DynamicKey5.audioVideoUpload);
  return (GENERATORS[name] as Generate)(...fields);
}

test("every vector of the vendor's C++ code is made byte for byte", () => {
  for (const { key, ...vector } of vectors) expect(generate(vector)).toBe(key);
  const used = new Set(vectors.map(({ version, service = "" }) => `${version} ${service}`));
  expect(used.size).toBe(Object.keys(GENERATORS).length);
});

test.each(OFFICIAL_KEYS)(
  "the vendor's published example, version $fields.version $fields.service $fields.permission",
  ({ key, fields, ...project }) => {
    expect(generate({ ...project, ...fields, ...OFFICIAL_EXAMPLE })).toBe(key);
  },
);

const PROJECT = ["970ca35de60c44645bbae8a215061b33", "5cfd2fd1755d40ecb72977518be15d3b"];
const GOOD = [...PROJECT, "room-1", 1446455472, 58964981, 42, 0];
const media4 = DynamicKey4.generateMediaChannelKey as Generate;

describe("decimal text is the number that it says", () => {
  test.each([
    ["ts", 3, "1446455472"],
    ["uid", 5, "42"],
    ["expiredTs", 6, "0"],
  ])("%s", (_, at, text) => {
    expect(media4(...GOOD.with(at, text))).toBe(media4(...GOOD));
  });

  test("a whole number is the channel of its digits", () => {
    expect(media4(...GOOD.with(2, 7))).toBe(media4(...GOOD.with(2, "7")));
  });
});

describe("refused by the field's name", () => {
  const missing = undefined as never;
  test.each<[string, number, string | number]>([
    ["appID: must be 32", 0, "970ca35d"],
    ["appID: must be 32", 0, `${"0".repeat(31)}g`],
    ["appCertificate: must be 32", 1, "5cfd2fd1755d40ecb72977518be15d3"],
    ["channel: must be 1 to 64", 2, ""],
    ["channel: must be 1 to 64", 2, "raum-ä"],
    ["channel: must be 1 to 64", 2, "a".repeat(65)],
    ["channel: must be 1 to 64", 2, 1.5],
    ["channel: must be 1 to 64", 2, Number.NaN],
    ["channel: must be 1 to 64", 2, missing],
    ["ts: must be an integer", 3, 1446455472.5],
    ["ts: must be an integer", 3, 1446455472000],
    ["ts: must be an integer", 3, "1446455472.5"],
    ["ts: must be an integer", 3, missing],
    ["r: must be an integer", 4, "58964981"],
    ["r: must be an integer", 4, 0.5],
    ["r: must be an integer", 4, -1],
    ["r: must be an integer", 4, 2 ** 32],
    ["uid: must be an integer", 5, "alice"],
    ["uid: must be an integer", 5, "042"],
    ["uid: must be an integer", 5, ""],
    ["uid: must be an integer", 5, -1],
    ["uid: must be an integer", 5, 2 ** 32 + 1],
    ["uid: must be an integer", 5, "4294967297"],
    ["uid: must be an integer", 5, missing],
    ["expiredTs: must be an integer", 6, missing],
    ["expiredTs: must be an integer", 6, 1446455472000],
  ])("%s, parameter %i: %j", (message, at, value) => {
    expect(() => media4(...GOOD.with(at, value))).toThrow(
      expect.objectContaining({
        name: expect.stringMatching(/^(Type|Range)Error$/),
        message: expect.stringMatching(`^${message}`),
      }),
    );
  });

  test.each(["1", "", 0, 3, undefined])("the permission %j", (permission) => {
    const make = DynamicKey5.generateInChannelPermissionKey as Generate;
    expect(() => make(...GOOD, permission as never)).toThrow(/^permission: /);
  });

  test("no error quotes the certificate", () => {
    const certificate = "5cfd2fd1755d40ecb72977518be15d3z";
    expect(() => media4(...GOOD.with(1, certificate))).toThrow(/^((?!5cfd2fd1).)*$/s);
  });
});
