import * as fc from "fast-check";
import { createSigner, inspect } from "latchkey";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/keys/diagnose.ts";
import { verdictOf } from "../../src/keys/verdict.ts";
import { channelKeyFields, hex32 } from "../support/arbitraries.ts";
import { OFFICIAL_KEYS } from "../support/official.ts";

/** A second before the vendor's own keys expire, and within their join window. */
const NOW = 1_446_455_470;
const codes = (text: string, options: object = {}) =>
  diagnose(text, { now: NOW, ...options }).findings.map(({ code }) => code);

describe("without a certificate", () => {
  test("the vendor's own keys are read, and nothing is found but that one version is for anyone", () => {
    expect(OFFICIAL_KEYS.length).toBeGreaterThan(8);
    for (const { key, fields } of OFFICIAL_KEYS) {
      const { isExact, credential, findings } = diagnose(key, { now: NOW });
      expect(isExact).toBe(true);
      expect({ ...credential?.key, findings }).toEqual(inspect(key, { now: NOW }));
      expect(codes(key)).toEqual(fields.version === 1 ? ["signed_for_any_uid"] : []);
    }
  });

  test("a key of another project or user is found where the text shows it", () => {
    const { key = "" } = OFFICIAL_KEYS.find(({ fields }) => fields.version === 3) ?? {};
    const other = { appId: "0".repeat(32), user: { uid: 7 } };
    expect(codes(key, other)).toEqual(["app_id_mismatch", "signed_for_other_uid_or_channel"]);
  });

  test("the verdict is never that Agora would accept it", () => {
    for (const { key } of OFFICIAL_KEYS)
      expect(verdictOf("unverified", diagnose(key, { now: NOW }).findings)).not.toBe("accepted");
  });
});

/** Ways in which a key is changed on its way, as functions of its text. */
const CHANGES: Readonly<Record<string, (key: string) => string>> = {
  quoted: (key) => `"${key}"`,
  white_space: (key) => ` ${key}\t`,
  line_breaks: (key) => `${key.slice(0, 60)}\r\n${key.slice(60)}\n`,
};

test("a key of any version is found in a changed text, which never counts as the key", () => {
  fc.assert(
    fc.property(
      hex32,
      hex32,
      channelKeyFields(1, 2, 3, 4, 5),
      fc.shuffledSubarray(Object.keys(CHANGES), { minLength: 1 }),
      (appId, appCertificate, fields, changes) => {
        const key = createSigner({ appId, appCertificate }).channelKey(fields);
        const text = changes.reduce((changed, name) => CHANGES[name]?.(changed) ?? "", key);
        const diagnosis = diagnose(text, { now: NOW });
        expect(diagnosis.isExact).toBe(false);
        const { findings: _, ...said } = inspect(key);
        expect(diagnosis.credential?.key).toEqual(said);
        expect(codes(text)).toEqual(expect.arrayContaining(["malformed", ...changes]));
      },
    ),
  );
});

test("a key of any version that lost its end is called truncated, or is a whole key of another", () => {
  fc.assert(
    fc.property(
      hex32,
      hex32,
      channelKeyFields(1, 2, 3, 4, 5),
      fc.integer({ min: 45, max: 112 }),
      (appId, appCertificate, fields, length) => {
        const key = createSigner({ appId, appCertificate }).channelKey(fields);
        const part = key.slice(0, length);
        const { isExact, credential } = diagnose(part, { now: NOW });
        // A part may have the shape of version 1 or 2.
        if (isExact) expect(part === key || length === 90 || length === 110).toBe(true);
        else if (credential) expect(codes(part)).toContain("missing_padding");
        // Version 1 has 93 characters if its time is in milliseconds: then a part may look like it.
        else if (length === 93 && codes(part).includes("milliseconds")) return;
        else expect(codes(part)).toEqual(["malformed", "truncated"]);
      },
    ),
    { numRuns: 3000 },
  );
});

test("a signature that happens to begin with 006 or 007 does not make a part of a key a token", () => {
  for (const start of ["003", "004", "005", "006", "007"])
    expect(codes(`${start}${"e".repeat(60)}`)).toEqual(["malformed", "truncated"]);
});

test("the times of version 1 to 4 in milliseconds are named, whichever they are", () => {
  const signer = createSigner({ appId: "a".repeat(32), appCertificate: "b".repeat(32) });
  for (const version of [2, 3, 4] as const) {
    const key = signer.channelKey({
      version,
      channel: "room-1",
      unixTs: NOW,
      randomInt: 0xdeadbeef,
      uid: 42,
      expiredTs: NOW + 3600,
    });
    const issued = key.replace(`${NOW}`, `${NOW}999`);
    for (const wrong of [issued, `${key}000`, `${issued}000`])
      expect(codes(wrong)).toEqual(["malformed", "milliseconds"]);
  }
});

describe("the work is bounded, and nothing is thrown", () => {
  const long = 1_000_000;
  test.each([
    ["base64", `005${"A".repeat(long)}`],
    ["base64 of a 006 token", `006${"a".repeat(32)}${"A".repeat(long)}`],
    ["base64 of a 007 token", `007${"A".repeat(long)}`],
    ["the longest that is decoded", `007${"A".repeat(89_997)}`],
    ["a stream that has no end", `007eJ${"A".repeat(24_500)}`],
    ["percent signs", "%".repeat(long)],
    ["encoded percent signs", "%25".repeat(8192)],
    ["spaces", " ".repeat(24_576)],
    ["spaces between signs", `${" ".repeat(12_000)}x${" ".repeat(12_000)}x`],
    ["line ends", "\n \t".repeat(8_100)],
    ["dots", `eyJ${".".repeat(24_000)}`],
    ["claims that nest", `eyJ9.${btoa("[".repeat(18_000)).replaceAll("=", "")}.x`],
    ["claims that are null", `eyJ9.${btoa("null").replaceAll("=", "")}.x`],
    ["equals signs", `005${"=".repeat(24_500)}`],
    ["half pairs", "\ud800".repeat(24_576)],
    ["digits", "1".repeat(24_576)],
  ])("%s", (_name, text) => {
    const before = performance.now();
    expect(codes(text)[0]).toBe("malformed");
    expect(performance.now() - before).toBeLessThan(1000);
    expect(inspect(text).findings[0]?.code).toBe("malformed");
  });

  test("any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(codes(text).length).toBeGreaterThan(0);
      }),
    );
  }, 60_000);
});
