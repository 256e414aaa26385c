// The servers of examples/, each as it is started, beside a real Worker. What they give is used.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { POST } from "../../examples/grant-nextjs/app/grant/route.ts";
import type { IssuedKey } from "../../src/contract/responses.ts";
import { type Environment, plainEnvironment } from "../recipes/run.ts";
import { SECRETS, settings } from "../support/settings.ts";
import { readVendorToken } from "../support/vendor-token.ts";
import { runWrangler } from "../support/worker/bundle.ts";
import { FIRST_EDGE, type RunningWorker, startWorker } from "../support/worker/worker.ts";
import { startProcess, type WorkerProcess } from "../support/worker/worker-process.ts";
import type { WorkerDescription } from "../support/worker/workerd-config.ts";

const UID = 4294967295;
const WRONG_KEY = "not-the-service-key-of-this-deployment";

let folder: string;
/** Latchkey, and beside it the Workers that have a service binding to it. */
let latchkey: RunningWorker;
/** The same Workers in another process: they cross the network. */
let others: WorkerProcess;

/** As `wrangler deploy` would upload it. */
async function bundleExample(name: string): Promise<WorkerDescription> {
  const directory = join(folder, name);
  const config = `examples/${name}/wrangler.toml`;
  await runWrangler("deploy", "--dry-run", "--config", config, "--outdir", directory);
  return { directory, compatibilityDate: inject("bundle").compatibilityDate };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-examples-"));
  const [grants, kits] = await Promise.all([
    bundleExample("grant-hono"),
    bundleExample("ui-kit-tokens"),
  ]);
  const { SERVICE_KEY } = SECRETS;
  const user = { DEMO_UID: String(UID) };
  /** No such host is on any network: whoever gets a response got it by the binding. */
  const bound = { services: { LATCHKEY: FIRST_EDGE } };
  const LATCHKEY_URL = "https://latchkey.invalid";
  latchkey = await startWorker(inject("bundle"), {
    settings: settings(),
    beside: {
      grants: { ...grants, ...bound, texts: { LATCHKEY_URL, SERVICE_KEY, ...user } },
      "grants-plain-http": {
        ...grants,
        ...bound,
        texts: { LATCHKEY_URL: "http://latchkey.invalid", SERVICE_KEY, ...user },
      },
      kits: { ...kits, ...bound, texts: { LATCHKEY_URL } },
    },
  });
  const network = { LATCHKEY_URL: `${latchkey.url}/` };
  others = await startProcess({
    workers: {
      grants: { ...grants, texts: { ...network, SERVICE_KEY, ...user } },
      "grants-for-nobody": { ...grants, texts: { ...network, SERVICE_KEY } },
      "grants-alone": {
        ...grants,
        texts: { LATCHKEY_URL: "http://127.0.0.1:1", SERVICE_KEY, ...user },
      },
      "grants-wrong-key": {
        ...grants,
        texts: { ...network, SERVICE_KEY: WRONG_KEY, ...user },
      },
      kits: { ...kits, texts: network },
      "kits-alone": { ...kits, texts: { LATCHKEY_URL: "http://127.0.0.1:1" } },
    },
  });
});

