import { describe, expect, test } from "vitest";
import { NOW, TestDeployment, wrongFields } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

const deployment = new TestDeployment();
const SERVICES = ["mediaChannel", "recording", "publicSharing", "inChannelPermission"];

describe("what a version can't carry is refused, never dropped", () => {
  // Which services a version has, and the fields that are then wrong.
  const rows: readonly [version: number, service: string, wrong: string[]][] = [
    [1, "mediaChannel", []],
    [1, "recording", ["service"]],
    [1, "publicSharing", ["service"]],
    [1, "inChannelPermission", ["service"]],
    [2, "mediaChannel", []],
    [2, "recording", ["service"]],
    [2, "publicSharing", ["service"]],
    [2, "inChannelPermission", ["service"]],
    [3, "mediaChannel", []],
    [3, "recording", ["service"]],
    [3, "publicSharing", ["service"]],
    [3, "inChannelPermission", ["service"]],
    [4, "mediaChannel", []],
    [4, "recording", []],
    [4, "publicSharing", []],
    [4, "inChannelPermission", ["service"]],
    [5, "mediaChannel", []],
    [5, "recording", []],
    [5, "publicSharing", []],
    [5, "inChannelPermission", []],
  ];

  test.each(rows)("version %i, %s: wrong are %j", async (version, service, wrong) => {
    const permission = service === "inChannelPermission" ? "audioVideoUpload" : undefined;
    const uid = version === 1 ? undefined : 42;
    const response = await deployment.post("/v1/keys", {
      channel: "room-1",
      version,
      service,
      permission,
      uid,
    });
    expect(wrongFields(response)).toEqual(wrong);
    expect(response.status).toBe(wrong.length === 0 ? 200 : 400);
    if (wrong.length === 0) expect(response.json).toMatchObject({ version, service });
  });

  test.each(SERVICES)(
    "a permission with %s is given if and only if it is the in-channel permission",
    async (service) => {
      const needed = service === "inChannelPermission";
      const without = await deployment.post("/v1/keys", { channel: "room-1", uid: 1, service });
      expect(wrongFields(without)).toEqual(needed ? ["permission"] : []);
      const body = { channel: "room-1", uid: 1, service, permission: "noUpload" };
      expect(wrongFields(await deployment.post("/v1/keys", body))).toEqual(
        needed ? [] : ["permission"],
      );
    },
  );

  test.each([2, 3, 4, 5])("version %i needs a uid, and 0 is one", async (version) => {
    const response = await deployment.post("/v1/keys", { channel: "room-1", version });
    expect(response.json.errors).toEqual([
      { path: "uid", message: `is required in version ${version}` },
    ]);
    expect(
      (await deployment.post("/v1/keys", { channel: "room-1", version, uid: 0 })).json.uid,
    ).toBe(0);
  });

  test.each([
    [{ uid: 42 }, "uid", "uid"],
    [{ uid: 0 }, "uid", "uid"],
    [{ expiresIn: 60 }, "expiresIn", "expiry"],
    [{ expiresIn: 0 }, "expiresIn", "expiry"],
    [{ expiresAt: 0 }, "expiresAt", "expiry"],
  ])("version 1 has no place for %j", async (body, path, what) => {
    const response = await deployment.post("/v1/keys", { channel: "room-1", version: 1, ...body });
    expect(response.json.errors).toEqual([{ path, message: `version 1 carries no ${what}` }]);
  });

  test("version 1 by service key has neither uid nor end", async () => {
    const response = await deployment.post("/v1/keys", { channel: "room-1", version: 1 });
    expect(response.status).toBe(200);
    expect(response.json).toMatchObject({ version: 1, uid: null, expiresAt: null, renewAt: null });
    expect(response.json.key).toHaveLength(90);
  });

  test("version 1 is refused where the deployment limits how long a key lasts", async () => {
    const limited = new TestDeployment({ env: { MAX_EXPIRES_IN: "3600" } });
    expect(wrongFields(await limited.post("/v1/keys", { channel: "room-1", version: 1 }))).toEqual([
      "version",
    ]);
  });

  test("a batch of version 1 is refused: it would be one key many times", async () => {
    const response = await deployment.post("/v1/keys/batch", {
      channel: "room-1",
      version: 1,
      uids: [1],
    });
    expect(response.json.errors).toEqual([{ path: "uids", message: "version 1 carries no uid" }]);
  });
});

