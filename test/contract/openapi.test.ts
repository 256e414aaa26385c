import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOpenApi } from "../../src/contract/openapi.ts";
import * as requests from "../../src/contract/requests.ts";
import { TokenRequest } from "../../src/contract/token-request.ts";

const require = createRequire(import.meta.url);
const REDOCLY = join(dirname(require.resolve("@redocly/cli/package.json")), "bin/cli.js");

/** Beside the recommended rules: each example is what its schema says. */
const RULES = `extends: [recommended]
telemetry: off
rules:
  no-invalid-schema-examples: error
  no-invalid-media-type-examples: error
`;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "latchkey-test-"));
  await writeFile(join(directory, "redocly.yaml"), RULES);
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

interface Field {
  readonly type: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly description: string;
}
interface RequestSchema {
  readonly properties: Readonly<Record<string, Field>>;
  readonly required: readonly string[];
  readonly examples?: readonly unknown[];
}
const document = createOpenApi() as {
  components: { schemas: Record<string, RequestSchema> };
  paths: Record<string, Record<string, { responses: Record<string, { headers?: object }> }>>;
};
const REQUESTS = {
  KeyRequest: requests.KeyRequest,
  KeysRequest: requests.KeysRequest,
  TokenRequest,
  InspectRequest: requests.InspectRequest,
  GrantRequest: requests.GrantRequest,
  RevocationRequest: requests.RevocationRequest,
} as const;

describe("the bounds of the document are those that the service checks:", () => {
  const fields = Object.entries(REQUESTS).flatMap(([name, schema]) =>
    Object.entries(document.components.schemas[name]?.properties ?? {}).map(
      ([field, described]) => [`${name}.${field}`, schema, field, described] as const,
    ),
  );

  test("every field of every request is there, and required where the service needs it", () => {
    for (const [name, schema] of Object.entries(REQUESTS)) {
      const described = document.components.schemas[name];
      expect(Object.keys(described?.properties ?? {})).toEqual(Object.keys(schema.entries));
      const missing = v.safeParse(schema as v.GenericSchema, {}).issues ?? [];
      expect(described?.required ?? []).toEqual(missing.map(({ path }) => path?.[0]?.key));
    }
  });

  test.each(fields)("%s", (_name, schema, field, described) => {
    const isValid = (value: unknown) => {
      const { issues = [] } = v.safeParse(schema as v.GenericSchema, { [field]: value });
      return !issues.some(({ path }) => path?.[0]?.key === field);
    };
    expect(described.description).toMatch(/^[A-Z0-9]/);
    if (described.type === "integer") {
      const { minimum = Number.NaN, maximum = Number.NaN } = described;
      expect([minimum, maximum].map(isValid)).toEqual([true, true]);
      expect([minimum - 1, maximum + 1, minimum + 0.5, "1", null].some(isValid)).toBe(false);
    }
    if (described.enum) {
      expect(described.enum.every(isValid)).toBe(true);
      expect(isValid("none of these")).toBe(false);
    }
    if (described.maxLength !== undefined) {
      const { minLength = 0, maxLength } = described;
      expect([minLength, maxLength].map((length) => isValid("a".repeat(length)))).toEqual([
        true,
        true,
      ]);
      expect(isValid("a".repeat(maxLength + 1))).toBe(false);
      if (minLength > 0) expect(isValid("a".repeat(minLength - 1))).toBe(false);
    }
    if (described.pattern !== undefined) {
      const pattern = new RegExp(described.pattern);
      for (let code = 0; code < 256; code++) {
        const text = String.fromCharCode(code);
        expect([text, pattern.test(text)]).toEqual([text, isValid(text)]);
      }
    }
  });
});

test("what every request for a key needs comes first, and what only tests give comes last", () => {
  const orders = [
    ["KeyRequest", ["channel", "uid", "account"]],
    ["KeysRequest", ["channel", "uids", "accounts"]],
  ] as const;
  for (const [name, first] of orders) {
    const fields = Object.keys(document.components.schemas[name]?.properties ?? {});
    expect(fields.slice(0, 3)).toEqual(first);
    expect(fields.slice(-3)).toEqual(["issuedAt", "randomInt", "expiresAt"]);
  }
});

test("every schema has an example, and one that does not fit its schema is found", async () => {
  const { schemas } = document.components;
  for (const [name, { examples }] of Object.entries(schemas)) {
    expect([name, examples?.length]).toEqual([name, 1]);
  }
  const wrong = { ...schemas.IssuedKey, examples: [{ key: "005", version: "5" }] };
  const changed = structuredClone(document);
  Object.assign(changed.components.schemas, { IssuedKey: wrong });
  const { problems } = (await lint(changed)).report;
  const rules = new Set(problems.map(({ ruleId }) => ruleId));
  expect(rules).toContain("no-invalid-schema-examples");
});

test("no field has a default: generators would make it required", () => {
  expect(JSON.stringify(document.components)).not.toContain('"default"');
});

test("Retry-After is described wherever it may be sent", () => {
  for (const methods of Object.values(document.paths)) {
    for (const { responses } of Object.values(methods)) {
      const isProblem = responses["401"] !== undefined;
      for (const status of isProblem ? ["429", "503"] : []) {
        expect(Object.keys(responses[status]?.headers ?? {})).toEqual(["Retry-After"]);
      }
    }
  }
});