afterAll(async () => {
  await Promise.all([latchkey?.stop(), others?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const urlOf = ({ ports }: WorkerProcess, name: string) => `http://127.0.0.1:${ports.get(name)}`;

let express: ChildProcess | undefined;
let printed = "";

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  if (express?.exitCode === null) {
    const gone = once(express, "close");
    express.kill();
    await gone;
  }
  express = undefined;
});

interface Setting {
  readonly serviceKey?: string;
  readonly demoUid?: string;
}

/** Each asks its grant endpoint, as a page would. What it logs is in `printed`. */
const ENDPOINTS: Readonly<Record<string, (setting: Setting) => Promise<Response>>> = {
  "Hono on Workers": ({ serviceKey, demoUid }) => {
    const name =
      serviceKey === WRONG_KEY ? "grants-wrong-key" : demoUid ? "grants" : "grants-for-nobody";
    return fetch(`${urlOf(others, name)}/grant`, { method: "POST" }).finally(() => {
      printed = others.output();
    });
  },
  "Hono on Workers, by a service binding": ({ serviceKey, demoUid }) => {
    if (serviceKey !== undefined || demoUid === undefined) throw new Error("not started");
    return fetch(`${urlOf(latchkey, "grants")}/grant`, { method: "POST" });
  },
  async Express({ serviceKey = SECRETS.SERVICE_KEY, demoUid = "" }) {
    const env: Environment = {
      ...plainEnvironment(),
      LATCHKEY_URL: `${latchkey.url}/`,
      SERVICE_KEY: serviceKey,
      DEMO_UID: demoUid,
      PORT: "0",
    };
    const child = spawn(process.execPath, ["server.js"], {
      cwd: "examples/grant-express",
      env: env as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    express = child;
    printed = "";
    child.stderr.on("data", (chunk) => {
      printed += chunk;
    });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    return fetch(String(line).replace("POST ", ""), { method: "POST" });
  },
  "Next.js": async ({ serviceKey = SECRETS.SERVICE_KEY, demoUid = "" }) => {
    vi.stubEnv("LATCHKEY_URL", `${latchkey.url}/`);
    vi.stubEnv("SERVICE_KEY", serviceKey);
    vi.stubEnv("DEMO_UID", demoUid);
    printed = "";
    vi.spyOn(console, "error").mockImplementation((error) => {
      printed += String(error);
    });
    return POST(new Request("https://app.example/grant", { method: "POST" }));
  },
};

test("the Express server fails, and says why, when its port is in use", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  try {
    const env: Environment = {
      ...plainEnvironment(),
      LATCHKEY_URL: latchkey.url,
      SERVICE_KEY: SECRETS.SERVICE_KEY,
      PORT: String(port),
    };
    const child = spawn(process.execPath, ["server.js"], {
      cwd: "examples/grant-express",
      env: env as NodeJS.ProcessEnv,
    });
    express = child;
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    expect(output).toContain("EADDRINUSE");
    expect(output).not.toContain("POST http");
  } finally {
    other.close();
  }
});

function askForKey(grant: string, channel: string): Promise<Response> {
  return fetch(`${latchkey.url}/v1/keys`, {
    method: "POST",
    headers: { Authorization: `Bearer ${grant}`, "Content-Type": "application/json" },
    body: JSON.stringify({ channel, version: 7 }),
  });
}

describe.each(Object.entries(ENDPOINTS))("a grant endpoint: %s", (name, ask) => {
  test("gives a grant, with which each of its channels gets a key", async () => {
    const response = await ask({ demoUid: String(UID) });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { grant }: { grant: string } = await response.json();
    for (const channel of ["room-1", "team-red"]) {
      const issued: IssuedKey = await (await askForKey(grant, channel)).json();
      const { services } = readVendorToken(String(issued.key), SECRETS.APP_CERTIFICATE);
      expect(services).toMatchObject([{ type: 1, channel_name: channel, uid: String(UID) }]);
    }
    expect((await askForKey(grant, "room-2")).status).toBe(403);
  });

  if (name.includes("binding")) return;

  test("gives nobody a grant until it knows who is signed in", async () => {
    const response = await ask({});
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "sign in first" });
  });

  test("tells its log why Latchkey refused, and nobody its service key", async () => {
    const response = await ask({ serviceKey: WRONG_KEY, demoUid: String(UID) });
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain(WRONG_KEY);
    await expect.poll(() => printed).toMatch(/Latchkey returned 401.*unauthenticated/);
    expect(printed).not.toContain(WRONG_KEY);
  });
});

test("a grant endpoint gives none while Latchkey can't be reached", async () => {
  const response = await fetch(`${urlOf(others, "grants-alone")}/grant`, { method: "POST" });
  expect(response.status).toBe(502);
});

test("by a service binding, any https host will do, and plain http to such a host will not", async () => {
  const response = await fetch(`${urlOf(latchkey, "grants-plain-http")}/grant`, { method: "POST" });
  expect(response.status).toBe(502);
  await expect.poll(() => latchkey.output()).toMatch(/Latchkey returned 403.*Use https/);
});

async function createGrant(claims: object = {}): Promise<string> {
  const response = await fetch(`${latchkey.url}/v1/grants`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${SECRETS.SERVICE_KEY}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ channels: ["room-1"], uid: UID, expiresIn: 7200, ...claims }),
  });
  const { grant }: { grant: string } = await response.json();
  return grant;
}

