// The contenders inside bare workerd, which is what runs a Worker in production. `npx node bench/workerd.ts [--quick]`

import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startProcess } from "../test/support/worker/worker-process.ts";
import { type Entrant, measure, type Plan } from "./measure.ts";
import { Report } from "./report.ts";
import { check, vectorOf } from "./sample.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = `${root}build/bench`;
const quick = process.argv.includes("--quick");
const plan: Plan = quick
  ? { rounds: 25, warmUpMs: 300, shareMs: 10 }
  : { rounds: 61, warmUpMs: 1000, shareMs: 10 };

mkdirSync(out, { recursive: true });
copyFileSync(`${root}dist/core.wasm`, `${out}/core.wasm`);
await build({
  absWorkingDir: root,
  entryPoints: ["bench/workerd/worker.ts"],
  bundle: true,
  format: "esm",
  target: "es2023",
  external: ["./core.wasm"],
  outfile: `${out}/worker.js`,
});
const main = { directory: out, compatibilityDate: "2026-10-01" };
const server = await startProcess({ workers: { main } });
const url = `http://127.0.0.1:${server.ports.get("main")}/`;

async function ask(task: object): Promise<string> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(task) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

const report = new Report(
  "workerd",
  `In bare workerd: ${plan.rounds} interleaved rounds after ${plan.warmUpMs} ms of warm-up each, medians`,
);
const WEB_CRYPTO = "WebCrypto, key cached";

try {
  for (const version of [4, 5] as const) {
    const fields = vectorOf(version);
    const { appId, appCertificate } = fields;
    const entrants: Entrant[] = [];
    for (const [name, contender, keysPerRound] of [
      ["latchkey, batches of 1000", "batch", 50_000],
      ["latchkey", "latchkey", 20_000],
      ["pure TypeScript, midstates", "pureTypeScript", 10_000],
      [WEB_CRYPTO, "webCrypto", 3_000],
    ] as const) {
      const task = { contender, appId, appCertificate };
      await check(name, fields, (given) => ask({ ...task, fields: given }));
      entrants.push({
        name,
        keysPerRound,
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
      "latchkey",
      WEB_CRYPTO,
      6.5,
    );
    report.ratio(
      `workerd, batch of 1,000, version ${version}, WebCrypto`,
      results,
      "latchkey, batches of 1000",
      WEB_CRYPTO,
      25,
    );
  }
  report.end();
} finally {
  await server.kill();
}
