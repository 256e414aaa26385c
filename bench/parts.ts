// Where the time of a key goes in Node: the whole, the core by itself, and reading its text. And
// how long the hashing of a batch takes in C.

import { createSigner } from "latchkey";
import { type BareCore, instantiate, readCore, writeInput } from "./bare-core.ts";
import { nativeHashing } from "./contenders/native.ts";
import { type Entrant, measure, type Plan, type Result } from "./measure.ts";
import { vectorOf } from "./sample.ts";

const MEDIA_CHANNEL = 1;
let sink = 0;

function timed(name: string, keysAtOnce: number, make: () => number): Entrant {
  return {
    name,
    run(keys) {
      const start = process.hrtime.bigint();
      const times = Math.ceil(keys / keysAtOnce);
      for (let i = 0; i < times; i++) sink += make();
      return (Number(process.hrtime.bigint() - start) * keys) / (times * keysAtOnce);
    },
  };
}

function coreFor({ appId, appCertificate, channel }: ReturnType<typeof vectorOf>): BareCore {
  const core = instantiate(new WebAssembly.Module(readCore()));
  writeInput(core, appId + appCertificate);
  if (core.prepareSigner() < 0) throw new Error("no signer");
  writeInput(core, channel);
  return core;
}

export async function measureParts(
  version: 4 | 5,
  plan: Plan,
): Promise<{ one: Result[]; batch: Result[] }> {
  const vector = vectorOf(version);
  const { channel, unixTs, uid, expiredTs } = vector;
  const core = coreFor(vector);
  const signer = createSigner(vector);
  const output = Buffer.from(core.memory.buffer, core.OUTPUT.value);
  const chunk: number = core.CHUNK_KEYS.value;
  const { length } = vector.key;
  const numbers = Uint32Array.from({ length: chunk }, (_, i) => i);
  new Uint32Array(core.memory.buffer, core.UIDS.value, chunk).set(numbers);
  new Uint32Array(core.memory.buffer, core.RANDOM_INTS.value, chunk).set(numbers);
  let n = 0;
  const one = await measure(
    [
      timed(
        "channelKey",
        1,
        () =>
          signer.channelKey({ version, channel, unixTs, randomInt: n++, uid, expiredTs }).length,
      ),
      timed("  the core alone", 1, () =>
        core.channelKey(
          version,
          MEDIA_CHANNEL,
          0,
          channel.length,
          unixTs,
          n++ >>> 0,
          uid,
          expiredTs,
        ),
      ),
      timed("  reading its text", 1, () => output.toString("latin1", 0, length).length),
    ],
    plan,
  );
  const hashing = version === 4 ? nativeHashing() : [];
  const batch = await measure(
    [
      timed(
        "channelKeys",
        chunk,
        () => signer.channelKeys({ version, channel, unixTs, expiredTs }, numbers, numbers).length,
      ),
      timed("  the core alone", chunk, () =>
        core.channelKeys(version, MEDIA_CHANNEL, 0, channel.length, unixTs, expiredTs, chunk),
      ),
      ...hashing,
    ],
    plan,
  );
  for (const { close } of hashing) close();
  if (sink === 0) throw new Error("nothing was made");
  return { one, batch };
}
