// Coverage of code that only runs in a browser. The page gets the console's script built once more,
// with Istanbul's counters in it, and the counts join those of the other tests.
// (test/browser/safety.test.ts tests the script that ships.)

import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { type CoverageMapData, createCoverageMap } from "@vitest/istanbul-lib-coverage";
import { createInstrumenter } from "@vitest/istanbul-lib-instrument";
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";

/** Where vitest's provider looks for counts, in its process as in the page. */
const STORE = "__VITEST_COVERAGE__";
const counted: Record<string, CoverageMapData | undefined> = globalThis as never;

let script: Promise<string> | undefined;

/**
 * Serves the counting script instead of the one that ships, and collects the counts when the
 * context closes.
 */
export async function countCoverage(context: BrowserContext, page: Page): Promise<void> {
  script ??= buildCountingScript();
  const body = await script;
  await page.route("**/console/console.js", (route) =>
    route.fulfill({ body, contentType: "text/javascript" }),
  );
  const close = context.close.bind(context);
  context.close = async (options) => {
    const counts = await page.evaluate((store) => (globalThis as never)[store], STORE);
    counted[STORE] = joined(counted[STORE], counts);
    await close(options);
  };
}

function joined(
  known: CoverageMapData | undefined,
  counts: CoverageMapData | undefined,
): CoverageMapData {
  const map = createCoverageMap(known ?? {});
  map.merge(counts ?? {});
  return map.toJSON();
}

/**
 * Types are replaced by spaces, not compiled away, so that each count belongs to a place in the
 * source itself.
 */
async function buildCountingScript(): Promise<string> {
  const instrumenter = createInstrumenter({
    esModules: true,
    coverageVariable: STORE,
    coverageGlobalScope: "globalThis",
    // The page's policy evaluates no text.
    coverageGlobalScopeFunc: false,
  });
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../../../src/console/main.ts", import.meta.url).href)],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    plugins: [
      {
        name: "count",
        setup: ({ onLoad }) =>
          onLoad({ filter: /\/console\/(main|page\/[^/]+)\.ts$/ }, async ({ path }) => ({
            contents: instrumenter.instrumentSync(
              stripTypeScriptTypes(await readFile(path, "utf8")),
              path,
            ),
            loader: "js",
          })),
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}
