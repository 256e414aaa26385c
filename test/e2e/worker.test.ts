// The Worker as it is deployed: HTTP in, a workerd process, a key out that an independent program
// verifies.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { grantSigner, keySet, signGrant } from "../support/grants.ts";
import { Provider, sends } from "../support/provider.ts";
import { referenceKey } from "../support/reference.ts";
import {
  everyKindOfRequest,
  found,
  issuedIn,
  needles,
  type Request,
  restOf,
} from "../support/secrecy.ts";
import { APP_ID, readResponse, SECRETS, settings, type TestResponse } from "../support/settings.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

type Generate = (...fields: (string | number)[]) => string;
const oracle = createRequire(import.meta.url)("agora-access-token/src/DynamicKey5.js") as Readonly<
  Record<string, Generate>
>;

const start = (env: Readonly<Record<string, string>>, outboundPort?: number) =>
  startWorker(inject("bundle"), {
    settings: env,
    ...(outboundPort !== undefined && { outboundPort }),
  });

let worker: RunningWorker;

beforeAll(async () => {
  worker = await start(settings());
});

afterAll(() => worker?.stop());

async function post(
  url: string,
  path: string,
  credential: string | undefined,
  body: object,
): Promise<TestResponse> {
  const headers = {
    "Content-Type": "application/json",
    ...(credential && { Authorization: `Bearer ${credential}` }),
  };
  return readResponse(
    await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) }),
  );
}

describe("a deployed Worker", () => {
  test("is healthy and ready", async () => {
    expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    expect(await (await fetch(`${worker.url}/ready`)).json()).toEqual({
      status: "ready",
      warnings: [],
      listAgeSeconds: expect.any(Number),
      listFullPercent: 0,
    });
  });

  test.each([1, 2, 3, 4] as const)(
    "mints a version-%i key that node:crypto agrees with",
    async (version) => {
      const body = { channel: "room-1", version, ...(version > 1 && { uid: 42 }) };
      const { status, json } = await post(worker.url, "/v1/keys", SECRETS.SERVICE_KEY, body);
      expect(status).toBe(200);
      const { issuedAt = 0, randomInt, expiresAt } = json;
      expect(json.key).toBe(
        referenceKey(APP_ID, SECRETS.APP_CERTIFICATE, {
          version,
          channel: "room-1",
          unixTs: issuedAt,
          randomInt: Number(randomInt),
          uid: 42,
          expiredTs: expiresAt ?? 0,
        }),
      );
    },
  );

  test.each([
    ["mediaChannel", undefined, "generateMediaChannelKey"],
    ["recording", undefined, "generateRecordingKey"],
    ["publicSharing", undefined, "generatePublicSharingKey"],
    ["inChannelPermission", "noUpload", "generateInChannelPermissionKey"],
    ["inChannelPermission", "audioVideoUpload", "generateInChannelPermissionKey"],
  ])(
    "mints a version-5 %s key (%s) that the vendor's own library agrees with",
    async (service, permission, generate) => {
      const { json } = await post(worker.url, "/v1/keys", SECRETS.SERVICE_KEY, {
        channel: "room-1",
        uid: 42,
        service,
        permission,
      });
      const digit = permission === undefined ? [] : [permission === "noUpload" ? "0" : "3"];
      const { issuedAt, randomInt, expiresAt } = json as {
        issuedAt: number;
        randomInt: number;
        expiresAt: number;
      };
      const args = [
        APP_ID,
        SECRETS.APP_CERTIFICATE,
        "room-1",
        issuedAt,
        randomInt,
        42,
        expiresAt,
        ...digit,
      ];
      expect(json.key).toBe(oracle[generate]?.(...args));
    },
  );

  test("goes from grant to key, with random numbers and a clock of its own", async () => {
    const before = Math.floor(Date.now() / 1000);
    const body = { channels: ["room-*"], uid: 42, expiresIn: 600 };
    const { json } = await post(worker.url, "/v1/grants", SECRETS.SERVICE_KEY, body);
    const first = await post(worker.url, "/v1/keys", json.grant, { channel: "room-1" });
    const second = await post(worker.url, "/v1/keys", json.grant, { channel: "room-1" });
    expect(first.status).toBe(200);
    expect(first.json.issuedAt).toBeGreaterThanOrEqual(before);
    expect(first.json.issuedAt).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
    expect(first.json.randomInt).not.toBe(second.json.randomInt);
  });

  test("takes a body in chunks of unknown length, up to its limit", async () => {
    const chunked = async (text: string) => {
      const body = new ReadableStream({
        start(controller) {
          for (const piece of text.match(/.{1,1000}/gs) ?? [])
            controller.enqueue(new TextEncoder().encode(piece));
          controller.close();
        },
      });
      const headers = {
        "Content-Type": "application/json",
        Authorization: `Bearer ${SECRETS.SERVICE_KEY}`,
      };
      return (
        await fetch(`${worker.url}/v1/keys`, {
          method: "POST",
          headers,
          body,
          duplex: "half",
        } as RequestInit)
      ).status;
    };
    expect(await chunked('{"channel":"room-1","uid":1}'.padEnd(16_384))).toBe(200);
    expect(await chunked('{"channel":"room-1","uid":1}'.padEnd(16_385))).toBe(413);
  });

  test("mints nothing without its secrets, and names them", async () => {
    const bare = await start({ APP_ID });
    try {
      expect(
        (await post(bare.url, "/v1/keys", SECRETS.SERVICE_KEY, { channel: "a", uid: 1 })).json.code,
      ).toBe("not_configured");
      const ready = await readResponse(await fetch(`${bare.url}/ready`));
      expect(ready.status).toBe(503);
      expect(ready.json.problems?.map(({ name }) => name)).toEqual([
        "APP_CERTIFICATE",
        "SERVICE_KEY",
        "GRANT_SECRET",
      ]);
    } finally {
      await bare.stop();
    }
  });

  test("ends when it is told to: neither process nor port is left", async () => {
    const other = await start(settings());
    expect((await fetch(`${other.url}/health`)).status).toBe(200);
    await other.stop();
    expect(() => process.kill(other.pid, 0)).toThrow("ESRCH");
    await expect(fetch(`${other.url}/health`)).rejects.toThrow();
  });
});

