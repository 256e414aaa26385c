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

test("1,000,000 keys come from one instance, whose memory does not grow", () => {
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
