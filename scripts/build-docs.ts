// Builds what describes the API, into the static files that the Worker serves: openapi.json from
// the contract, the page /docs with its files, llms.txt and the guides that it names.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { createOpenApi } from "../src/contract/openapi.ts";
import { GUIDES, llmsText, servedGuide } from "./llms-text.ts";
import { renderReference } from "./reference-page.ts";
import { scalarScript } from "./scalar-script.ts";
import { writeAsset } from "./write-asset.ts";

const root = fileURLToPath(new URL("..", import.meta.url).href);

writeAsset("openapi.json", `${JSON.stringify(createOpenApi(), null, 2)}\n`);
writeAsset("llms.txt", llmsText());
for (const name of Object.keys(GUIDES)) {
  writeAsset(`docs/${name}`, servedGuide(readFileSync(`${root}/docs/${name}`, "utf8")));
}
writeAsset("docs.html", renderReference());
writeAsset("docs/scalar.js", scalarScript());
writeAsset("docs/icon.svg", readFileSync(`${root}/src/console/icon.svg`));

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: {
    "show-reference": "src/reference/show-reference.ts",
    style: "src/reference/reference.css",
  },
  outdir: "docs",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  write: false,
});
for (const { path, contents } of outputFiles) writeAsset(`docs/${basename(path)}`, contents);
