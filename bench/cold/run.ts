// Interleaved cold starts: every round starts each contender once, so that whatever else the
// machine does hits all alike.

import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { SNAPSHOT_FORMAT, snapshotName } from "../../src/revocations/snapshot.ts";
import { APP_ID } from "../../test/support/settings.ts";
import { bundleWorker, removeBundle } from "../../test/support/worker/bundle.ts";
import { FakeKv } from "../../test/support/worker/fake-kv.ts";
import { type ColdContender, type ContenderId, coldContenders } from "./contenders.ts";

export interface Spread {
  readonly median: number;
  /** Half of the rounds lie between these. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

export interface ColdStart {
  readonly id: ContenderId;
  readonly name: string;
  /** From the spawn of the process to the end of its first response. */
  readonly ms: Spread;
  /** The same less the empty Worker's of the same round. */
  readonly overEmptyMs: Spread;
}

export interface ColdStarts {
  readonly starts: readonly ColdStart[];
  /** By grant, less by service key of the same round, less the time that KV takes. */
  readonly grantOverServiceKeyMs: Spread;
}

export async function measureColdStarts(rounds: number, kvMs: number): Promise<ColdStarts> {
  const bundle = await bundleWorker();
  const kv = await FakeKv.start();
  kv.readMilliseconds = kvMs;
  try {
    const contenders = await coldContenders(bundle, kv);
    const samples = new Map(contenders.map(({ id }) => [id, [] as number[]]));
    // One round more than is counted: the first one reads its files from the disk.
    for (let round = 0; round <= rounds; round++) {
      // There and back: nobody always comes after the same one.
      for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
        publishSnapshot(kv);
        const ms = await startOnce(contender);
        if (round > 0) samples.get(contender.id)?.push(ms);
      }
    }
    const of = (id: ContenderId) => samples.get(id) ?? [];
    const less = (values: readonly number[], others: readonly number[]) =>
      values.map((value, round) => value - (others[round] ?? Number.NaN));
    return {
      starts: contenders.map(({ id, name }) => ({
        id,
        name,
        ms: spread(of(id)),
        overEmptyMs: spread(less(of(id), of("empty"))),
      })),
      grantOverServiceKeyMs: spread(
        less(of("grant"), of("service-key")).map((value) => value - kvMs),
      ),
    };
  } finally {
    await kv.stop();
    await removeBundle(bundle);
  }
}

/** Nobody is revoked, as of now: what a deployment that is used finds in Workers KV. */
function publishSnapshot(kv: FakeKv): void {
  const now = Date.now();
  const metadata = { version: now, asOf: Math.floor(now / 1000), format: SNAPSHOT_FORMAT };
  // No records, and none of their shapes.
  kv.put(snapshotName(APP_ID), Buffer.alloc(2), metadata);
}

async function startOnce(contender: ColdContender): Promise<number> {
  const { credential, body } = await contender.request();
  const worker = await contender.start();
  try {
    const [port] = worker.ports.values();
    const sent = request({
      host: "127.0.0.1",
      port,
      agent: false,
      ...(body && { method: "POST", path: "/v1/keys" }),
      headers: {
        ...(credential !== undefined && { Authorization: `Bearer ${credential}` }),
        ...(body && { "Content-Type": "application/json" }),
      },
    });
    sent.end(body && JSON.stringify(body));
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const received = await text(response);
    const ms = performance.now() - worker.startedAt;
    if (response.statusCode !== 200)
      throw new Error(`${contender.name}: ${response.statusCode} ${received}`);
    contender.check(received);
    return ms;
  } finally {
    await worker.kill();
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { median: at(0.5), lowerQuartile: at(0.25), upperQuartile: at(0.75) };
}
