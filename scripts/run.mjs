// Runs a TypeScript program of this repository that shares code with the tests: `node scripts/run.mjs soak/main.ts -- …`
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const [entry, ...args] = process.argv.slice(2);
// As deep as test/support, whose files find the root from where they are.
const outfile = `${root}build/run/${entry.replace(/\W+/g, "-")}.mjs`;
await build({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
});
process.argv = [process.argv[0], outfile, ...args];
await import(outfile);
