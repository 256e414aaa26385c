// The steps of docs/rotation.md, done on real workerd processes under load, while old and new
// generation run side by side.

import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { signGrant } from "../support/grants.ts";
import { referenceKey } from "../support/reference.ts";
import { Rollout } from "../support/rollout.ts";
import { newKey, serviceKeys } from "../support/service-keys.ts";
import {
  APP_ID,
  type ResponseBody,
  randomHex,
  readResponse,
  settings,
} from "../support/settings.ts";

const OLD = {
  certificate: randomHex(32),
  serviceKey: `old-${randomHex(40)}`,
  secret: `old-${randomHex(40)}`,
};
const NEW = {
  certificate: randomHex(32),
  serviceKey: `new-${randomHex(40)}`,
  secret: `new-${randomHex(40)}`,
};
const NAMED = {
  old: newKey("backend", { allow: ["keys", "grants"], channels: ["room-1"] }),
  new: newKey("backend-2", { allow: ["keys", "grants"], channels: ["room-1"] }),
};
const none = {
  APP_CERTIFICATE_PREVIOUS: undefined,
  SERVICE_KEY_PREVIOUS: undefined,
  GRANT_SECRET_PREVIOUS: undefined,
};
const before = {
  APP_CERTIFICATE: OLD.certificate,
  SERVICE_KEY: OLD.serviceKey,
  GRANT_SECRET: OLD.secret,
  SERVICE_KEYS: serviceKeys(NAMED.old),
  ...none,
};

let rollout: Rollout;
let load: Load;

beforeEach(async () => {
  rollout = await Rollout.start(inject("bundle"), settings(before));
  load = new Load(rollout);
  await load.requests(50);
});
afterEach(async () => {
  await load?.stop();
  await rollout?.stop();
});

/**
 * A business server and its clients: keys with the service key, grants, keys with a new grant and
 * with an old one.
 */
class Load {
  /** The service key that callers use now. */
  serviceKey = OLD.serviceKey;
  /** Grants that clients already have. */
  oldGrants: string[] = [];
  failures: string[] = [];
  done = 0;
  /** How many keys each certificate has signed. */
  readonly signedWith = { old: 0, new: 0, neither: 0 };
  #isOver = false;
  readonly #rollout: Rollout;
  readonly #callers: Promise<void>[];

  constructor(rollout: Rollout) {
    this.#rollout = rollout;
    this.#callers = Array.from({ length: 6 }, () => this.#call());
  }

  async requests(count: number): Promise<void> {
    const until = this.done + count;
    while (this.done < until) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#callers);
  }

  async #call(): Promise<void> {
    const key = { channel: "room-1", uid: 42, version: 4 };
    while (!this.#isOver) {
      await this.#post("/v1/keys", this.serviceKey, key);
      const { grant } = await this.#post("/v1/grants", this.serviceKey, {
        channels: ["room-1"],
        uid: 42,
        expiresIn: 600,
      });
      for (const credential of [grant, grant, ...this.oldGrants])
        if (credential) await this.#post("/v1/keys", credential, key);
    }
  }

  async #post(path: string, credential: string, body: object): Promise<ResponseBody> {
    const headers = { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" };
    try {
      const { status, json } = await readResponse(
        await this.#rollout.fetch(path, { method: "POST", headers, body: JSON.stringify(body) }),
      );
      if (status !== 200) this.failures.push(`${path} ${status} ${json.code}`);
      else if (path === "/v1/keys") this.signedWith[certificateOf(json)]++;
      return json;
    } catch (error) {
      this.failures.push(`${path} ${String(error)}`);
      return {};
    } finally {
      this.done++;
    }
  }
}

function certificateOf({
  key,
  issuedAt = 0,
  randomInt,
  expiresAt,
}: ResponseBody): "old" | "new" | "neither" {
  const fields = {
    version: 4,
    channel: "room-1",
    unixTs: issuedAt,
    randomInt: Number(randomInt),
    uid: 42,
    expiredTs: expiresAt ?? 0,
  } as const;
  if (key === referenceKey(APP_ID, OLD.certificate, fields)) return "old";
  return key === referenceKey(APP_ID, NEW.certificate, fields) ? "new" : "neither";
}

