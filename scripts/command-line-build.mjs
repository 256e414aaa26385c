// How the command line is built: one file, since the package brings no dependency. Tests build it
// in the same way, with counters in it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Takes the embedded module instead of the one that Workers import. */
export const embedModule = {
  name: "embed-module",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/module\.ts$/ }, ({ resolveDir }) => ({
      path: `${resolveDir}/module.embedded.ts`,
    })),
};

/** Options of esbuild. */
export function commandLineBuild(outfile) {
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
  return {
    absWorkingDir: root,
    entryPoints: ["src/cli/command-line.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    legalComments: "none",
    sourcemap: true,
    loader: { ".wasm": "binary" },
    plugins: [embedModule],
    define: { LATCHKEY_VERSION: JSON.stringify(version) },
  };
}