test("writes one line for a key by service key, with the id of its response, and none for a 401", async () => {
  const asked = { channel: "room-log", uid: 42 };
  const refused = await post(worker.url, "/v1/keys", "x".repeat(40), asked);
  expect(refused.headers.get("request-id")).not.toBeNull();
  const { headers } = await post(worker.url, "/v1/keys", SECRETS.SERVICE_KEY, asked);
  const written = () =>
    worker
      .output()
      .split("\n")
      .filter((line) => line.includes("room-log"))
      .map((line) => JSON.parse(line) as unknown);
  await expect.poll(written).toMatchObject([
    {
      type: "audit",
      requestId: headers.get("request-id"),
      operation: "issueKey",
      outcome: "ok",
      caller: { kind: "serviceKey", id: "SERVICE_KEY" },
      ...asked,
    },
  ]);
});

describe("of its secrets", () => {
  const now = Math.floor(Date.now() / 1000);

  async function send(
    url: string,
    { method, path, headers, body }: Request,
  ): Promise<TestResponse> {
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    return readResponse(response);
  }

  test("none is in a response outside its own field, and none in what the process writes, whatever is asked", async () => {
    const signed = await post(worker.url, "/v1/keys", SECRETS.SERVICE_KEY, {
      channel: "room-1",
      uid: 42,
    });
    const { requests, jwks, grants } = await everyKindOfRequest(now, String(signed.json.key));
    const whole = await start(settings({ GRANT_JWKS: jwks }));
    const malformed = await start(
      settings({ ...SECRETS, APP_CERTIFICATE: `${SECRETS.APP_CERTIFICATE}?` }),
    );
    try {
      const responses: TestResponse[] = [signed];
      for (const request of requests) {
        // The process itself refuses a header of 100 kB, by its own rules.
        if (request.name.endsWith("of 100 kB")) continue;
        responses.push(await send(whole.url, request), await send(malformed.url, request));
      }
      const secrets = needles(responses.flatMap(issuedIn), grants);
      expect(new Set(responses.map(({ json }) => json.code))).toContain("not_configured");
      expect(responses.filter(({ status }) => status === 200).length).toBeGreaterThan(15);
      expect(responses.flatMap((response) => found(secrets, restOf(response)))).toEqual([]);
      await Promise.all([whole.stop(), malformed.stop()]);
      expect(found(secrets, worker.output() + whole.output() + malformed.output())).toEqual([]);
    } finally {
      await Promise.all([whole.stop(), malformed.stop()]);
    }
  });
});