describe("the SDK's version", () => {
  const media = "mediaChannel";
  const permission = "inChannelPermission";
  // From the vendor's table: version 3 from SDK 1.2.3, 4 and 5 from 1.3.0, permissions from 1.7.0,
  // no channel keys from 2.1.0 (native) and 2.4.0 (web). test/keys/sdk-versions.test.ts has all.
  const chosen: readonly [
    sdkVersion: string,
    service: string,
    version: number | "refused" | "platform",
  ][] = [
    ["0.0", media, 1],
    ["1.0.0", media, 1],
    ["1.2", media, 1],
    ["1.2.2", media, 1],
    ["1.2.2.9999", media, 1],
    ["1.2.3", media, 3],
    ["1.2.3.0", media, 3],
    ["1.2.9999", media, 3],
    ["1.3", media, 5],
    ["1.3.0", media, 5],
    ["1.3.0", "recording", 5],
    ["1.6.9999", media, 5],
    ["1.6.9999", permission, "refused"],
    ["1.7.0", permission, 5],
    ["1.7", permission, 5],
    ["1.14.0", media, 5],
    ["2.0.8", media, 5],
    ["2.0.9999", permission, 5],
    ["2.1", media, "platform"],
    ["2.3.9999", media, "platform"],
    ["2.4.0", media, 6],
    ["3.0.0", media, 6],
    ["4.8.0", media, 7],
    ["4.24.8", media, 7],
    ["10.0.0", media, 7],
  ];

  test.each(chosen)("%s with %s gets version %s", async (version, service, expected) => {
    const body = {
      channel: "room-1",
      sdkVersion: version,
      service,
      ...(service === permission && { permission: "noUpload" }),
    };
    const response = await deployment.post(
      "/v1/keys",
      expected === 1 ? body : { ...body, uid: 42 },
    );
    if (typeof expected === "number") return expect(response.json.version).toBe(expected);
    expect(wrongFields(response)).toEqual([expected === "platform" ? "platform" : "sdkVersion"]);
  });

  const asked: readonly [sdkVersion: string, version: number, status: number][] = [
    ["1.2.2", 1, 200],
    ["1.2.2", 2, 400],
    ["1.2.2", 3, 400],
    ["1.2.3", 1, 200],
    ["1.2.3", 2, 200],
    ["1.2.3", 3, 200],
    ["1.2.3", 4, 400],
    ["1.2.9", 5, 400],
    ["1.3.0", 2, 200],
    ["1.3.0", 4, 200],
    ["1.3.0", 5, 200],
    ["2.0.9999", 1, 200],
    ["2.1.0", 1, 400],
    ["2.1.0", 5, 400],
  ];

  test.each(asked)(
    "%s asked for version %i answers %i, with the reason",
    async (sdkVersion, version, status) => {
      const body = { channel: "room-1", sdkVersion, version, ...(version > 1 && { uid: 42 }) };
      const response = await deployment.post("/v1/keys", body);
      expect(response.status).toBe(status);
      if (status === 200) return expect(response.json.version).toBe(version);
      expect(wrongFields(response)).toEqual(["version"]);
      expect(response.json.errors?.[0]?.message).toContain(`SDK`);
      expect(response.json.errors?.[0]?.message).toContain(sdkVersion);
    },
  );

  test.each(["1", "1.", "v1.3.0", "1.3.0-beta", "1.3.0.0.0", "12345.0", " 1.3.0", "", "1.3.0\n"])(
    "is not %j",
    async (sdkVersion) => {
      const response = await deployment.post("/v1/keys", { channel: "room-1", uid: 1, sdkVersion });
      expect(response.json.errors).toEqual([
        { path: "sdkVersion", message: 'must be a version such as "1.3.0"' },
      ]);
    },
  );
});

