// Builds the console: src/console → build/console, which the Worker serves. One script, one style sheet, one page.
import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = `${root}/build/console`;

// Nothing is deleted first: `wrangler dev` watches the folder, and would serve what is missing meanwhile.
await mkdir(out, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: { "console/console": "src/console/main.ts", "console/style": "src/console/style/index.css" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});
await Promise.all([
  copyFile(`${root}/src/console/index.html`, `${out}/index.html`),
  copyFile(`${root}/src/console/icon.svg`, `${out}/console/icon.svg`),
]);
