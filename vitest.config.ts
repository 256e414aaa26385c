import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url).href);

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
        resolve: { alias: { latchkey: at("dist/core.js") } },
        test: { name: "node", include: ["test/{core,keys,node,e2e,client,scripts,recipes}/**/*.test.ts"], environment: "node" },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        resolve: { alias: { latchkey: at("src/core.ts") } },
        test: { name: "workerd", include: ["test/{core,keys,access,http}/**/*.test.ts"] },
      },
    ],
  },
});
