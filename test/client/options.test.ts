// A mistake in what an app passes in shows at once, and by its name.

import { type AgoraClient, createKeySource, type KeySourceOptions } from "latchkey/client";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createCall } from "./simulation/call.ts";
import { makeGrant } from "./simulation/service.ts";

const GRANT = makeGrant(1_900_000_000);
const GOOD = { endpoint: "https://keys.example", grant: GRANT, channel: "room-1" };

const create = (options: object) => createKeySource(options as KeySourceOptions);
const namedTypeError = (name: string) =>
  expect.objectContaining({ name: "TypeError", message: expect.stringMatching(`^${name}: `) });

afterEach(() => {
  vi.unstubAllGlobals();
});

const wrong: [name: string, options: object][] = [
  ...["keys.example.com", "localhost:8787", "ftp://keys.example", "https://", "https://a b"].map(
    (endpoint): [string, object] => ["endpoint", { endpoint }],
  ),
  ...[
    "https://k.example:99999",
    "https://[::1",
    "https://k.example/?a=1",
    "https://k.example/#a",
  ].map((endpoint): [string, object] => ["endpoint", { endpoint }]),
  ["endpoint", { endpoint: "https://user:pass@keys.example" }],
  ["endpoint", { endpoint: "https:\\\\keys.example" }],
  ["endpoint", { endpoint: undefined }],
  ["endpoint", { endpoint: null }],
  ["endpoint", { endpoint: 8787 }],
  ["endpoint", { endpoint: ["https://keys.example"] }],
  ["endpoint", { endpoint: new URL("https://keys.example") }],
  // There is no page here whose own address it could be.
  ["endpoint", { endpoint: "" }],
  ["endpoint", { endpoint: "/latchkey" }],
  ["endpoints", { endpoints: ["https://keys.example"] }],
  ["endpoints", { endpoint: undefined, endpoints: [] }],
  ["endpoints", { endpoint: undefined, endpoints: ["https://keys.example", "keys.example"] }],
  ["endpoints", { endpoint: undefined, endpoints: "https://keys.example" }],
  ["endpoints", { endpoint: undefined, endpoints: [undefined] }],
  ["grant", { grant: undefined }],
  ["grant", { grant: null }],
  ["grant", { grant: "" }],
  ["grant", { grant: Promise.resolve(GRANT) }],
  ["grant", { grant: { grant: GRANT } }],
  ["grant", { grant: [GRANT] }],
  ["grant", { grant: new String(GRANT) }],
  ["grant", { grant: `${GRANT.slice(0, 9)}\n${GRANT.slice(9)}` }],
  ["grant", { grant: `Bearer ${GRANT}` }],
  ["grant", { grant: `{"grant":"${GRANT}"}` }],
  ["channel", { channel: undefined }],
  ["channel", { channel: "" }],
  ["channel", { channel: 1 }],
  ["uid", { uid: "42" }],
  ["uid", { uid: 42n }],
  ["uid", { uid: null }],
  ["uid", { uid: -1 }],
  ["uid", { uid: 1.5 }],
  ["uid", { uid: Number.NaN }],
  ["version", { version: "5" }],
  ["sdkVersion", { sdkVersion: 4.24 }],
  ["platform", { platform: 4 }],
  ["account", { account: 42 }],
  ["account", { account: null }],
  ["role", { role: ["publisher"] }],
  ["privileges", { privileges: "joinChannel" }],
  ["privileges", { privileges: null }],
  ["service", { service: 1 }],
  ["permission", { permission: ["noUpload"] }],
  ["expiresIn", { expiresIn: "1h" }],
  ["expiresIn", { expiresIn: Number.POSITIVE_INFINITY }],
  ["fetch", { fetch: "fetch" }],
  ["now", { now: 1_800_000_000 }],
  ["monotonicNow", { monotonicNow: null }],
  ["setTimeout", { setTimeout: 1 }],
  ["clearTimeout", { clearTimeout: true }],
  ["random", { random: 0.5 }],
  ["chanel", { chanel: "room-1" }],
  ["expiresin", { expiresin: 60 }],
];