describe("with every subrequest caught", () => {
  let outside: Provider;
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + 600 };

  beforeAll(async () => {
    outside = await Provider.start(sends("caught", { status: 502 }));
  });

  afterAll(() => outside.stop());

  test("the path from a credential to a key makes none: service key, HS256 grant, inline key set, known and unknown", async () => {
    const [rsa, ec, ed, stranger] = await Promise.all([
      grantSigner("RS256", "rsa"),
      grantSigner("ES256", "ec"),
      grantSigner("EdDSA", "ed"),
      grantSigner("ES256", "stranger"),
    ]);
    const isolated = await start(
      settings({ GRANT_JWKS: JSON.stringify(keySet(rsa, ec, ed)) }),
      outside.port,
    );
    try {
      const good = [
        await signGrant(times),
        await rsa.sign(times),
        await ec.sign(times),
        await ed.sign(times),
      ];
      for (const credential of good) {
        expect(
          (await post(isolated.url, "/v1/keys", credential, { channel: "room-1" })).json.key,
        ).toMatch(/^005/);
      }
      const service = await post(isolated.url, "/v1/keys", SECRETS.SERVICE_KEY, {
        channel: "room-1",
        uid: 1,
      });
      expect(service.status).toBe(200);
      const header = { jku: "https://keys.example/jwks", x5u: "https://keys.example/x5u" };
      expect(
        (
          await post(isolated.url, "/v1/keys", await stranger.sign(times, header), {
            channel: "room-1",
          })
        ).status,
      ).toBe(401);
      for (const path of ["/health", "/ready"]) {
        expect((await fetch(isolated.url + path)).status).toBe(200);
      }
      expect(outside.requests).toEqual([]);
    } finally {
      await isolated.stop();
    }
  });

  test("the one place that makes any is GRANT_JWKS_URL, so what would be caught is", async () => {
    const ec = await grantSigner("ES256", "ec");
    const env = settings({ GRANT_JWKS_URL: "http://127.0.0.1:9/jwks.json" });
    const remote = await start(env, outside.port);
    try {
      expect(
        (await post(remote.url, "/v1/keys", await ec.sign(times), { channel: "room-1" })).status,
      ).toBe(503);
      expect(outside.requests).toEqual(["127.0.0.1:9/jwks.json"]);
    } finally {
      await remote.stop();
    }
  });
});

test("the bundle holds what a request needs: no other schema library, and no OpenAPI document", () => {
  const { directory } = inject("bundle");
  const script = readdirSync(directory).find((name) => name.endsWith(".js")) ?? "";
  const code = readFileSync(`${directory}/${script}`, "utf8");
  expect(code).toContain("/v1/keys");
  for (const absent of ["zod", "ZodError", "$schema", "openapi:", "operationId", "toJsonSchema"]) {
    expect([absent, code.includes(absent)]).toEqual([absent, false]);
  }
});
