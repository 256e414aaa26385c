import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCallerState, type SignIn } from "../../src/console/model/caller-state.ts";
import { accessTo, callerFacts, TABS } from "../../src/console/model/caller-text.ts";
import type { CallerDescription } from "../../src/contract/responses.ts";
import { CALLER_OPERATIONS } from "../../src/contract/scope.ts";

const APP_ID = "a".repeat(32);
const SERVICE_KEY: CallerDescription = {
  kind: "serviceKey",
  id: "backend",
  appId: APP_ID,
  allow: CALLER_OPERATIONS,
};
const GRANT: CallerDescription = {
  kind: "grant",
  id: "grant-1",
  appId: APP_ID,
  allow: ["keys", "tokens"],
  channels: ["room-1", "team-*"],
  services: ["mediaChannel"],
  uid: 0,
  role: "publisher",
  expiresAt: 1446455472,
};

/** A service whose responses come when the test says so. */
function service() {
  const asked: {
    credential: string | null;
    respond: (response: Response | Promise<Response>) => void;
  }[] = [];
  const send = (_path: unknown, init?: RequestInit) =>
    new Promise<Response>((respond) => {
      const authorization = new Headers(init?.headers).get("authorization");
      asked.push({ credential: authorization, respond });
    });
  const state = createCallerState(send);
  const seen: SignIn["state"][] = [];
  state.onChange(({ state: now }) => seen.push(now));
  const respond = async (index: number, response: Response | (() => Promise<Response>)) => {
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(index));
    asked[index]?.respond(typeof response === "function" ? response() : response);
  };
  return { state, asked, seen, respond };
}

const problem = (code: string, status: number) =>
  Response.json({ title: "t", detail: "d", code }, { status });

test("a credential is checked at once, and used only when the service knows it", async () => {
  const { state, asked, seen, respond } = service();
  expect(await state.credential()).toBeUndefined();
  const checked = state.signIn("secret");
  const used = state.credential();
  await respond(0, Response.json(SERVICE_KEY));
  expect(asked.map(({ credential }) => credential)).toEqual(["Bearer secret"]);
  await checked;
  expect(await used).toBe("secret");
  expect(state.current()).toEqual({ state: "in", caller: SERVICE_KEY });
  state.signOut();
  expect(await state.credential()).toBeUndefined();
  expect(seen).toEqual(["out", "checking", "in", "out"]);
});

test("a credential that is refused is forgotten", async () => {
  const { state, asked, respond } = service();
  const checked = state.signIn("secret");
  await respond(0, problem("unauthenticated", 401));
  await checked;
  expect(state.current()).toMatchObject({ problem: { code: "unauthenticated" } });
  expect(await state.credential()).toBeUndefined();
  await state.tryAgain();
  expect(asked).toHaveLength(1);
});

test("a credential that could not be checked is not used, and can be checked again", async () => {
  const { state, respond } = service();
  const checked = state.signIn("secret");
  await respond(0, problem("revocations_unavailable", 503));
  await checked;
  expect(state.current()).toMatchObject({ state: "out", canTryAgain: true });
  expect(await state.credential()).toBeUndefined();
  const again = state.tryAgain();
  await respond(1, Response.json(GRANT));
  await again;
  expect(await state.credential()).toBe("secret");
});

