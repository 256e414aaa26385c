import { describe, expect, test } from "vitest";
import { createSigner } from "../../src/keys/library.ts";
import { APP_ID, NOW, SECRETS } from "../support/deployment.ts";
import { asked, fields, inspect, key, ours } from "../support/inspection.ts";

describe("the verdict: would Agora take the key now?", () => {
  const signed = (change: object) => ours.channelKey({ ...fields, ...change });
  const previous = createSigner({
    appId: APP_ID,
    appCertificate: SECRETS.APP_CERTIFICATE_PREVIOUS,
  }).channelKey(fields);
  test.each<[string, object, number, string]>([
    ["accepted: right in everything", { key, ...asked }, 0, "accepted"],
    ["accepted: for anyone", { key: signed({ uid: 0 }), ...asked }, 0, "accepted"],
    ["refused: its signature is of another channel", { key, channel: "b", uid: 42 }, 0, "refused"],
    ["refused: its join window is closed", { key, ...asked }, 301, "refused"],
    ["refused: it expired", { key, ...asked }, 3600, "refused"],
    ["refused: it expired, whoever signed it", { key }, 3600, "refused"],
    ["refused: it is from the future", { key, ...asked }, -11, "refused"],
    ["refused: it shows another uid", { key: signed({ version: 3 }), uid: 43 }, 0, "refused"],
    ["refused: no key", { key: "hello" }, 0, "refused"],
    ["refused: quotes around it", { key: `"${key}"`, ...asked }, 0, "refused"],
    ["unknown: no channel to verify it with", { key, uid: 42 }, 0, "unknown"],
    ["unknown: no uid to verify it with", { key, channel: "room-1" }, 0, "unknown"],
    ["unknown: only the vendor knows", { key: previous, ...asked }, 0, "unknown"],
    ["refused: a part of an access token", { key: "007eJxTYA==" }, 0, "refused"],
  ])("is %s", async (_name, body, after, verdict) => {
    expect((await inspect(body, { at: NOW + after })).json.verdict).toBe(verdict);
  });
});

// What SDKs report, by the vendor's documents and the SDKs' own tables.
describe("the SDK errors have their names", () => {
  test.each<[string, object, number, string, [number, string][]]>([
    [
      "join window",
      { key, ...asked },
      301,
      "join_window_closed",
      [
        [109, "ERR_CHANNEL_KEY_EXPIRED"],
        [109, "ERR_DYNAMIC_KEY_TIMEOUT"],
        [109, "DYNAMIC_KEY_TIMEOUT"],
      ],
    ],
    [
      "expiry",
      { key, ...asked },
      3600,
      "call_expired",
      [
        [109, "ERR_CHANNEL_KEY_EXPIRED"],
        [109, "ERR_DYNAMIC_KEY_TIMEOUT"],
        [109, "DYNAMIC_KEY_TIMEOUT"],
        [118, "ERR_DYNAMIC_KEY_EXPIRED"],
        [118, "DYNAMIC_KEY_EXPIRED"],
      ],
    ],
    [
      "signature",
      { key, channel: "other", uid: 42 },
      0,
      "certificate_mismatch",
      [
        [110, "ERR_INVALID_CHANNEL_KEY"],
        [110, "ERR_NO_AUTHORIZED"],
        [110, "NO_AUTHORIZED"],
      ],
    ],
  ])("(%s)", async (_name, body, after, code, expected) => {
    const { json } = await inspect(body, { at: NOW + after });
    const found = json.findings?.find((finding) => finding.code === code);
    expect(found?.sdkErrors).toEqual(expected.map(([number, name]) => ({ number, name })));
  });
});
