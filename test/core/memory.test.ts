import { afterAll, expect, test, vi } from "vitest";

// Records the instances that the library makes of the core, and can let their next key trap. It
// must begin before the library is loaded.
const { Instance } = WebAssembly;
const instances: WebAssembly.Exports[] = [];
let isTrapping = false;
function WatchedInstance(module: WebAssembly.Module, imports: WebAssembly.Imports): object {
  const { exports } = new Instance(module, imports);
  const channelKey = exports.channelKey as (...fields: number[]) => number;
  const watched = {
    ...exports,
    channelKey: (...fields: number[]) => {
      if (isTrapping) throw new WebAssembly.RuntimeError("unreachable");
      return channelKey(...fields);
    },
  };
  instances.push(watched);
  return { exports: watched };
}
vi.spyOn(WebAssembly, "Instance", "get").mockReturnValue(WatchedInstance as never);
const { createSigner } = await import("latchkey");
afterAll(() => vi.restoreAllMocks());

test("1,000,000 keys come from one instance, whose memory does not grow", {
  timeout: 60_000,
}, () => {
  const signer = createSigner({ appId: "0".repeat(32), appCertificate: "f".repeat(32) });
  const memory = instances[0]?.memory as WebAssembly.Memory;
  const before = memory.buffer.byteLength;
  let characters = 0;
  for (let i = 0; i < 1_000_000; i++) {
    const version = i % 2 === 0 ? 4 : 5;
    characters += signer.channelKey({
      version,
      channel: "room-1",
      unixTs: i,
      randomInt: i,
      uid: i,
      expiredTs: i,
    }).length;
  }
  expect(characters).toBe(500_000 * 103 + 500_000 * 107);
  expect(memory.buffer.byteLength).toBe(before);
  expect(instances).toHaveLength(1);
});

test("1,000,000 access tokens, one by one and in batches, likewise", { timeout: 60_000 }, () => {
  const signer = createSigner({ appId: "0".repeat(32), appCertificate: "f".repeat(32) });
  const memory = instances[0]?.memory as WebAssembly.Memory;
  const before = memory.buffer.byteLength;
  const privileges = { joinChannel: 600 };
  const chat = { type: "chat", userId: "alice", privileges: { user: 600 } } as const;
  let count = 0;
  for (let i = 0; count < 500_000; i++, count += 3) {
    const rtc = { type: "rtc", channel: "room-1", uid: i, privileges } as const;
    const times = { version: 7, issueTs: i, expire: 600, salt: i } as const;
    signer.accessToken({ ...times, services: [rtc] });
    signer.accessToken({ ...times, services: [rtc, chat] });
    signer.accessToken({ version: 6, channel: "room-1", uid: i, salt: i, ts: i, privileges });
  }
  const users = Array.from({ length: 1000 }, (_, i) => i);
  for (; count < 1_000_000; count += 2 * users.length) {
    const shared = { channel: "room-1", privileges };
    signer.accessTokens({ ...shared, version: 7, issueTs: count, expire: 600 }, users, users);
    signer.accessTokens({ ...shared, version: 6, ts: count }, users, users);
  }
  expect(memory.buffer.byteLength).toBe(before);
  expect(instances).toHaveLength(1);
});

test("a call that traps fails alone: the next one gets a new instance, for every signer", () => {
  const signers = ["a", "b"].map((digit) =>
    createSigner({ appId: "0".repeat(32), appCertificate: digit.repeat(32) }),
  );
  const fields = { version: 5, channel: "room-1", unixTs: 1, randomInt: 2, uid: 3 } as const;
  const keys = () => signers.map((signer) => signer.channelKey({ ...fields, expiredTs: 4 }));
  const before = keys();
  const { length } = instances;
  isTrapping = true;
  expect(keys).toThrow(WebAssembly.RuntimeError);
  isTrapping = false;
  expect(keys()).toEqual(before);
  expect(keys()).toEqual(before);
  expect(instances).toHaveLength(length + 1);
});

test("wrong input costs no instance", () => {
  const signer = createSigner({ appId: "0".repeat(32), appCertificate: "f".repeat(32) });
  const { length } = instances;
  const fields = { version: 5, unixTs: 1, randomInt: 2, uid: 3, expiredTs: 4 } as const;
  for (const channel of ["", "é", "a/b"])
    expect(() => signer.channelKey({ ...fields, channel })).toThrow(/^channel: /);
  signer.channelKey({ ...fields, channel: "room-1" });
  expect(instances).toHaveLength(length);
});
