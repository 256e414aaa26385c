// `npm run simulate`: the crowd simulation of test/client/crowd.test.ts with 100,000 clients, or as
// many as CROWD_CLIENTS says. `npm test` does it with 10,000.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [`${root}/node_modules/vitest/vitest.mjs`, "run", "test/client/crowd.test.ts"],
  { cwd: root, stdio: "inherit", env: { CROWD_CLIENTS: "100000", ...process.env } },
);
process.exit(status ?? 1);
