// Who a named service key is: its hash, its own checksum, and its end.

import { describe, expect, test } from "vitest";
import { NOW, randomHex, SECRETS, TestDeployment, testHost } from "../support/deployment.ts";
import { crcOf, keyText, newKey, serviceKeys } from "../support/service-keys.ts";

const ask = { channel: "room-1", uid: 42 };
const backend = newKey("backend");
const plain = newKey("plain", {}, `plain~key+of=another/tool-${randomHex(20)}`);
const ending = newKey("ending", { notAfter: NOW + 60 });
const SERVICE_KEYS = serviceKeys(newKey("first"), backend, plain, ending);
const deployment = new TestDeployment({ env: { SERVICE_KEYS } });

async function statusOf(credential: string, on = deployment): Promise<number> {
  return (await on.post("/v1/keys", ask, { credential })).status;
}

describe("a named service key", () => {
  test("is known by its hash, wherever it stands, and whatever its form", async () => {
    for (const { key } of [backend, plain, ending]) expect(await statusOf(key)).toBe(200);
    for (const key of [SECRETS.SERVICE_KEY, SECRETS.SERVICE_KEY_PREVIOUS])
      expect(await statusOf(key)).toBe(200);
  });

  test("is known by a hash in capitals too, as some tools print it", async () => {
    const capitals = SERVICE_KEYS.replace(/[0-9a-f]{64}/g, (hash) => hash.toUpperCase());
    const other = new TestDeployment({ env: { SERVICE_KEYS: capitals } });
    expect(await statusOf(backend.key, other)).toBe(200);
  });

  test("goes by its name at GET /v1/caller", async () => {
    const { json } = await deployment.get("/v1/caller", { credential: ending.key });
    expect(json).toMatchObject({ kind: "serviceKey", id: "ending", expiresAt: NOW + 60 });
    expect(json).not.toHaveProperty("channels");
  });

  test("is a stranger where its entry is gone, and where it is another's", async () => {
    const without = new TestDeployment({ env: { SERVICE_KEYS: serviceKeys(plain) } });
    expect(await statusOf(backend.key, without)).toBe(401);
    expect(await statusOf(keyText("backend"))).toBe(401);
    expect(await statusOf(backend.key, new TestDeployment())).toBe(401);
    for (const text of [SERVICE_KEYS, backend.key.slice(3), `${plain.key}0`, plain.key.slice(1)])
      expect(await statusOf(text)).toBe(401);
  });

  test("with any one character changed, missing, doubled or swapped is refused as mistyped", async () => {
    const { key } = backend;
    const [, id = "", random = "", checksum = ""] =
      /^lk_([a-z0-9-]+)_(.{43})_(.{8})$/.exec(key) ?? [];
    expect(checksum).toBe(crcOf(`lk_${id}_${random}`));
    const wrong = Array.from(key, (character, i) => {
      const [head, tail] = [key.slice(0, i), key.slice(i + 1)];
      const other = character === "a" ? "b" : "a";
      const swapped = head + tail.slice(0, 1) + character + tail.slice(1);
      return [head + other + tail, head + tail, head + character + character + tail, swapped];
    }).flat();
    const bent = wrong.filter((text) => text !== key && text.startsWith("lk_"));
    expect(bent.length).toBeGreaterThan(200);
    for (const credential of [...bent, "lk_", key.toUpperCase().replace("LK_", "lk_")]) {
      const { status, json, text } = await deployment.post("/v1/keys", ask, { credential });
      expect([status, json.code]).toEqual([401, "unauthenticated"]);
      expect(json.detail).toMatch(/cut short or mistyped: its checksum is wrong/);
      expect(text).not.toContain(random.slice(0, 8));
    }
  });

  test("is told of a typing error also where it is SERVICE_KEY itself", async () => {
    const SERVICE_KEY = keyText("main");
    const other = new TestDeployment({ env: { SERVICE_KEY } });
    expect(await statusOf(SERVICE_KEY, other)).toBe(200);
    const { json } = await other.post("/v1/keys", ask, { credential: SERVICE_KEY.slice(0, -1) });
    expect(json.detail).toMatch(/cut short or mistyped/);
  });

  test("must stand under its own id, so that no other name is in the log", async () => {
    const { key } = newKey("frontend");
    const env = { SERVICE_KEYS: serviceKeys(newKey("backend", {}, key)) };
    const { status, json } = await new TestDeployment({ env }).post("/v1/keys", ask, {
      credential: key,
    });
    expect(status).toBe(401);
    expect(json.detail).toMatch(/another id than its own/);
  });

  test("ends at its notAfter, to the second", async () => {
    const host = testHost();
    const at = new TestDeployment({ env: { SERVICE_KEYS }, host });
    host.time = NOW + 59;
    expect(await statusOf(ending.key, at)).toBe(200);
    for (const late of [0, 1, 100_000]) {
      host.time = NOW + 60 + late;
      const { status, json } = await at.post("/v1/keys", ask, { credential: ending.key });
      expect([status, json.code]).toEqual([401, "unauthenticated"]);
      expect(json.detail).toBe(
        `This service key is refused. It ended ${late} s ago, at its notAfter.`,
      );
    }
    expect(await statusOf(backend.key, at)).toBe(200);
  });

  test.each([1, 31, 257, 5000])("of %i characters is none, though its hash is there", async (n) => {
    const odd = newKey("odd", {}, randomHex(2 * n).slice(0, n));
    const other = new TestDeployment({ env: { SERVICE_KEYS: serviceKeys(odd) } });
    expect(await statusOf(odd.key, other)).toBe(401);
  });

  test.each([32, 256])("of %i characters is one", async (n) => {
    const odd = newKey("odd", {}, randomHex(2 * n).slice(0, n));
    const other = new TestDeployment({ env: { SERVICE_KEYS: serviceKeys(odd) } });
    expect(await statusOf(odd.key, other)).toBe(200);
  });

  test("is never its hash", async () => {
    for (const [hash] of SERVICE_KEYS.matchAll(/[0-9a-f]{64}/g))
      expect(await statusOf(hash)).toBe(401);
  });
});

test("each service key has requests of its own: the limiter counts ids, and never sees a key", async () => {
  const counted: string[] = [];
  const RATE_LIMIT_BY_SERVICE_KEY = {
    limit: async ({ key }: { key: string }) => {
      counted.push(key);
      return { success: !key.endsWith("\nbackend") };
    },
  };
  const env = { SERVICE_KEYS };
  const limited = new TestDeployment({ env, bindings: { RATE_LIMIT_BY_SERVICE_KEY } });
  expect(await statusOf(backend.key, limited)).toBe(429);
  const { SERVICE_KEY, SERVICE_KEY_PREVIOUS } = SECRETS;
  for (const key of [plain.key, SERVICE_KEY, SERVICE_KEY_PREVIOUS])
    expect(await statusOf(key, limited)).toBe(200);
  const ids = counted.map((key) => key.split("\n")[1]);
  expect(ids).toEqual(["backend", "plain", "SERVICE_KEY", "SERVICE_KEY_PREVIOUS"]);
  expect(counted.join()).not.toContain("lk_");
});
