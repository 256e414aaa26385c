// A call played against a service of a few lines, fast: what the console's Renew tab does, but for the drawing.

import { expect, test, vi } from "vitest";
import { createPost } from "../../src/console/model/api.ts";
import { type Call, startCall } from "../../src/console/model/call.ts";
import type { Faults } from "../../src/console/model/faults.ts";
import type { Entry } from "../../src/console/model/timeline.ts";

const OFFICIAL_VERSION_4_KEY =
  "004d0ec5ee3179c964fe7c0485c045541de6bff332b970ca35de60c44645bbae8a215061b3314464554720383bbf5";

/** Answers with keys that end in `expiresIn` seconds, or never for 0. */
function serviceOf(expiresIn: number) {
  const asked: string[] = [];
  const send = async (input: RequestInfo | URL) => {
    asked.push(String(input));
    const serverTime = Math.floor(Date.now() / 1000);
    if (String(input) === "/v1/grants")
      return Response.json({ grant: `a.${btoa(JSON.stringify({ exp: serverTime + 14_400 }))}.c` });
    const expiresAt = expiresIn === 0 ? null : serverTime + expiresIn;
    const key = OFFICIAL_VERSION_4_KEY + String(expiresAt ?? 0).padStart(10, "0");
    return Response.json({
      key,
      version: 4,
      issuedAt: serverTime,
      joinBefore: serverTime + 300,
      expiresAt,
      renewAt: expiresAt && expiresAt - expiresIn / 5,
      serverTime,
    });
  };
  return { asked, send };
}

function play(expiresIn: number, credential = "service-key", faults: Partial<Faults> = {}) {
  const { asked, send } = serviceOf(expiresIn);
  const entries: Entry[] = [];
  const switches: Faults = {
    isOffline: false,
    isFailing: false,
    isLimited: false,
    isClockWrong: false,
    isGrantEnding: false,
    ...faults,
  };
  const call: Call = startCall({
    credential,
    channel: "room-1",
    uid: 42,
    expiresIn,
    speed: 600,
    faults: switches,
    fetch: send,
    post: createPost(() => credential, send),
    real: {
      now: () => performance.now(),
      setTimeout: (callback, delay) => setTimeout(callback, delay),
      clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    },
    wallNow: () => Date.now(),
    onEntry: (entry) => entries.push(entry),
  });
  const comes = (type: Entry["type"]) =>
    vi.waitFor(() => expect(entries.map((entry) => entry.type)).toContain(type), {
      timeout: 20_000,
    });
  return { call, entries, asked, switches, comes };
}

test("asks for a grant and a key, joins, and hands each further key to the SDK", async () => {
  const { call, entries, asked, comes } = play(600);
  await comes("renewToken");
  expect(
    entries.slice(0, 4).map((entry) => (entry.type === "request" ? entry.what : entry.type)),
  ).toEqual(["grant", "key", "renewed", "joined"]);
  expect(asked.slice(0, 2)).toEqual(["/v1/grants", "/v1/keys"]);
  call.hangUp();
  const after = entries.length;
  expect(entries.at(-1)?.type).toBe("hungUp");
  call.hangUp();
  expect(entries).toHaveLength(after);
});

test("the SDK asks before its key ends, and after; where the network is away, both are heard", async () => {
  const { call, entries, switches, comes } = play(600);
  await comes("joined");
  switches.isOffline = true;
  await comes("token-privilege-will-expire");
  await comes("token-privilege-did-expire");
  expect(entries).toContainEqual(
    expect.objectContaining({ type: "request", outcome: "no answer", isPutOn: true }),
  );
  switches.isOffline = false;
  await comes("renewToken");
  call.hangUp();
});

test.each([
  ["5xx", { isFailing: true }, "503", "internal"],
  ["429", { isLimited: true }, "429", "rate_limited"],
])("%s: what is put on looks like the service's own", async (_name, faults, outcome, code) => {
  const { call, entries, asked, switches, comes } = play(600, "a.b.c");
  await comes("joined");
  Object.assign(switches, faults);
  call.ask();
  await comes("retrying");
  expect(entries).toContainEqual(
    expect.objectContaining({ type: "request", outcome, isPutOn: true }),
  );
  expect(entries).toContainEqual(expect.objectContaining({ type: "retrying", code }));
  expect(asked).toEqual(["/v1/keys"]);
  call.hangUp();
});

test("a grant that ends is followed by a new one; where there is none, the call is told so", async () => {
  const { call, entries, asked, comes } = play(600);
  await comes("joined");
  call.endGrant();
  call.ask();
  await comes("renewToken");
  expect(asked.filter((path) => path === "/v1/grants")).toHaveLength(2);
  call.setSpeed(1);
  call.hangUp();

  const fixed = play(600, "a.b.c");
  await fixed.comes("joined");
  fixed.call.endGrant();
  fixed.call.ask();
  await fixed.comes("stopped");
  expect(fixed.entries.at(-1)).toMatchObject({ type: "stopped", code: "grant_expired" });
  expect(entries.some(({ type }) => type === "stopped")).toBe(false);
});

test("a key that never ends is not renewed, and a wrong clock loses nothing", async () => {
  const endless = play(0, "a.b.c", { isClockWrong: true });
  await endless.comes("joined");
  expect(endless.entries).toContainEqual(
    expect.objectContaining({ type: "renewed", lifeSeconds: undefined }),
  );
  expect(endless.call.now()).toBeGreaterThanOrEqual(0);
  endless.call.hangUp();
});
