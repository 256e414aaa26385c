// Builds the package into dist/:
//   *.js           readable ES modules for Node and bundlers, the WebAssembly inside latchkey.js
//   *.workerd.js   the same for Workers, with the WebAssembly beside them as core.wasm
//   cjs/           the same for require(), and for tools that ignore "exports"
//   client.min.js  the client library for <script type="module">, small
//   cli.js         the command line, with the libraries that it contains and their licenses
//   types/         declarations, and a copy in cjs/: TypeScript wants some for each kind of module
// and client/ and dynamic-key/, for tools that ignore "exports". The core must have been compiled
// before (`npm run build:core`).
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { commandLineBuild, embedModule } from "./command-line-build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const ENTRIES = {
  latchkey: "keys/library",
  "dynamic-key": "keys/dynamic-key",
  client: "client/client",
};
const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2022",
  platform: "neutral",
  legalComments: "none",
  sourcemap: true,
};

/** Properties that only the client library's own files use. */
const INTERNAL_NAMES = [
  // agora-client.ts, events.ts
  ...["passKey", "users", "detach", "onAsk", "onReject", "emit"],
  // environment.ts, server-clock.ts, deadline.ts
  ...["startTimer", "stopTimer", "wallSeconds", "monotonicSeconds", "elapsed", "within"],
  // round.ts
  ...["heldUntil", "canReplace", "issued", "isLast", "request"],
  // demand.ts
  ...["isUrgent", "wait", "release", "serve", "onNeed", "onCalm", "canServe"],
  // options.ts
  "wanted",
  // key-source.ts: the events of a phase
  ...["needed", "calmed", "due", "woken", "received", "failed", "refused", "endedBy"],
];

/** Keeps the import of the WebAssembly in the output, as a file beside it. */
const keepModule = {
  name: "keep-module",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.wasm$/ }, () => ({ path: "./core.wasm", external: true })),
};

/** Of the library there is one copy: latchkey.js, beside the file that is built. */
const keepLibrary = (extension) => ({
  name: "keep-library",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/library\.ts$/ }, () => ({
      path: `./latchkey${extension}`,
      external: true,
    })),
});

rmSync(dist, { recursive: true, force: true });
for (const [name, source] of Object.entries(ENTRIES)) {
  const entry = { ...shared, entryPoints: [`src/${source}.ts`] };
  const embedded = {
    ...entry,
    loader: { ".wasm": "binary" },
    plugins: [embedModule, keepLibrary(".js")],
  };
  await build({ ...embedded, outfile: `dist/${name}.js` });
  // For Node, so that its loader sees the names of the exports.
  await build({ ...embedded, outfile: `dist/cjs/${name}.js`, format: "cjs", platform: "node" });
  if (name === "client") continue;
  const plugins = [keepModule, keepLibrary(".workerd.js")];
  await build({ ...entry, outfile: `dist/${name}.workerd.js`, plugins });
}
await build({
  ...shared,
  entryPoints: ["src/client/client.ts"],
  outfile: "dist/client.min.js",
  minify: true,
  // Every page downloads it, so its internal names are shortened as well.
  mangleProps: new RegExp(`^(${INTERNAL_NAMES.join("|")})$`),
});
await buildCommandLine();
copyFileSync(join(root, "build/core.wasm"), join(dist, "core.wasm"));

writeTypes();
writeJson("dist/cjs/package.json", { type: "commonjs" });
for (const [name, source] of Object.entries(ENTRIES)) {
  if (name === "latchkey") continue;
  writeJson(`${name}/package.json`, {
    main: `../dist/cjs/${name}.js`,
    module: `../dist/${name}.js`,
    types: `../dist/cjs/types/${source}.d.ts`,
    sideEffects: false,
  });
}

async function buildCommandLine() {
  const options = commandLineBuild("dist/cli.js");
  const { metafile } = await build({ ...options, metafile: true });
  chmodSync(join(root, options.outfile), 0o755);
  const { inputs } = metafile.outputs[options.outfile];
  writeLicenses(Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0));
}

/** The licenses of the libraries that are inside ask for this. */
function writeLicenses(inputs) {
  const names = inputs.flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  const texts = [...new Set(names)].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no license file`);
    return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  writeFileSync(join(dist, "cli.licenses.txt"), texts.join(`\n${"-".repeat(72)}\n\n`));
}

/** The declarations that the entries reach. They import each other as the files of dist/ would. */
function writeTypes() {
  const { bin } = createRequire(import.meta.url)("typescript/package.json");
  const tsc = join(root, "node_modules/typescript", bin.tsc);
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  const types = join(dist, "types");
  const reached = new Set();
  const reach = (path) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = readFileSync(path, "utf8").replace(
      /((?:from|import\() ?"\.[^"]+)\.ts"/g,
      (_, before) => `${before}.js"`,
    );
    writeFileSync(path, text);
    for (const [, to] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)\.js"/g)) {
      reach(join(dirname(path), `${to}.d.ts`));
    }
  };
  for (const source of Object.values(ENTRIES)) reach(join(types, `${source}.d.ts`));
  for (const name of readdirSync(types, { recursive: true })) {
    const path = join(types, name);
    if (name.endsWith(".d.ts") && !reached.has(path)) rmSync(path);
  }
  cpSync(types, join(dist, "cjs/types"), { recursive: true });
}

function writeJson(path, value) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${JSON.stringify(value, undefined, 2)}\n`);
}
