// What a refresh costs an edge after a change of the list of revocations: CPU time of a workerd
// that reads the list from a fake of Workers KV and looks one user up in it.
// `npm run bench -- revocations [--quick]`; `npm run chart:revocations` draws
// docs/revocations.svg.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { FakeKv } from "../test/support/worker/fake-kv.ts";
import { startProcess, type WorkerProcess } from "../test/support/worker/worker-process.ts";
import type { JsonEntry } from "./contenders/json-revocations.ts";
import { drawLines } from "./line-chart.ts";
import { cpuNanoseconds } from "./processor.ts";
import type { RevocationTask, Way } from "./workerd/revocation-worker.ts";

const COUNTS = [10, 100, 1_000, 10_000, 30_000, 60_000, 100_000];
const ROUNDS = process.argv.includes("--quick") ? 5 : 15;
/** How many refreshes a round has: about as long for each number of entries. */
const timesOf = (count: number) => Math.max(1, Math.min(200, Math.round(20_000 / count)));
const WAYS: readonly Way[] = ["json", "compact"];

const root = fileURLToPath(new URL("..", import.meta.url));
const kv = await FakeKv.start();
const workerd = await startWorkerd();
try {
  const machine = `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores`;
  console.log(`A refresh after a change, CPU of workerd in ms, medians of ${ROUNDS}; ${machine}`);
  console.log("   entries      JSON   compact   bytes: JSON, compact");
  const medians: Record<Way, [number, number][]> = { json: [], compact: [] };
  for (const count of COUNTS) {
    const sizes = await publish(count);
    const samples: Record<Way, number[]> = { json: [], compact: [] };
    for (let round = -2; round < ROUNDS; round++)
      for (const way of WAYS) {
        const ms = await refresh(way, timesOf(count));
        if (round >= 0) samples[way].push(ms);
      }
    for (const way of WAYS) medians[way].push([count, median(samples[way])]);
    const figures = WAYS.map((way) => median(samples[way]).toFixed(2).padStart(10)).join("");
    console.log(`${String(count).padStart(10)}${figures}   ${sizes.join(", ")}`);
  }
  if (process.argv.includes("--svg"))
    writeFileSync(
      `${root}docs/revocations.svg`,
      drawLines({
        title: "What an edge does after a change of the list of revocations",
        x: "entries on the list",
        y: "CPU, ms",
        lines: [
          { label: "parsed from JSON, as before", points: medians.json },
          { label: "compact", points: medians.compact, isOurs: true },
        ],
        levels: [{ value: 10, label: "10 ms: a request's CPU in Workers' free plan" }],
      }),
    );
} finally {
  await workerd.kill();
  await kv.stop();
}

/** Entries as a deployment has them: users, subjects, and users in a channel. */
async function publish(count: number): Promise<number[]> {
  const entries: JsonEntry[] = Array.from({ length: count }, (_, i) => {
    const until = 1_800_000_600 + (i % 86_400);
    if (i % 3 === 0) return { uid: 1_000 + i, until };
    if (i % 3 === 1)
      return { sub: `3f2504e0-4f89-41d3-9a0c-${String(i).padStart(12, "0")}`, until };
    return { uid: 1_000 + i, channel: `room-${i}`, until };
  });
  const json = Buffer.from(JSON.stringify(entries.map((entry, i) => ({ id: `${i}`, ...entry }))));
  const compact = Buffer.from(await ask({ compact: entries }));
  kv.put("json", json, {});
  kv.put("compact", compact, {});
  return [json.length, compact.length];
}

/** Milliseconds of CPU for one. */
async function refresh(way: Way, times: number): Promise<number> {
  const before = cpuNanoseconds(workerd.pid);
  await ask({ way, times });
  const after = cpuNanoseconds(workerd.pid);
  if (before === undefined || after === undefined)
    throw new Error("CPU time is read from /proc, which Linux alone has");
  return (after - before) / 1e6 / times;
}

async function ask(task: RevocationTask): Promise<ArrayBuffer> {
  const [port] = workerd.ports.values();
  const body = JSON.stringify(task);
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body });
  if (!response.ok) throw new Error(await response.text());
  return response.arrayBuffer();
}

async function startWorkerd(): Promise<WorkerProcess> {
  const directory = `${root}build/bench/revocation-worker`;
  mkdirSync(directory, { recursive: true });
  copyFileSync(`${root}build/core.wasm`, `${directory}/core.wasm`);
  await build({
    absWorkingDir: root,
    entryPoints: ["bench/workerd/revocation-worker.ts"],
    bundle: true,
    format: "esm",
    target: "es2023",
    plugins: [
      {
        name: "keep-core",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\.wasm$/ }, () => ({ path: "./core.wasm", external: true })),
      },
    ],
    outfile: `${directory}/worker.js`,
  });
  const compatibilityDate = "2026-10-01";
  const edge = { directory, compatibilityDate, kv: { names: ["SNAPSHOTS"], port: kv.port } };
  return startProcess({ workers: { edge } });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
