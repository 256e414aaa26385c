import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createOpenApi } from "../../src/contract/openapi.ts";

const require = createRequire(import.meta.url);
const REDOCLY = join(dirname(require.resolve("@redocly/cli/package.json")), "bin/cli.js");

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-test-"));
  await writeFile(join(directory, "redocly.yaml"), "extends: [recommended]\ntelemetry: off\n");
});

afterAll(() => rm(directory, { recursive: true, force: true }));

interface Report {
  readonly totals: { readonly errors: number; readonly warnings: number };
  readonly problems: readonly {
    readonly ruleId: string;
    readonly location: readonly { readonly pointer: string }[];
  }[];
}

async function lint(document: unknown): Promise<{ code: number; report: Report }> {
  const file = join(directory, "openapi.json");
  await writeFile(file, JSON.stringify(document));
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
    CI: "true",
  };
  const args = [
    REDOCLY,
    "lint",
    file,
    "--config",
    join(directory, "redocly.yaml"),
    "--format",
    "json",
  ];
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, report: JSON.parse(output.slice(output.indexOf("{"))) as Report };
}

test("the document passes the linter's recommended rules without a warning, and the linter finds what is wrong", async () => {
  const document = createOpenApi();
  const { code, report } = await lint(document);
  expect(report.totals.errors).toBe(0);
  expect(
    report.problems.map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer}`),
  ).toEqual([]);
  expect(code).toBe(0);

  const broken = await lint({
    ...document,
    paths: { ...(document.paths as object), "/broken": { get: { responses: {} } } },
  });
  expect(broken.report.totals.errors).toBeGreaterThan(0);
  expect(broken.code).not.toBe(0);
});
