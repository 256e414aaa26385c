// Builds the console: src/console → build/assets, which the Worker serves. One script, one style
// sheet, one page.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = `${root}/build/assets`;

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: {
    "console/console": "src/console/main.ts",
    "console/style": "src/console/style/index.css",
  },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  write: false,
});
for (const { path, contents } of outputFiles) await put(path, contents);
await put(`${out}/index.html`, await readFile(`${root}/src/console/index.html`));
await put(`${out}/console/icon.svg`, await readFile(`${root}/src/console/icon.svg`));

/** Replaces the file as a whole, and only if it changed: a running service may be reading it. */
async function put(path, contents) {
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}.new`, contents);
  await rename(`${path}.${process.pid}.new`, path);
}