describe("the key versions that a grant yields", () => {
  const exact = new TestDeployment({ env: { EXACT_TIMES: "on" } });
  const times = { issuedAt: NOW, randomInt: 7 };

  // The vendor signs appId, time, random number, channel, uid and expiry as one text. So the text
  // of version 2 is that of version 1 for another channel, and the rest of the key is the same.
  test.each([
    [2, 0],
    [3, 3],
  ])(
    "version %i holds a valid endless key of version 1 for another channel",
    async (version, at) => {
      const user = { uid: 42, expiresAt: NOW + 60 };
      const key = await exact.post("/v1/keys", { channel: "room-1", version, ...user, ...times });
      const cut = key.json.key?.slice(at, at + 90);

      const channel = `room-1${"42".padStart(10, "0")}${NOW + 60}`;
      const endless = await exact.post("/v1/keys", { channel, version: 1, ...times });
      expect(cut).toBe(endless.json.key);
      const { json } = await exact.post("/v1/keys/inspect", { key: cut ?? "", channel });
      expect(json).toMatchObject({ version: 1, signature: "valid", expiresAt: null });
    },
  );

  test.each([
    { version: 1 },
    { version: 2 },
    { version: 3 },
    { sdkVersion: "1.2.2" },
    { sdkVersion: "1.2.2", uid: 42, expiresIn: 60 },
    { sdkVersion: "1.2.5" },
    { sdkVersion: "2.0.8", version: 3 },
  ])("are none of 1 to 3: %j is forbidden, with the reason", async (body) => {
    const credential = await signGrant();
    const ask = { channel: "room-1", ...body };
    const { status, json } = await deployment.post("/v1/keys", ask, { credential });
    expect([status, json.code]).toEqual([403, "forbidden"]);
    expect(json.detail).toContain("version 4, 5, 7 alone");
    const { sdkVersion, version } = body as { sdkVersion?: string; version?: number };
    expect(json.detail).toContain(
      version === undefined ? `SDK ${sdkVersion}` : `version ${version}`,
    );
  });

  // [GRANT_KEY_VERSIONS, DEFAULT_KEY_VERSION, what is asked, the version or the refusal]
  const rows: readonly [allowed: string, byDefault: string, object, number | string][] = [
    ["4,5,7", "5", {}, 5],
    ["4,5,7", "4", {}, 4],
    ["4,5,7", "3", {}, "forbidden"],
    ["4,5,7", "1", {}, "forbidden"],
    ["4,5,7", "3", { sdkVersion: "1.3.0" }, 5],
    ["4", "5", { sdkVersion: "1.3.0" }, 4],
    ["4", "5", {}, "forbidden"],
    ["4", "5", { version: 5 }, "forbidden"],
    ["2,4", "4", { sdkVersion: "1.2.5" }, 2],
    ["2,3,4", "4", { sdkVersion: "1.2.5" }, 3],
    ["2,3,4", "4", { version: 2 }, 2],
    ["7", "5", {}, "forbidden"],
    ["7", "5", { sdkVersion: "1.3.0" }, "forbidden"],
    // A key for anyone and for ever is for service keys alone, whatever the operator allows.
    ["1,4,5", "1", {}, "forbidden"],
    ["1,4,5", "5", { version: 1 }, "forbidden"],
    ["1,4,5", "5", { sdkVersion: "1.2.2" }, "forbidden"],
  ];
  test.each(rows)(
    "of %s, with %s by default, asked for %j: %s",
    async (allowed, other, body, is) => {
      const env = { GRANT_KEY_VERSIONS: allowed, DEFAULT_KEY_VERSION: other };
      const credential = await signGrant();
      const ask = { channel: "room-1", ...body };
      const { json } = await new TestDeployment({ env }).post("/v1/keys", ask, { credential });
      expect(json.code ?? json.version).toBe(is);
    },
  );
});
