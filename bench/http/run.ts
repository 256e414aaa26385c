// Interleaved rounds over HTTP: every contender has one slice in each, so that whatever else the
// machine does hits all alike.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { cpuNanoseconds, keepOnProcessor } from "../processor.ts";
import { contenders, type HttpContender } from "./contenders.ts";
import type { Slice, SliceResult } from "./load.ts";
import { settings } from "./requests.ts";
import { type Server, startExpress, startWorkers } from "./servers.ts";

/** All servers share one, so that its slow phases hit all alike, and the load has another. */
const LOAD_PROCESSOR = 0;
const SERVERS_PROCESSOR = 1;

export interface HttpPlan {
  readonly rounds: number;
  readonly sliceMs: number;
  /**
   * Before each slice, of the same kind and not counted: the one before was another's, and left
   * caches full of its own.
   */
  readonly leadInMs: number;
  /** For each contender before the first round. */
  readonly warmUpMs: number;
  readonly connections: number;
}

export interface HttpResult {
  readonly id: string;
  readonly name: string;
  readonly isOurs?: true;
  readonly keysPerRequest: number;
  readonly requestsPerSecond: number;
  /** Half of the rounds lie between these. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  /** The server's CPU time; undefined where the system does not tell. */
  readonly serverCpuMicroseconds: number | undefined;
}

export async function measureHttp(plan: HttpPlan): Promise<HttpResult[]> {
  const workers = await startWorkers(settings);
  const express = await startExpress(settings);
  const servers = new Map([...workers.byName, ["express", express]]);
  const load = fork(fileURLToPath(new URL("load.ts", import.meta.url)));
  keepOnProcessor(LOAD_PROCESSOR, load.pid);
  for (const pid of new Set(Array.from(servers.values(), ({ pid }) => pid)))
    keepOnProcessor(SERVERS_PROCESSOR, pid);
  try {
    const entrants = contenders.map((contender) => ({
      contender,
      rates: [] as number[],
      cpu: [] as number[],
    }));
    for (const { contender } of entrants) {
      for (let spentMs = 0; spentMs < plan.warmUpMs; spentMs += plan.sliceMs)
        await slice(contender, plan.sliceMs);
    }
    for (let round = 0; round < plan.rounds; round++) {
      // There and back: nobody always comes after the same one.
      for (const { contender, rates, cpu } of round % 2 === 0 ? entrants : entrants.toReversed()) {
        await slice(contender, plan.leadInMs);
        const { perSecond, cpuMicroseconds } = await slice(contender, plan.sliceMs);
        rates.push(perSecond);
        if (cpuMicroseconds !== undefined) cpu.push(cpuMicroseconds);
      }
    }
    return entrants.map(({ contender: { id, name, isOurs, keysPerRequest }, rates, cpu }) => ({
      id,
      name,
      ...(isOurs && { isOurs }),
      keysPerRequest,
      requestsPerSecond: quantile(rates, 0.5) as number,
      lowerQuartile: quantile(rates, 0.25) as number,
      upperQuartile: quantile(rates, 0.75) as number,
      serverCpuMicroseconds: quantile(cpu, 0.5),
    }));
  } finally {
    load.kill();
    await Promise.all([workers.stop(), express.stop()]);
  }

  async function slice(contender: HttpContender, durationMs: number) {
    const server = servers.get(contender.server) as Server;
    const { port } = server;
    const { connections } = plan;
    const task: Slice = {
      port,
      requests: contender.requests(durationMs),
      once: contender.once,
      connections,
      durationMs,
    };
    const before = cpuNanoseconds(server.pid);
    load.send(task);
    const { responses, elapsedMs, samples } = await nextMessage<SliceResult>(load);
    const after = cpuNanoseconds(server.pid);
    for (const body of samples) contender.check(body);
    return {
      perSecond: (responses * 1000) / elapsedMs,
      cpuMicroseconds:
        before === undefined || after === undefined
          ? undefined
          : (after - before) / 1000 / responses,
    };
  }
}

export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const wait = new AbortController();
  const { signal } = wait;
  try {
    const message = once(child, "message", { signal });
    const exit = once(child, "exit", { signal }).then(() => {
      throw new Error("the load generator gave up");
    });
    const [result] = (await Promise.race([message, exit])) as [T];
    return result;
  } finally {
    wait.abort();
  }
}

function quantile(values: readonly number[], part: number): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)];
}
