// Builds the console: src/console → build/assets, which the Worker serves. One script, one style
// sheet, one page.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeAsset } from "./write-asset.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { console: "src/console/main.ts", style: "src/console/style/index.css" },
  outdir: "console",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  write: false,
});
for (const { path, contents } of outputFiles) writeAsset(`console/${basename(path)}`, contents);
writeAsset("index.html", readFileSync(`${root}/src/console/index.html`));
writeAsset("console/icon.svg", readFileSync(`${root}/src/console/icon.svg`));
