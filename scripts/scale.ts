// `npm run scale`: what a million clients take and cost, as the tables of docs/scale.md. The inputs
// are in scale/inputs.ts. `-- --write` puts the tables into the document.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { simulateCrowd } from "../test/client/simulation/crowd.ts";
import { CLIENTS, INTERVALS, LIMITS, MEASURED, PRICES } from "./scale/inputs.ts";
import {
  type Bill,
  billOf,
  boundsOf,
  clientsToReach,
  freeClients,
  freeIsolates,
  freeRevocations,
  type Load,
  loadOf,
  priceOf,
} from "./scale/model.ts";

/** The client library itself, with clients that all join in the same second. */
const SIMULATED_CLIENTS = 5_000;

interface Simulated {
  readonly intervalSeconds: number;
  /** The share of all clients that renew in the busiest minute. */
  readonly busiestMinute: number;
}

async function simulate(keySeconds: number): Promise<Simulated> {
  const options = { clients: SIMULATED_CLIENTS, expiresIn: keySeconds, seed: 2026 };
  const { requestsBySecond } = await simulateCrowd(options);
  let moments = 0;
  let minute = 0;
  let busiest = 0;
  for (const [second, requests] of requestsBySecond.entries()) {
    moments += second * requests;
    minute += requests - (requestsBySecond[second - 60] ?? 0);
    busiest = Math.max(busiest, minute);
  }
  return {
    intervalSeconds: Math.round(moments / SIMULATED_CLIENTS),
    busiestMinute: busiest / SIMULATED_CLIENTS,
  };
}

const whole = (value: number) => Math.round(value).toLocaleString("en");
const millions = (value: number) =>
  `${Number((value / 1e6).toPrecision(3)).toLocaleString("en")} M`;
const dollars = (value: number) => whole(value);
const short = (value: number) =>
  value >= 100 ? whole(value) : String(Number(value.toPrecision(2)));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** The tables of docs/scale.md. */
export async function scaleTables(): Promise<string> {
  const cases: { minutes: number; keySeconds: number; crowd: Simulated; load: Load; bill: Bill }[] =
    [];
  for (const { minutes, keySeconds } of INTERVALS) {
    const crowd = await simulate(keySeconds);
    const load = loadOf(CLIENTS, crowd.intervalSeconds);
    cases.push({ minutes, keySeconds, crowd, load, bill: billOf(load) });
  }
  const row = (name: string, value: (one: (typeof cases)[number]) => string) => [
    name,
    ...cases.map(value),
  ];
  const head = (first: string) => [first, ...cases.map(({ minutes }) => `every ${minutes} min`)];
  const shortest = cases[0]?.crowd.intervalSeconds ?? 0;
  return [
    table(head(`${whole(CLIENTS)} clients that renew`), [
      row("life of a key, minutes", ({ keySeconds }) => whole(keySeconds / 60)),
      row("simulated: mean time between renewals, minutes", ({ crowd }) =>
        (crowd.intervalSeconds / 60).toFixed(1),
      ),
      row("requests a second, grants included", ({ load }) => whole(load.requestsPerSecond)),
      row("simulated: the same in the busiest minute, if all joined in one second", ({ crowd }) =>
        whole((crowd.busiestMinute * CLIENTS) / 60),
      ),
      row("requests a month", ({ load }) => millions(load.requests)),
      row("CPU, hours a month", ({ load }) => whole(load.cpuMilliseconds / 3.6e6)),
      row("isolates in use", ({ load }) => whole(load.isolates)),
      row("reads of Workers KV a month", ({ load }) => millions(load.kvReads)),
      row("questions to the Durable Object a second", ({ load }) =>
        short(load.objectRequestsPerSecond),
      ),
      row("lines in the log a month, as shipped", ({ load }) => millions(load.logLines)),
    ]),
    table(head(`US dollars a month, prices of ${PRICES.readOn}`), [
      row("subscription", ({ bill }) => dollars(bill.subscription)),
      row("requests", ({ bill }) => dollars(bill.requests)),
      row("CPU", ({ bill }) => dollars(bill.cpuMilliseconds)),
      row("Workers KV, reads and writes", ({ bill }) => dollars(bill.kvReads + bill.kvWrites)),
      row("Durable Object", ({ bill }) =>
        dollars(bill.objectRequests + bill.objectGigabyteSeconds),
      ),
      row("log", ({ bill }) => dollars(bill.logLines)),
      row("**in all**", ({ bill }) => `**${dollars(bill.total)}**`),
      row("invocation logs, if they were on", ({ load, bill }) => {
        const all = priceOf("logLines", load.logLines + load.requests);
        return dollars(all - bill.logLines);
      }),
      row("Analytics Engine, if it were bound and billed", ({ load }) =>
        dollars(priceOf("dataPoints", load.requests)),
      ),
    ]),
    table(
      [
        "entries on the list",
        "a snapshot, KB",
        "CPU to take it, ms",
        "all isolates, hours a month",
      ],
      MEASURED.lists.map((list) => {
        const without = loadOf(CLIENTS, shortest, { cpuMilliseconds: 0 }).cpuMilliseconds;
        const hours = (loadOf(CLIENTS, shortest, list).cpuMilliseconds - without) / 3.6e6;
        return [list.entries, list.kilobytes, list.cpuMilliseconds, hours].map((value) =>
          short(value),
        );
      }),
    ),
    table(
      ["what is limited (paid plan, every 10 min)", "load", "most", "reached at", "then"],
      boundsOf(CLIENTS, shortest)
        .map((bound) => ({ ...bound, clients: clientsToReach(bound.what, shortest) }))
        .sort((a, b) => a.clients - b.clients)
        .map(({ what, load, most, clients, consequence }) => [
          what,
          short(load),
          whole(most),
          `${millions(clients)} clients`,
          consequence,
        ]),
    ),
    table(
      ["what is limited (free plan)", "most a day", "reached at"],
      [
        ...cases.map(({ minutes, crowd }) => [
          `requests, every ${minutes} min`,
          whole(LIMITS.freeRequestsPerDay),
          `${whole(freeClients(crowd.intervalSeconds))} clients`,
        ]),
        [
          "reads of Workers KV",
          whole(LIMITS.freeKvReadsPerDay),
          `${whole(freeIsolates())} isolates that are in use all day`,
        ],
        [
          "writes of Workers KV",
          whole(LIMITS.freeKvWritesPerDay),
          `${whole(freeRevocations())} revocations, beside the writes that are always there`,
        ],
      ],
    ),
  ].join("\n\n");
}

const PATH = fileURLToPath(new URL("../docs/scale.md", import.meta.url).href);
const TABLES = /(?<=<!-- npm run scale -->\n\n)[\s\S]*?(?=\n\n<!-- end -->)/;

/** The tables that are in the document. */
export function tablesOfDocument(): string | undefined {
  return TABLES.exec(readFileSync(PATH, "utf8"))?.[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tables = await scaleTables();
  console.log(tables);
  if (process.argv.includes("--write")) {
    writeFileSync(PATH, readFileSync(PATH, "utf8").replace(TABLES, tables));
  }
}