describe("createKeySource()", () => {
  test.each(wrong)("throws a TypeError that names %s: %o", (name, options) => {
    expect(() => create({ ...GOOD, ...options })).toThrow(namedTypeError(name));
  });

  const address = "must be an address such as https://keys.example.com";
  const grant =
    "must be a grant (a JWT), or a function that gets one. A service key must never be in a page";
  test.each<[string, object]>([
    ["endpoint: is missing", { endpoint: undefined }],
    [`endpoint: ${address}`, { endpoint: "localhost:8787" }],
    [`endpoint: ${address}`, { endpoint: null }],
    [
      `endpoints: ${address}`,
      { endpoint: undefined, endpoints: ["https://k.example", "k.example"] },
    ],
    ["endpoints: can't stand beside endpoint", { endpoints: ["https://keys.example"] }],
    ["grant: is missing", { grant: undefined }],
    [`grant: ${grant}`, { grant: { grant: GRANT } }],
    ["channel: is missing", { channel: undefined }],
    ["channel: must not be empty", { channel: "" }],
    ["channel: must be of the type string, not number", { channel: 1 }],
    ["uid: must be of the type number, not string", { uid: "42" }],
    ["uid: must be of the type number, not null", { uid: null }],
    ["uid: must be a whole number", { uid: 1.5 }],
    ["now: must be of the type function, not number", { now: 1_800_000_000 }],
    ["privileges: must be of the type object, not null", { privileges: null }],
    ["chanel: unknown option", { chanel: "room-1" }],
    ["onRenewed: unknown option", { onRenewed: () => {} }],
  ])("says whether one is missing, wrong or unknown: %s", (message, options) => {
    expect(() => create({ ...GOOD, ...options })).toThrow(new TypeError(message));
  });

  test.each([
    "lk_backend_4fzzzxjylrx4fzzzxjylrx4fzzzxjylrx",
    "dGhpcyBpcyBhIHNlcnZpY2Uga2V5IG9m_0815+4711/42==",
    "a.b",
    "a.b.c.d",
    ".b.c",
    "a..c",
  ])("takes no text for a grant that does not have three parts: %s", (text) => {
    expect(() => create({ ...GOOD, grant: text })).toThrow(new TypeError(`grant: ${grant}`));
  });

  test.each([undefined, {}])("throws a TypeError for the options %j", (options) => {
    expect(() => create(options as object)).toThrow(namedTypeError("endpoint"));
  });

  test("throws nothing that holds the text of a grant", () => {
    for (const [, options] of wrong) {
      try {
        create({ ...GOOD, ...options });
      } catch (error) {
        expect(`${error} ${(error as Error).stack}`).not.toContain(GRANT.slice(0, 9));
      }
    }
  });

  test("takes options that are undefined", () => {
    expect(() => create({ ...GOOD, uid: undefined, fetch: undefined })).not.toThrow();
  });

  test.each([
    ["https://keys.example", "https://keys.example/v1/keys"],
    ["https://keys.example/", "https://keys.example/v1/keys"],
    ["HTTPS://keys.example//", "HTTPS://keys.example/v1/keys"],
    ["https://example.com/latchkey/", "https://example.com/latchkey/v1/keys"],
    ["http://[::1]:8787", "http://[::1]:8787/v1/keys"],
    ["", "/v1/keys"],
    ["/", "/v1/keys"],
    ["/latchkey/", "/latchkey/v1/keys"],
  ])("requests from the endpoint %j at %s", async (endpoint, address) => {
    vi.stubGlobal("location", { toString: () => "https://app.example/call" });
    const fetch = vi.fn(() => new Promise<never>(() => {}));
    const keys = create({ ...GOOD, endpoint, fetch });
    keys.get().catch(() => {});
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledOnce());
    expect((fetch.mock.calls as unknown[][])[0]?.[0]).toBe(address);
    keys.close();
  });

  test("takes the page's own address in a browser", () => {
    vi.stubGlobal("location", { toString: () => "https://app.example/call" });
    expect(() => create({ ...GOOD, endpoint: "" }).close()).not.toThrow();
  });

  test("removes white space around a grant", async () => {
    const call = createCall({ grant: ` ${GRANT}\r\n` });
    void call.keys.get();
    await call.time.runFor(1);
    expect(call.service.requests[0]?.authorization).toBe(`Bearer ${GRANT}`);
  });
});

describe("attach()", () => {
  const on = () => {};
  test.each([
    undefined,
    null,
    {},
    { on },
    { on, join: () => {} },
    { renewToken: () => {} },
    Promise.resolve({ on, renewToken: () => {} }),
  ])("throws a TypeError for a client that it can't renew: %o", (client) => {
    const { keys } = createCall();
    expect(() => keys.attach(client as AgoraClient)).toThrow(namedTypeError("client"));
    keys.close();
    expect(() => keys.attach(client as AgoraClient)).toThrow(namedTypeError("client"));
  });
});
