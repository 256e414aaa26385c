// The contenders inside bare workerd, which runs Workers in production.
// `npm run bench -- workerd [--quick]`

import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startProcess } from "../test/support/worker/worker-process.ts";
import type { TokenFields } from "./contenders/token-contender.ts";
import { asShipped006, asShipped007 } from "./contenders/token-makers.ts";
import { type Entrant, measure, type Plan } from "./measure.ts";
import { Report } from "./report.ts";
import { check, vectorOf } from "./sample.ts";
import { contentOf, fieldsOf, PROJECT } from "./tokens.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = `${root}build/bench`;
const quick = process.argv.includes("--quick");
const plan: Plan = quick
  ? { rounds: 25, warmUpMs: 300, shareMs: 10 }
  : { rounds: 61, warmUpMs: 1000, shareMs: 10 };

const keys = await bundle("worker");
const tokens = await bundle("token-worker");
const server = await startProcess({ workers: { keys, tokens } });

async function bundle(name: string) {
  const directory = `${out}/${name}`;
  mkdirSync(directory, { recursive: true });
  copyFileSync(`${root}dist/core.wasm`, `${directory}/core.wasm`);
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/workerd/${name}.ts`],
    bundle: true,
    format: "esm",
    target: "es2023",
    alias: { latchkey: `${root}dist/latchkey.workerd.js` },
    external: ["./core.wasm"],
    outfile: `${directory}/worker.js`,
  });
  return { directory, compatibilityDate: "2026-10-01" };
}

async function ask(task: object, worker = "keys"): Promise<string> {
  const url = `http://127.0.0.1:${server.ports.get(worker)}/`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(task) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

const report = new Report(
  "workerd",
  [
    `In bare workerd: ${plan.rounds} interleaved rounds`,
    `after ${plan.warmUpMs} ms of warm-up each, medians`,
  ].join(" "),
);
const LATCHKEY = "latchkey";
const BATCHES = "latchkey, batches of 1000";
const WEB_CRYPTO = "WebCrypto, key cached";
const IMPORTING = "WebCrypto, keys imported each time";
const TOKEN_CONTENDERS: typeof CONTENDERS = [
  { name: LATCHKEY, isOurs: true, id: "latchkey", keysPerRound: 5_000 },
  { name: BATCHES, isOurs: true, id: "batch", keysPerRound: 10_000 },
  { name: IMPORTING, id: "webCrypto", keysPerRound: 500 },
];
/** `id`: as workerd/worker.ts knows it. */
const CONTENDERS: (Pick<Entrant, "name" | "isOurs"> & { id: string; keysPerRound: number })[] = [
  { name: LATCHKEY, isOurs: true, id: "latchkey", keysPerRound: 20_000 },
  { name: BATCHES, isOurs: true, id: "batch", keysPerRound: 50_000 },
  { name: "pure TypeScript, midstates", id: "pureTypeScript", keysPerRound: 10_000 },
  { name: WEB_CRYPTO, id: "webCrypto", keysPerRound: 3_000 },
];

try {
  for (const version of [4, 5] as const) {
    const fields = vectorOf(version);
    const { appId, appCertificate } = fields;
    const entrants: Entrant[] = [];
    for (const { id, ...contender } of CONTENDERS) {
      const task = { contender: id, appId, appCertificate };
      await check(contender.name, fields, (given) => ask({ ...task, fields: given }));
      entrants.push({
        ...contender,
        async run(keys) {
          const start = process.hrtime.bigint();
          await ask({ ...task, fields, keys });
          return Number(process.hrtime.bigint() - start);
        },
      });
    }
    const results = await measure(entrants, plan);
    report.table(`Version ${version} inside workerd, per key`, results);
    report.ratio(
      `workerd, one version-${version} key, WebCrypto with a cached key`,
      results,
      LATCHKEY,
      WEB_CRYPTO,
      6.5,
    );
    report.ratio(
      `workerd, batch of 1,000, version ${version}, WebCrypto`,
      results,
      BATCHES,
      WEB_CRYPTO,
      25,
    );
  }
  for (const version of [7, 6] as const) await measureTokensOf(version);
  report.end();
} finally {
  await server.kill();
}

/** WebCrypto imports a key for each HMAC of 007, since they change with each token. */
async function measureTokensOf(version: 6 | 7): Promise<void> {
  const [appId, appCertificate] = PROJECT;
  const fields = fieldsOf(version)[7] as TokenFields;
  const expected = contentOf(
    (version === 7 ? asShipped007 : asShipped006)(appId, appCertificate)(fields),
  );
  const entrants: Entrant[] = [];
  const contenders = version === 7 ? TOKEN_CONTENDERS : TOKEN_CONTENDERS.slice(0, 2);
  for (const { id, ...contender } of contenders) {
    const task = { contender: id, version, appId, appCertificate, fields };
    if (contentOf(await ask(task, "tokens")) !== expected)
      throw new Error(`${contender.name} makes a wrong token`);
    entrants.push({
      ...contender,
      async run(tokens) {
        const start = process.hrtime.bigint();
        await ask({ ...task, tokens }, "tokens");
        return Number(process.hrtime.bigint() - start);
      },
    });
  }
  const results = await measure(entrants, plan);
  report.table(`00${version} tokens inside workerd, per token`, results);
  if (version === 6) return;
  report.ratio("workerd, one 007 token, WebCrypto", results, LATCHKEY, IMPORTING, 8);
}
