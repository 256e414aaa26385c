// A fast simulated call and a fake service: what the console's Renew tab does, without the drawing.

import { expect, test, vi } from "vitest";
import { createAsk } from "../../src/console/model/api.ts";
import { type Call, startCall } from "../../src/console/model/call.ts";
import type { Faults } from "../../src/console/model/faults.ts";
import type { Entry } from "../../src/console/model/timeline.ts";

const OFFICIAL_VERSION_4_KEY =
  "004d0ec5ee3179c964fe7c0485c045541de6bff332b970ca35de60c44645bbae8a215061b3314464554720383bbf5";

/** A fake service whose keys expire in `expiresIn` seconds; 0 = never. */
function serviceOf(expiresIn: number) {
  const paths: string[] = [];
  const send = async (input: RequestInfo | URL) => {
    paths.push(String(input));
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
  return { paths, send };
}

function play(expiresIn: number, grant?: string, faults: Partial<Faults> = {}) {
  const { paths, send } = serviceOf(expiresIn);
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
    grant,
    channel: "room-1",
    uid: 42,
    expiresIn,
    speed: 600,
    faults: switches,
    fetch: send,
    ask: createAsk(async () => grant ?? "service-key", send),
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
  return { call, entries, paths, switches, comes };
}

test("requests a grant and a key, joins, and passes each further key to the SDK", async () => {
  const { call, entries, paths, comes } = play(600);
  await comes("renewToken");
  expect(
    entries.slice(0, 4).map((entry) => (entry.type === "request" ? entry.what : entry.type)),
  ).toEqual(["grant", "key", "renewed", "joined"]);
  expect(paths.slice(0, 2)).toEqual(["/v1/grants", "/v1/keys"]);
  call.hangUp();
  const after = entries.length;
  expect(entries.at(-1)?.type).toBe("hungUp");
  call.hangUp();
  expect(entries).toHaveLength(after);
});

test("without a network, the SDK asks before its key expires and after", async () => {
  const { call, entries, switches, comes } = play(600);
  await comes("joined");
  switches.isOffline = true;
  await comes("token-privilege-will-expire");
  await comes("token-privilege-did-expire");
  expect(entries).toContainEqual(
    expect.objectContaining({ type: "request", outcome: "no response", isSimulated: true }),
  );
  switches.isOffline = false;
  await comes("renewToken");
  call.hangUp();
});

test.each([
  ["5xx", { isFailing: true }, "503", "internal"],
  ["429", { isLimited: true }, "429", "rate_limited"],
])("%s: a simulated response is like the service's own", async (_name, faults, outcome, code) => {
  const { call, entries, paths, switches, comes } = play(600, "a.b.c");
  await comes("joined");
  Object.assign(switches, faults);
  call.ask();
  await comes("retrying");
  expect(entries).toContainEqual(
    expect.objectContaining({ type: "request", outcome, isSimulated: true }),
  );
  expect(entries).toContainEqual(expect.objectContaining({ type: "retrying", code }));
  expect(paths).toEqual(["/v1/keys"]);
  call.hangUp();
});

test("a grant that expires is followed by a new one, or else the call stops", async () => {
  const { call, entries, paths, comes } = play(600);
  await comes("joined");
  call.expireGrant();
  call.ask();
  await comes("renewToken");
  expect(paths.filter((path) => path === "/v1/grants")).toHaveLength(2);
  call.setSpeed(1);
  call.hangUp();

  const fixed = play(600, "a.b.c");
  await fixed.comes("joined");
  fixed.call.expireGrant();
  fixed.call.ask();
  await fixed.comes("stopped");
  expect(fixed.entries.at(-1)).toMatchObject({ type: "stopped", code: "grant_expired" });
  expect(entries.some(({ type }) => type === "stopped")).toBe(false);
});

test("a key that never expires is not renewed, and a wrong clock does no harm", async () => {
  const unlimited = play(0, "a.b.c", { isClockWrong: true });
  await unlimited.comes("joined");
  expect(unlimited.entries).toContainEqual(
    expect.objectContaining({ type: "renewed", lifeSeconds: undefined }),
  );
  expect(unlimited.call.now()).toBeGreaterThanOrEqual(0);
  unlimited.call.hangUp();
});
