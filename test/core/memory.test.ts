import { afterAll, expect, test, vi } from "vitest";

// Watches the instances that the library makes of the core, from before it is loaded.
const instances: WebAssembly.Instance[] = [];
class WatchedInstance extends WebAssembly.Instance {
  constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
    super(module, imports);
    instances.push(this);
  }
}
vi.spyOn(WebAssembly, "Instance", "get").mockReturnValue(WatchedInstance as never);
const { createSigner } = await import("latchkey");
afterAll(() => vi.restoreAllMocks());

test("1,000,000 keys come from one instance, whose memory does not grow", () => {
  const signer = createSigner({ appId: "0".repeat(32), appCertificate: "f".repeat(32) });
  const memory = instances[0]?.exports.memory as WebAssembly.Memory;
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