describe.each(["by the network", "by a service binding"])("tokens for UI kits, %s", (how) => {
  const isBound = how.includes("binding");
  /** A kit's `tokenUrl`, and the path that it puts behind. */
  const get = (grant: string, path: string) =>
    fetch(`${isBound ? urlOf(latchkey, "kits") : urlOf(others, "kits")}/${grant}${path}`);
  const bodyOf = (response: Response): Promise<Record<string, string>> => response.json();
  const PUBLISHER = [1, 2, 3, 4];

  const servicesOf = (token: string) => {
    const { expire, services } = readVendorToken(token, SECRETS.APP_CERTIFICATE);
    expect(expire).toBe(3600);
    return services;
  };
  const rtc = (uid: string, numbers: readonly number[]) => [
    {
      type: 1,
      channel_name: "room-1",
      uid,
      privileges: Object.fromEntries(numbers.map((number) => [number, 3600])),
    },
  ];

  test.each([
    ["Web React, Android, iOS", `/rtc/room-1/publisher/uid/${UID}/`],
    ["Flutter, React Native", `/rtc/room-1/publisher/uid/${UID}`],
  ])("%s", async (_, path) => {
    const response = await get(await createGrant(), path);
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { rtcToken = "", ...rest } = await bodyOf(response);
    expect(rest).toEqual({});
    expect(servicesOf(rtcToken)).toEqual(rtc(String(UID), PUBLISHER));
  });

  test("RTM, where the grant allows it", async () => {
    const services = ["mediaChannel", "rtm"];
    for (const path of [`/rtm/${UID}`, `/rtm/${UID}/`]) {
      const { rtmToken = "" } = await bodyOf(await get(await createGrant({ services }), path));
      expect(servicesOf(rtmToken)).toEqual([
        { type: 2, user_id: String(UID), privileges: { 1: 3600 } },
      ]);
    }
    const refused = await get(await createGrant(), `/rtm/${UID}`);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ rtmToken: "", error: "forbidden_service" });
  });

  test("by account; and the role is the grant's, or less", async () => {
    const listener = await createGrant({ uid: undefined, account: "alice", role: "subscriber" });
    const asked = await get(listener, "/rtc/room-1/publisher/userAccount/alice/");
    expect(servicesOf((await bodyOf(asked)).rtcToken ?? "")).toEqual(rtc("alice", [1]));
    const less = await get(await createGrant(), `/rtc/room-1/subscriber/uid/${UID}/`);
    expect(servicesOf((await bodyOf(less)).rtcToken ?? "")).toEqual(rtc(String(UID), [1]));
  });

  test("any uid, such as that of a shared screen, where the grant says 0", async () => {
    const response = await get(await createGrant({ uid: 0 }), "/rtc/room-1/publisher/uid/1/");
    expect(servicesOf((await bodyOf(response)).rtcToken ?? "")).toEqual(rtc("1", PUBLISHER));
  });

  test.each([
    ["another channel", "/rtc/room-2/publisher/uid/4294967295/", 403, "forbidden_channel"],
    ["another user", "/rtc/room-1/publisher/uid/7/", 403, "forbidden_uid"],
    ["anyone, as kits ask without a uid", "/rtc/room-1/publisher/uid/0/", 403, "forbidden_uid"],
    ["a uid that is none", "/rtc/room-1/publisher/uid/me/", 400, "invalid_request"],
  ])("nothing for %s, in a field that no kit stumbles over", async (_, path, status, error) => {
    const response = await get(await createGrant(), path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ rtcToken: "", error });
  });

  test("nothing without a grant", async () => {
    const path = `/rtc/room-1/publisher/uid/${UID}/`;
    for (const grant of ["a.b.c", "grant", "a%0Ab.c.d"]) {
      const response = await get(grant, path);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ rtcToken: "" });
    }
  });
});

test("a UI kit is told when Latchkey can't be reached", async () => {
  const path = "/a.b.c/rtc/room-1/publisher/uid/42/";
  const response = await fetch(urlOf(others, "kits-alone") + path);
  expect(response.status).toBe(502);
  expect(await response.json()).toEqual({ rtcToken: "", error: "unavailable" });
});
