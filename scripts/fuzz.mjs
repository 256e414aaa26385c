// `npm run fuzz`: every fuzz test whole, with a new seed that is printed. FUZZ_SEED repeats a run,
// FUZZ_SHARE makes it shorter (1 = all). `npm test` does a fiftieth, always with the same seed. The
// matrix of who may have what is in it too.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const seed = process.env.FUZZ_SEED ?? String(Math.floor(Date.now() / 1000));
const share = process.env.FUZZ_SHARE ?? "1";
console.log(`FUZZ_SEED=${seed} FUZZ_SHARE=${share}`);
const { status } = spawnSync(
  process.execPath,
  [
    `${root}/node_modules/vitest/vitest.mjs`,
    "run",
    "test/fuzz",
    "test/auth/generated-matrix.test.ts",
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, FUZZ_SEED: seed, FUZZ_SHARE: share },
  },
);
console.log(`FUZZ_SEED=${seed}: ${status === 0 ? "all passed" : "failed"}`);
process.exit(status ?? 1);
