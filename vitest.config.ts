import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig, type Plugin } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url).href);
const exactly = (name: string, path: string) => ({
  find: new RegExp(`^${name}$`),
  replacement: at(path),
});

/** Source that runs in Node gets the core as scripts/build.mjs puts it into the library: from bytes, by module.embedded.ts. */
const embedCore: Plugin = {
  name: "embed-core",
  enforce: "pre",
  resolveId: (id, importer) =>
    id === "./module.ts" && importer?.startsWith(at("src/wasm/"))
      ? at("src/wasm/module.embedded.ts")
      : undefined,
  load: (id) =>
    id.endsWith(".wasm")
      ? `import { readFileSync } from "node:fs"; export default readFileSync(${JSON.stringify(id)});`
      : undefined,
};

/** `npm test` fuzzes a little, and always the same; `npm run fuzz` the whole, with the seed that it prints. */
const fuzz = {
  seed: Number(process.env.FUZZ_SEED ?? 1),
  share: Number(process.env.FUZZ_SHARE ?? 0.02),
};

// Tests of keys and of the core run twice: on the shipped library in Node, and on the source inside workerd.
export default defineConfig({
  test: {
    coverage: {
      provider: "istanbul",
      include: ["src/**/*.ts"],
      reporter: ["text", "json-summary"],
      thresholds: { statements: 95 },
    },
    projects: [
      {
        plugins: [embedCore],
        resolve: {
          alias: [
            exactly("latchkey", "dist/latchkey.js"),
            exactly("latchkey/client", "src/client.ts"),
          ],
        },
        test: {
          name: "node",
          include: [
            "test/{core,keys,node,e2e,client,scripts,recipes,console}/**/*.test.ts",
            "test/fuzz/{core,inspect,sockets}.test.ts",
          ],
          provide: { fuzz },
          environment: "node",
          // Some start processes: these only end what hangs.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The client library as it ships, shortened names and all.
        resolve: { alias: [exactly("latchkey/client", "dist/client.js")] },
        test: {
          name: "shipped client",
          include: ["test/client/**/*.test.ts"],
          exclude: ["test/client/crowd.test.ts"],
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        resolve: { alias: [exactly("latchkey", "src/keys/library.ts")] },
        test: {
          name: "workerd",
          include: [
            "test/{core,keys,access,http,revocations}/**/*.test.ts",
            "test/fuzz/{grants,http}.test.ts",
          ],
          provide: { fuzz },
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          environment: "node",
          globalSetup: "test/browser/support/setup.ts",
          // A browser on a busy machine takes its time; no test is about how long.
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
