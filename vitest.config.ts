import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig, type Plugin } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url).href);
const exactly = (name: string, path: string) => ({
  find: new RegExp(`^${name}$`),
  replacement: at(path),
});

/** In Node, source gets the core as scripts/build.mjs puts it into the library: from bytes, by module.embedded.ts. */
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

const insideWorkerd = () => ({
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
  resolve: {
    alias: [
      exactly("latchkey", "src/keys/library.ts"),
      exactly("latchkey/dynamic-key", "src/keys/dynamic-key.ts"),
    ],
  },
});

/** `npm test` does a part of the fuzzing, always the same; `npm run fuzz` does all of it, with a seed that it prints. */
const fuzz = {
  seed: Number(process.env.FUZZ_SEED ?? 1),
  share: Number(process.env.FUZZ_SHARE ?? 0.02),
};

/** `npm test` simulates a small crowd of clients, `npm run simulate` a large one. */
const crowdClients = Number(process.env.CROWD_CLIENTS ?? 10_000);

/** Processes count for themselves what they cover, where that is asked for. */
const hasCoverage = process.argv.includes("--coverage");

// Tests of keys and of the core run twice: on the shipped library in Node, and on the source inside workerd.
export default defineConfig({
  test: {
    // Many tests wait for another process: with one worker less, as is the default, a processor would be idle.
    maxWorkers: "100%",
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
            exactly("latchkey/dynamic-key", "dist/dynamic-key.js"),
            exactly("latchkey/client", "src/client/client.ts"),
          ],
        },
        test: {
          name: "node",
          include: [
            "test/{cli,contract,core,keys,node,client,scripts,console}/**/*.test.ts",
            "test/fuzz/{core,inspect}.test.ts",
          ],
          provide: { fuzz, crowdClients, hasCoverage },
          // Some start processes: these limits only end what hangs.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The Worker as it is deployed, in processes of its own.
        test: {
          name: "e2e",
          include: ["test/{e2e,recipes}/**/*.test.ts", "test/fuzz/sockets.test.ts"],
          globalSetup: "test/support/worker/setup.ts",
          provide: { fuzz, hasCoverage },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The client library as it ships. Only its shortened names differ from the source, so tests
        // of timing (calls of hours, crowds, random faults) need not run twice.
        resolve: { alias: [exactly("latchkey/client", "dist/client.min.js")] },
        test: {
          name: "shipped client",
          include: [
            "test/client/{abort,agora-client,close,failures,grant-secrecy,key-source,options}.test.ts",
          ],
        },
      },
      {
        ...insideWorkerd(),
        test: {
          name: "workerd",
          include: [
            "test/{keys,auth,http,telemetry}/**/*.test.ts",
            "test/fuzz/{grants,http,log}.test.ts",
          ],
          provide: { fuzz },
          // A workerd for each file would take half of the time.
          isolate: false,
        },
      },
      {
        // Tests that see the core's modules load, or start nearly as many timers as workerd allows an isolate.
        ...insideWorkerd(),
        test: {
          name: "workerd, isolated",
          include: ["test/{core,revocations}/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          environment: "node",
          globalSetup: ["test/support/worker/setup.ts", "test/browser/support/setup.ts"],
          // A browser on a busy machine is slow, and no test is about its speed.
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
