// The recipe for React Native, in Node with a fake of the SDK's engine and a real Worker. The fake
// has the methods and events of react-native-agora 4, of which the recipe needs no other part.

import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { APP_ID, SECRETS, settings } from "../support/settings.ts";
import { readVendorToken } from "../support/vendor-token.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

interface RecipeCall {
  speak(fetchGrant: () => unknown): Promise<void>;
  leave(): void;
}

const { startCall }: { startCall(options: object): Promise<RecipeCall> } = await import(
  new URL("../../docs/recipes/react-native/call.js", import.meta.url).href
);

/** A fake of the engine: it takes everything, and tells what it was asked. */
class FakeEngine {
  readonly calls: unknown[][] = [];
  handler: Record<"onTokenPrivilegeWillExpire" | "onRequestToken", () => void> | undefined;
  /** What renewToken returns, one each; then 0. */
  readonly renewals: number[] = [];
  readonly tell =
    (name: string, result = () => 0) =>
    (...args: unknown[]) => {
      this.calls.push([name, ...args]);
      return result();
    };
  readonly initialize = this.tell("initialize");
  readonly joinChannel = this.tell("joinChannel");
  readonly joinChannelWithUserAccount = this.tell("joinChannelWithUserAccount");
  readonly renewToken = this.tell("renewToken", () => this.renewals.shift() ?? 0);
  readonly setClientRole = this.tell("setClientRole");
  readonly leaveChannel = this.tell("leaveChannel");
  getVersion = () => ({ build: 1, version: "4.6.2" });
  registerEventHandler(handler: FakeEngine["handler"]): boolean {
    this.handler = handler;
    return true;
  }
}

let worker: RunningWorker;
let recorder: Recorder;
let call: RecipeCall | undefined;

beforeAll(async () => {
  worker = await startWorker(inject("bundle"), { settings: settings() });
});
afterAll(() => worker?.stop());
beforeEach(async () => {
  recorder = await startRecorder(worker.url);
});
afterEach(async () => {
  call?.leave();
  call = undefined;
  await recorder.end();
});

function grant(claims: object): Promise<string> {
  return new SignJWT({ channels: ["room-1"], ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("business-server")
    .setAudience("latchkey")
    .setSubject("user-7")
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime("4h")
    .sign(new TextEncoder().encode(SECRETS.GRANT_SECRET));
}

async function start(claims: object) {
  const engine = new FakeEngine();
  const stopped: string[] = [];
  const options = { clientRoleType: 2 };
  call = await startCall({
    engine,
    appId: APP_ID,
    endpoint: `${recorder.url}/`,
    channel: "room-1",
    options,
    fetchGrant: () => grant(claims),
    onStopped: (reason: string) => stopped.push(reason),
  });
  return { engine, stopped, options, call };
}

/** The last token that was issued, which the vendor's code accepts, for this user. */
function lastToken(uid: string, ...numbers: number[]): string | null | undefined {
  const key = recorder.exchanges.at(-1)?.response.key;
  const { expire, services } = readVendorToken(String(key), SECRETS.APP_CERTIFICATE);
  const privileges = Object.fromEntries(numbers.map((number) => [number, expire]));
  expect(services).toEqual([{ type: 1, channel_name: "room-1", uid, privileges }]);
  return key;
}

/** The library leaves a second between two requests. */
const SOON = { timeout: 10_000 };
const renewed = (engine: FakeEngine) => engine.calls.filter(([name]) => name === "renewToken");

test("joins by uid, and renews once however often the SDK asks", async () => {
  const { engine, options, stopped } = await start({ uid: 4294967295 });
  const token = lastToken("4294967295", 1, 2, 3, 4);
  expect(engine.calls).toEqual([
    ["initialize", { appId: APP_ID }],
    ["joinChannel", token, "room-1", 4294967295, options],
  ]);
  engine.handler?.onTokenPrivilegeWillExpire();
  engine.handler?.onRequestToken();
  await expect.poll(() => renewed(engine), SOON).toHaveLength(1);
  expect(renewed(engine)).toEqual([["renewToken", lastToken("4294967295", 1, 2, 3, 4)]]);
  expect(recorder.exchanges.map(({ body }) => body)).toEqual(
    Array(2).fill({ channel: "room-1", sdkVersion: "4.6.2", platform: "native" }),
  );
  expect(stopped).toEqual([]);
});

test("passes a token on again when the SDK answers that it did not take it", async () => {
  const { engine } = await start({ uid: 42 });
  engine.renewals.push(-7);
  engine.handler?.onTokenPrivilegeWillExpire();
  await expect.poll(() => renewed(engine), SOON).toHaveLength(2);
  const token = lastToken("42", 1, 2, 3, 4);
  expect(renewed(engine)).toEqual(Array(2).fill(["renewToken", token]));
  expect(recorder.exchanges).toHaveLength(2);
});

test("joins by account as a listener, who becomes a speaker by a new grant and one renewal", async () => {
  const { engine, options, call: running } = await start({ account: "alice", role: "subscriber" });
  const token = lastToken("alice", 1);
  expect(engine.calls.at(-1)).toEqual([
    "joinChannelWithUserAccount",
    token,
    "room-1",
    "alice",
    options,
  ]);
  await running.speak(() => grant({ account: "alice", role: "publisher" }));
  expect(engine.calls.slice(-2)).toEqual([
    ["renewToken", lastToken("alice", 1, 2, 3, 4)],
    ["setClientRole", 1],
  ]);
  expect(recorder.exchanges).toHaveLength(2);
});

test("says why there will be no token", async () => {
  const stopped: string[] = [];
  const engine = new FakeEngine();
  const starting = startCall({
    engine,
    appId: APP_ID,
    endpoint: recorder.url,
    channel: "room-2",
    options: {},
    fetchGrant: () => grant({ uid: 42 }),
    onStopped: (reason: string) => stopped.push(reason),
  });
  await expect(starting).rejects.toMatchObject({ code: "forbidden_channel" });
  expect(stopped).toEqual(["forbidden_channel"]);
  expect(engine.calls).toEqual([["initialize", { appId: APP_ID }]]);
});
