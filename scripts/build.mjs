// Builds the scripts of the package: dist/latchkey.js (the library for Node and browsers, with the
// WebAssembly inside), dist/latchkey.workerd.js (for Workers, with the WebAssembly beside it as
// core.wasm) and dist/client.js (the client library, small). `npm run build:core` must have
// compiled the core before; tsc writes the types after.
import { copyFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const shared = {
  absWorkingDir: root,
  entryPoints: ["src/keys/library.ts"],
  bundle: true,
  format: "esm",
  target: "es2022",
  platform: "neutral",
  legalComments: "none",
};

/** Properties that only the client library's own files use. */
const INTERNAL_NAMES = [
  // agora-client.ts, events.ts
  ...["passKey", "users", "detach", "onAsk", "onReject", "emit"],
  // environment.ts, server-clock.ts, deadline.ts
  ...["startTimer", "stopTimer", "wallSeconds", "monotonicSeconds", "elapsed", "within"],
  // round.ts
  ...["heldUntil", "issued", "isLast", "request"],
  // demand.ts
  ...["isUrgent", "wait", "release", "serve", "onNeed", "onCalm", "canServe"],
  // options.ts
  "wanted",
  // key-source.ts: the events of a phase
  ...["needed", "calmed", "due", "woken", "received", "failed", "refused", "endedBy"],
];

/** Takes the embedded module instead of the one that Workers import. */
const embedModule = {
  name: "embed-module",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/module\.ts$/ }, ({ resolveDir }) => ({
      path: `${resolveDir}/module.embedded.ts`,
    })),
};

/** Keeps the import of the WebAssembly in the output, as a file beside it. */
const keepModule = {
  name: "keep-module",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.wasm$/ }, () => ({ path: "./core.wasm", external: true })),
};

await rm(`${root}/dist`, { recursive: true, force: true });
await build({
  ...shared,
  outfile: "dist/latchkey.js",
  loader: { ".wasm": "binary" },
  plugins: [embedModule],
});
await build({ ...shared, outfile: "dist/latchkey.workerd.js", plugins: [keepModule] });
await copyFile(`${root}/build/core.wasm`, `${root}/dist/core.wasm`);
await build({
  ...shared,
  entryPoints: ["src/client/client.ts"],
  outfile: "dist/client.js",
  minify: true,
  sourcemap: true,
  // Every app downloads it, so its internal names are shortened as well.
  mangleProps: new RegExp(`^(${INTERNAL_NAMES.join("|")})$`),
});
