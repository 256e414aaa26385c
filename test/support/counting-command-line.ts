// Coverage of code that runs in processes of its own: the command line, built once more with
// Istanbul's counters in it. Each process writes its counts when it ends, and they join those of
// the other tests.

import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CoverageMapData, createCoverageMap } from "@vitest/istanbul-lib-coverage";
import { createInstrumenter } from "@vitest/istanbul-lib-instrument";
import { build } from "esbuild";
import { afterAll } from "vitest";
import { commandLineBuild } from "../../scripts/command-line-build.mjs";

/** Where vitest's provider looks for counts, in its process as in ours. */
const STORE = "__VITEST_COVERAGE__";
/** The name of the variable that names the file for a process's counts. */
const FILE_VARIABLE = "TEST_COUNTS_FILE";
const counted: Record<string, CoverageMapData | undefined> = globalThis as never;

interface CountedRun {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Call it when the process has ended. */
  collect(): void;
}

export class CountingCommandLine {
  readonly #folder = mkdtempSync(join(tmpdir(), "latchkey-counts-"));
  readonly #path = join(this.#folder, "cli.mjs");
  readonly #counts = createCoverageMap({});
  #isBuilt: Promise<unknown> | undefined;

  constructor() {
    afterAll(() => {
      this.#counts.merge(counted[STORE] ?? {});
      counted[STORE] = this.#counts.toJSON();
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  async prepare(): Promise<CountedRun> {
    this.#isBuilt ??= buildCounting(this.#path);
    await this.#isBuilt;
    const file = join(this.#folder, randomUUID());
    return {
      path: this.#path,
      env: { [FILE_VARIABLE]: file },
      collect: () => {
        this.#counts.merge(JSON.parse(readFileSync(file, "utf8")));
        rmSync(file);
      },
    };
  }
}

/**
 * Types are replaced by spaces, not compiled away, so that each count belongs to a place in the
 * source itself.
 */
function buildCounting(path: string): Promise<unknown> {
  const instrumenter = createInstrumenter({ esModules: true, coverageVariable: STORE });
  const options = commandLineBuild(path);
  const count = {
    name: "count",
    setup: ({ onLoad }: import("esbuild").PluginBuild) =>
      onLoad({ filter: /\/src\/cli\/[^/]+\.ts$/ }, ({ path: source }) => ({
        contents: instrumenter.instrumentSync(
          stripTypeScriptTypes(readFileSync(source, "utf8").replace(/^#!/, "//")),
          source,
        ),
        loader: "js" as const,
      })),
  };
  const write = `process.on("exit", () => require("fs").writeFileSync(process.env.${FILE_VARIABLE},
    JSON.stringify(globalThis.${STORE})));`;
  return build({
    ...options,
    sourcemap: false,
    plugins: [count, ...(options.plugins ?? [])],
    banner: {
      js: `import { createRequire } from "node:module";
        const require = createRequire(import.meta.url); ${write}`,
    },
  });
}