const deploy = (env: Parameters<typeof settings>[0]) =>
  rollout.deploy(settings({ ...before, ...env }), () => load.requests(100));

async function codeOf(credential: string): Promise<string | undefined> {
  const headers = { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ channel: "room-1", uid: 42 });
  return (await readResponse(await rollout.fetch("/v1/keys", { method: "POST", headers, body })))
    .json.code;
}

function newGrant(secret: string): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  return signGrant({ iat, exp: iat + 3600 }, { secret });
}

describe("rotated under load with no failed request:", () => {
  test("the grant secret; grants under the old one work during the overlap, and are refused after it", async () => {
    const old = await newGrant(OLD.secret);
    load.oldGrants = [old];
    await deploy({ GRANT_SECRET_PREVIOUS: NEW.secret });
    await deploy({ GRANT_SECRET: NEW.secret, GRANT_SECRET_PREVIOUS: OLD.secret });
    expect([await codeOf(old), await codeOf(await newGrant(NEW.secret))]).toEqual([
      undefined,
      undefined,
    ]);
    load.oldGrants = [];
    await load.requests(20);
    await deploy({ GRANT_SECRET: NEW.secret });
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.done).toBeGreaterThan(300);
    expect([await codeOf(old), await codeOf(await newGrant(NEW.secret))]).toEqual([
      "unauthenticated",
      undefined,
    ]);
  }, 120_000);

  test("the service key; the old one works during the overlap, and is refused after it", async () => {
    await deploy({ SERVICE_KEY: NEW.serviceKey, SERVICE_KEY_PREVIOUS: OLD.serviceKey });
    expect([await codeOf(OLD.serviceKey), await codeOf(NEW.serviceKey)]).toEqual([
      undefined,
      undefined,
    ]);
    load.serviceKey = NEW.serviceKey;
    await load.requests(20);
    await deploy({ SERVICE_KEY: NEW.serviceKey });
    await load.stop();
    expect(load.failures).toEqual([]);
    expect([await codeOf(OLD.serviceKey), await codeOf(NEW.serviceKey)]).toEqual([
      "unauthenticated",
      undefined,
    ]);
  }, 120_000);

  test("a named service key, by a second entry; the old one works until its entry is gone", async () => {
    load.serviceKey = NAMED.old.key;
    await load.requests(20);
    await deploy({ SERVICE_KEYS: serviceKeys(NAMED.old, NAMED.new) });
    load.serviceKey = NAMED.new.key;
    await load.requests(20);
    await deploy({ SERVICE_KEYS: serviceKeys(NAMED.new) });
    await load.stop();
    expect(load.failures).toEqual([]);
    expect([await codeOf(NAMED.old.key), await codeOf(NAMED.new.key)]).toEqual([
      "unauthenticated",
      undefined,
    ]);
  }, 120_000);

  test("the certificate; every key is signed with the old one or the new one, and after the rollout with the new one", async () => {
    await deploy({ APP_CERTIFICATE: NEW.certificate, APP_CERTIFICATE_PREVIOUS: OLD.certificate });
    // Requests that were open at the end of the rollout have their response by now.
    await load.requests(20);
    const atTheEnd = load.signedWith.old;
    await load.requests(50);
    await deploy({ APP_CERTIFICATE: NEW.certificate });
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.signedWith).toEqual({ old: atTheEnd, new: expect.any(Number), neither: 0 });
    expect(load.signedWith.new).toBeGreaterThan(50);
  }, 120_000);
});

test("why the steps are needed: a grant secret that is swapped in one step fails while both generations run", async () => {
  await deploy({ GRANT_SECRET: NEW.secret, GRANT_SECRET_PREVIOUS: OLD.secret });
  await load.stop();
  expect(new Set(load.failures)).toEqual(new Set(["/v1/keys 401 unauthenticated"]));
}, 120_000);
