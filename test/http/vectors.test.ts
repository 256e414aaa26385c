import { expect, test } from "vitest";
import { TestDeployment, type TestResponse } from "../support/deployment.ts";
import vectors from "../vectors/dynamic-key.json";

interface Vector {
  readonly version: number;
  readonly service?: string;
  readonly appId: string;
  readonly appCertificate: string;
  readonly channel: string;
  readonly unixTs: number;
  readonly randomInt: number;
  readonly uid?: number;
  readonly expiredTs?: number;
  readonly permission?: string;
  readonly key: string;
}

// The example that the vendor publishes. Version 5 was published with other letter cases, which do
// not matter to it.
const EXAMPLE = {
  appId: "970ca35de60c44645bbae8a215061b33",
  appCertificate: "5cfd2fd1755d40ecb72977518be15d3b",
  channel: "7d72365eb983485397e3e3f9d460bdda",
  unixTs: 1446455472,
  randomInt: 58964981,
  uid: 2882341273,
  expiredTs: 1446455471,
};
const { uid, expiredTs, ...EXAMPLE_1 } = EXAMPLE;
const EXAMPLE_5 = {
  ...EXAMPLE,
  appId: "970CA35de60c44645bbae8a215061b33",
  appCertificate: "5CFd2fd1755d40ecb72977518be15d3b",
  version: 5,
};
const TAIL_4 = "970ca35de60c44645bbae8a215061b3314464554720383bbf51446455471";
const SIGNATURE_2 = "7666966591a93ee5a3f712e22633f31f0cbc8f13";
const TAIL_2 = "970ca35de60c44645bbae8a215061b3314464554720383bbf528823412731446455471";
const PUBLISHED: readonly Vector[] = [
  {
    ...EXAMPLE_1,
    version: 1,
    key: "870588aad271ff47094eb622617e89d6b5b5a615970ca35de60c44645bbae8a215061b3314464554720383bbf5",
  },
  { ...EXAMPLE, version: 2, key: `${SIGNATURE_2}${TAIL_2}` },
  { ...EXAMPLE, version: 3, key: `003${SIGNATURE_2}${TAIL_2}` },
  {
    ...EXAMPLE,
    version: 4,
    service: "mediaChannel",
    key: `004d0ec5ee3179c964fe7c0485c045541de6bff332b${TAIL_4}`,
  },
  {
    ...EXAMPLE,
    version: 4,
    service: "recording",
    key: `004e0c24ac56aae05229a6d9389860a1a0e25e56da8${TAIL_4}`,
  },
  {
    ...EXAMPLE,
    version: 4,
    service: "publicSharing",
    key: `004ec32c0d528e58ef90e8ff437a9706124137dc795${TAIL_4}`,
  },
  {
    ...EXAMPLE_5,
    service: "mediaChannel",
    key: "005AQAoAEJERTJDRDdFNkZDNkU0ODYxNkYxQTYwOUVFNTM1M0U5ODNCQjFDNDQQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YAAA==",
  },
  {
    ...EXAMPLE_5,
    service: "recording",
    key: "005AgAoADkyOUM5RTQ2MTg3QTAyMkJBQUIyNkI3QkYwMTg0MzhDNjc1Q0ZFMUEQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YAAA==",
  },
  {
    ...EXAMPLE_5,
    service: "publicSharing",
    key: "005AwAoADc0QTk5RTVEQjI4MDk0NUI0NzUwNTk0MUFDMjM4MDU2NzIwREY3QjAQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YAAA==",
  },
  {
    ...EXAMPLE_5,
    service: "inChannelPermission",
    permission: "noUpload",
    key: "005BAAoADgyNEQxNDE4M0FGRDkyOEQ4REFFMUU1OTg5NTg2MzA3MTEyNjRGNzQQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YBAAEAAQAw",
  },
  {
    ...EXAMPLE_5,
    service: "inChannelPermission",
    permission: "audioVideoUpload",
    key: "005BAAoADJERDA3QThENTE2NzJGNjQwMzY5NTFBNzE0QkI5NTc0N0Q1QjZGQjMQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YBAAEAAQAz",
  },
];

function deploymentOf({ appId, appCertificate }: Vector): TestDeployment {
  const env = { APP_ID: appId, APP_CERTIFICATE: appCertificate, EXACT_TIMES: "on" };
  return new TestDeployment({ env });
}

function askFor(vector: Vector): Promise<TestResponse> {
  const { version, service, permission, channel, uid, unixTs, randomInt, expiredTs } = vector;
  const body = {
    version,
    service,
    permission,
    channel,
    uid,
    issuedAt: unixTs,
    randomInt,
    expiresAt: expiredTs,
  };
  return deploymentOf(vector).post("/v1/keys", body);
}

test.each([
  ["the vendor's published example", PUBLISHED, 11],
  ["the vendor's C++ code", vectors as readonly Vector[], 600],
])(
  "every key of %s comes out byte for byte, with the fields that it was made of",
  async (_name, cases, count) => {
    expect(cases).toHaveLength(count);
    for (const vector of cases) {
      const { version, service = "mediaChannel", appId, channel, unixTs, randomInt, key } = vector;
      const response = await askFor(vector);
      expect(response.json).toMatchObject({
        key,
        version,
        service,
        appId,
        channel,
        uid: vector.uid ?? null,
        randomInt,
        issuedAt: unixTs,
        joinBefore: unixTs + 300,
        expiresAt: vector.expiredTs || null,
      });
    }
  },
);

test("a batch of one gives every vector that names a uid, byte for byte", async () => {
  const cases = (vectors as readonly Vector[]).filter(({ version }) => version > 1);
  expect(cases.length).toBeGreaterThan(400);
  for (const vector of cases) {
    const { version, service, permission, channel, uid, unixTs, randomInt, expiredTs, key } =
      vector;
    const body = {
      version,
      service,
      permission,
      channel,
      uids: [uid],
      issuedAt: unixTs,
      randomInt,
      expiresAt: expiredTs,
    };
    const response = await deploymentOf(vector).post("/v1/keys/batch", body);
    expect(response.json.keys).toEqual([{ uid, key, randomInt }]);
  }
});

test("inspection calls every vector's signature valid, and another channel's not", async () => {
  for (const vector of vectors as readonly Vector[]) {
    const {
      key,
      channel,
      uid,
      service = "mediaChannel",
      unixTs,
      randomInt,
      expiredTs,
      version,
    } = vector;
    const deployment = deploymentOf(vector);
    const valid = await deployment.post("/v1/keys/inspect", { key, channel, uid });
    expect(valid.json).toMatchObject({
      signature: "valid",
      version,
      service,
      issuedAt: unixTs,
      randomInt,
      expiresAt: expiredTs || null,
    });
    expect(valid.json.uid).toBe(uid);
    const other = await deployment.post("/v1/keys/inspect", {
      key,
      channel: channel === "a" ? "b" : "a",
      uid,
    });
    expect(other.json.signature).toBe("invalid");
  }
});