describe("a credential that was never checked is forgotten after a minute:", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ["the service has too much to do", async () => problem("rate_limited", 429)],
    ["the service fails", async () => new Response("", { status: 502 })],
    ["there is no network", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("%s", async (_, response) => {
    const { state, asked, respond } = service();
    const checked = state.signIn("secret");
    await respond(0, response);
    await checked;
    await vi.advanceTimersByTimeAsync(59_000);
    expect(state.current()).toMatchObject({ state: "out", canTryAgain: true });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state.current()).toMatchObject({ state: "out", problem: { title: expect.anything() } });
    expect(state.current()).not.toHaveProperty("canTryAgain");
    await state.tryAgain();
    expect(asked).toHaveLength(1);
  });

  test("no response comes, and one that comes later signs nobody in", async () => {
    const { state, respond } = service();
    const checked = state.signIn("secret");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.current()).toEqual({ state: "out" });
    await respond(0, Response.json(SERVICE_KEY));
    await checked;
    expect(state.current()).toEqual({ state: "out" });
    expect(await state.credential()).toBeUndefined();
  });

  test("but one that is right stays, also after a second try", async () => {
    const { state, respond } = service();
    const checked = state.signIn("secret");
    await respond(0, problem("internal", 500));
    await checked;
    await vi.advanceTimersByTimeAsync(50_000);
    const again = state.tryAgain();
    await respond(1, Response.json(SERVICE_KEY));
    await again;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await state.credential()).toBe("secret");
  });
});

test("a credential that could not be checked can be forgotten at once", async () => {
  const { state, asked, respond } = service();
  const checked = state.signIn("secret");
  await respond(0, problem("rate_limited", 429));
  await checked;
  state.signOut();
  await state.tryAgain();
  expect(state.current()).toEqual({ state: "out" });
  expect(asked).toHaveLength(1);
});

test("of two checks the later credential counts, and after signing out none does", async () => {
  const { state, respond } = service();
  const first = state.signIn("first");
  const second = state.signIn("second");
  await respond(1, Response.json(GRANT));
  await second;
  await respond(0, Response.json(SERVICE_KEY));
  await first;
  expect(state.current()).toEqual({ state: "in", caller: GRANT });
  expect(await state.credential()).toBe("second");

  const third = state.signIn("third");
  state.signOut();
  await respond(2, Response.json(SERVICE_KEY));
  await third;
  expect(state.current()).toEqual({ state: "out" });
  expect(await state.credential()).toBeUndefined();
});

test("says of a caller who it is and what it may use", () => {
  expect(callerFacts(SERVICE_KEY)).toEqual([
    ["Service key", "backend"],
    ["Project (App ID)", APP_ID],
    ["May use", "everything"],
  ]);
  expect(callerFacts(GRANT)).toEqual([
    ["Grant", "grant-1"],
    ["Project (App ID)", APP_ID],
    ["User", "any uid, publisher"],
    ["May use", "keys, tokens"],
    ["Channels", "room-1, team-*"],
    ["Services", "mediaChannel"],
    ["Ends", expect.stringMatching(/^2015-11-02 09:11:12 UTC/)],
  ]);
});

test("a tab that a caller may not use says so, and names what is missing", () => {
  const closed = (caller: CallerDescription) =>
    TABS.filter((tab) => !accessTo(tab, { state: "in", caller }).isOpen);
  expect(closed(SERVICE_KEY)).toEqual([]);
  expect(closed(GRANT)).toEqual(["grants", "revocations"]);
  expect(closed({ ...SERVICE_KEY, allow: ["inspect"] })).toEqual([
    "keys",
    "grants",
    "revocations",
    "renew",
  ]);
  expect(closed({ ...SERVICE_KEY, allow: ["keys"] })).toContain("renew");
  expect(accessTo("revocations", { state: "in", caller: GRANT }).notice).toBe(
    "This grant may not see and change revocations. Sign in with a service key that may use revocations.",
  );
  const scoped: CallerDescription = { ...SERVICE_KEY, allow: [] };
  expect(accessTo("renew", { state: "in", caller: scoped }).notice).toContain("keys and grants");
});

test("who is signed out may look at every tab, and use what needs no credential", () => {
  const notices = TABS.map((tab) => accessTo(tab, { state: "out" }));
  expect(notices.every(({ isOpen }) => isOpen)).toBe(true);
  expect(notices.map(({ notice }) => notice?.split(/ to |:/)[0])).toEqual([
    "Sign in",
    "Sign in",
    "Sign in",
    "Nobody is signed in",
    "Sign in",
    undefined,
  ]);
});
