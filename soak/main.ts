// `npm run soak [-- --seconds N]`: load and faults on a real workerd, and every key verified. Ten
// minutes by default: in the first half workerd is killed six times and Workers KV is down for a
// while; in the second half its memory is measured.

import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { APP_ID, SECRETS } from "../test/support/settings.ts";
import { Clients } from "./clients.ts";
import { Deployment } from "./deployment.ts";
import { Ejections } from "./ejections.ts";
import { Load } from "./load.ts";
import { Oracle } from "./oracle.ts";

const CRASHES = 6;
/** Memory that grows by no more, from the end of the warm-up to the end, counts as flat. */
const FLAT_PERCENT = 10;
/** The warm-up: for two isolates, and some more than they need. In shorter runs fewer. */
const WARM_UP_BATCHES = 9_000;
const { values } = parseArgs({ options: { seconds: { type: "string", default: "600" } } });
const seconds = Number(values.seconds);
if (!(seconds >= 30)) throw new Error("--seconds must be 30 or more");

/** Of the medians that are compared. */
const windowSeconds = Math.min(60, seconds / 10);
const sleep = (duration: number) => new Promise((resolve) => setTimeout(resolve, duration * 1000));
const startedAt = Date.now();
const elapsed = () => (Date.now() - startedAt) / 1000;
const ejections = await Ejections.start();
const deployment = await Deployment.start(ejections.agora.settings);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stop().finally(() => process.exit(1)));
const oracle = new Oracle(APP_ID, SECRETS.APP_CERTIFICATE);
const load = new Load(deployment, oracle);
const clients = new Clients();
const memory: { at: number; megabytes: number }[] = [];
let warmAt = Number.POSITIVE_INFINITY;
try {
  await clients.join(deployment, oracle);
  const running = load.run();
  const ejecting = ejections.run(deployment);
  await faults();
  ejections.end();
  await ejecting;
  await measureMemory();
  load.end();
  await running;
  await load.checkList();
  clients.leave();
  await ejections.check();
} finally {
  await stop();
}
report();

async function stop(): Promise<void> {
  await deployment.stop();
  await ejections.agora.stop();
}

async function faults(): Promise<void> {
  const part = seconds / 2 / (CRASHES + 1);
  for (let crash = 1; crash <= CRASHES; crash++) {
    await sleep(part);
    deployment.setKv(crash === 3);
    await deployment.crash();
    await load.checkList();
    console.log(
      `${elapsed().toFixed(0)} s: killed and started again, ${oracle.verified} keys verified`,
    );
  }
  await sleep(part);
}

/** The last process runs for half of the time. */
async function measureMemory(): Promise<void> {
  const every = Math.max(1, seconds / 120);
  const until = elapsed() + seconds / 2;
  load.hurry(Math.min(1, seconds / 600) * WARM_UP_BATCHES);
  while (elapsed() < until) {
    if (!load.isHurried) warmAt = Math.min(warmAt, elapsed());
    memory.push({ at: elapsed(), megabytes: residentMegabytes(deployment.pid) });
    await sleep(every);
  }
}

function residentMegabytes(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

function median(samples: readonly { megabytes: number }[]): number {
  return (
    samples.map(({ megabytes }) => megabytes).sort((a, b) => a - b)[
      Math.floor(samples.length / 2)
    ] ?? Number.NaN
  );
}

function report(): void {
  const first = median(memory.filter(({ at }) => at >= warmAt && at < warmAt + windowSeconds));
  const last = median(memory.filter(({ at }) => at > (memory.at(-1)?.at ?? 0) - windowSeconds));
  const growth = (last / first - 1) * 100;
  const outcomes = [...deployment.outcomes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([outcome, count]) => `${outcome}: ${count}`);
  console.log(
    [
      "",
      `soak of ${seconds} s on ${cpus().length} cores of ${cpus()[0]?.model}, Node ${process.version}`,
      `requests            ${deployment.requests}`,
      `keys verified       ${oracle.verified} (by node:crypto; ${oracle.verifiedByVendor} of version 5 also by the vendor's library)`,
      `wrong keys          ${oracle.wrong.length}`,
      `killed (SIGKILL)    ${deployment.crashes} times`,
      `revocations kept    ${load.revoked.size} acknowledged, ${load.lost.length} lost or late, ${load.ended} ended`,
      `ejections           ${ejections.ejected.length} acknowledged, ${ejections.agora.fake.arrivals.length} requests to the fake of Agora, ${ejections.failures.length} wrong`,
      `client library      ${clients.renewals} keys, ${clients.retries} retries, ${clients.failures.length} users removed or stopped`,
      `outcomes            ${outcomes.join("\n                    ")}`,
      `lines of the log    ${deployment.trail.lines}, ${deployment.trail.wrong.length} wrong`,
      `unexplained         ${deployment.unexplained.length}`,
      `memory              ${memory
        .filter((_, i) => i % 6 === 0)
        .map(({ megabytes }) => megabytes.toFixed(0))
        .join(" ")} MB`,
      `                    ${first.toFixed(1)} MB after a warm-up of ${(warmAt - (memory[0]?.at ?? 0)).toFixed(0)} s, ${last.toFixed(1)} MB at the end: ${growth.toFixed(1)} %`,
    ].join("\n"),
  );
  const { unexplained, trail } = deployment;
  const errors = [
    ...[...oracle.wrong, ...unexplained, ...load.lost, ...clients.failures],
    ...[...trail.wrong, ...ejections.failures],
  ];
  if (trail.lines < load.revoked.size) errors.push("lines of the log are missing");
  // In a shorter run the process is still warming up.
  if (seconds >= 600 && !(growth <= FLAT_PERCENT)) errors.push("the memory grew");
  if (seconds >= 600 && oracle.verified < 1_000_000)
    errors.push("fewer than 1,000,000 keys were verified");
  for (const objection of errors.slice(0, 20)) console.error(objection);
  process.exitCode = errors.length === 0 ? 0 : 1;
}
