// Each step of the documents is run as it is printed, against a local deployment; or
// CONTRIBUTING.md names it among those that this can't run, and why. (test/scripts/snippets.test.ts
// runs their JavaScript.)

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Document, mismatches } from "../support/openapi.ts";
import { SECRETS, settings } from "../support/settings.ts";
import { runWrangler } from "../support/worker/bundle.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

const root = fileURLToPath(new URL("../..", import.meta.url).href);
/** Where `npm start` answers, by the documents. */
const LOCAL_URL = "http://localhost:8787";
const WINDOWS = process.platform === "win32";

interface Block {
  readonly place: string;
  readonly language: string;
  readonly code: string;
  /** The block of JSON right behind it: what it prints. */
  readonly prints: string | undefined;
  /** The credential that the words before it name, as in "With a grant:". */
  readonly credential: "grant" | "service key" | undefined;
}

const FENCE = /^( *)```(sh|json)\n([\s\S]*?)^ *```$/gm;
const documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].concat(
  globSync("docs/**/*.md", { cwd: root }).sort(),
);
const blocks = documents.flatMap(blocksOf);

function blocksOf(document: string): Block[] {
  const markdown = readFileSync(join(root, document), "utf8");
  return Array.from(markdown.matchAll(FENCE), (match) => {
    const [all, indent = "", language = "", code = ""] = match;
    const behind = markdown.slice(match.index + all.length);
    return {
      place: `${document}:${markdown.slice(0, match.index).split("\n").length}`,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      prints: /^\n\n```json\n([\s\S]*?)^```$/m.exec(behind)?.[1],
      credential: credentialIn(markdown.slice(0, match.index)),
    };
  });
}

function credentialIn(before: string): Block["credential"] {
  const named = /\bWith a (grant|service key)\b[^.]*:\s*$/.exec(before.slice(-200))?.[1];
  return named as Block["credential"];
}

/** CONTRIBUTING.md's table of steps that can't be run here: how each begins. */
const exceptions = Array.from(
  (readFileSync(join(root, "CONTRIBUTING.md"), "utf8").split("## Steps in the documents")[1] ?? "")
    .split("\n## ")[0]
    ?.matchAll(/^\| `([^`]+)`/gm) ?? [],
  ([, step = ""]) => step,
);

let worker: RunningWorker;
/** What of a clone the steps use, after `npm start` made its secrets. */
let clone: string;

beforeAll(async () => {
  worker = await startWorker(inject("bundle"), { settings: settings() });
  clone = mkdtempSync(join(tmpdir(), "latchkey-steps-"));
  mkdirSync(join(clone, "scripts"));
  for (const name of ["secret.mjs", "new-secret.mjs", "dev"])
    cpSync(join(root, "scripts", name), join(clone, "scripts", name), { recursive: true });
  for (const name of ["node_modules", "docs"])
    symlinkSync(join(root, name), join(clone, name), "junction");
  const vars = Object.entries(SECRETS).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(clone, ".dev.vars"), vars.join(""));
});

afterAll(async () => {
  await worker?.stop();
  rmSync(clone, { recursive: true, force: true });
});

/** test/e2e/command-line-examples.test.ts runs the command line's, and compares what they print. */
const COMMAND_LINE = "docs/command-line.md";
const steps = blocks.filter(
  ({ place, language, code }) =>
    language === "sh" &&
    !place.startsWith(COMMAND_LINE) &&
    !exceptions.some((step) => code.includes(step)),
);

test("there are steps, and every exception is still in a document", () => {
  expect(steps.length).toBeGreaterThan(3);
  const all = documents.map((path) => readFileSync(join(root, path), "utf8")).join("\n");
  // Once in CONTRIBUTING.md's own table.
  const unused = exceptions.filter((step) => all.split(step).length < 3);
  expect(unused).toEqual([]);
});

describe.skipIf(WINDOWS).each(steps)("$place", ({ code, prints }) => {
  test("runs as it is printed", async (context) => {
    // A test asks no other machine.
    const others = /\b(npm|npx|git) |https:\/\//.exec(code)?.[0];
    expect(others, "CONTRIBUTING.md must name this step: it can't be run here").toBeUndefined();
    // Only Node and npm are promised, and these steps are for people who have Python.
    if (/\bpython3 /.test(code) && !hasPython()) context.skip("python3 is not installed here");
    const output = await runStep(code.replaceAll(LOCAL_URL, worker.url));
    if (prints === undefined) return expect(output).toMatch(/\S/);
    const printed = JSON.parse(output) as object;
    expect(printed).not.toHaveProperty("code");
    expect(Object.keys(printed)).toEqual(Object.keys(JSON.parse(prints)));
  });
});

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function runStep(command: string): Promise<string> {
  const child = spawn("sh", ["-ec", command], {
    cwd: clone,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  if (status !== 0) throw new Error(`${command}\n${stdout}${stderr}`);
  return stdout;
}

describe("JSON in the documents:", () => {
  let document: Document;
  let credentials: string[];

  beforeAll(async () => {
    document = (await (await fetch(`${worker.url}/openapi.json`)).json()) as Document;
    const asked = {
      channels: ["room-1", "team-*"],
      uid: 42,
      services: ["mediaChannel", "rtm", "chat"],
      expiresIn: 3600,
    };
    const { grant } = (await (await post("/v1/grants", asked)).json()) as { grant: string };
    credentials = [SECRETS.SERVICE_KEY, grant];
  });

  test.each(blocks.filter(({ language }) => language === "json"))(
    "$place is a request that succeeds, a response as described, SERVICE_KEYS or a line of the log",
    async ({ code, credential }) => {
      const value = JSON.parse(code) as object;
      if (Array.isArray(value)) return expect(await isReadyWith({ SERVICE_KEYS: code })).toBe(true);
      if ("type" in value && value.type === "audit")
        return expect(Object.keys(await auditLine())).toEqual(Object.keys(value));
      const fitting = Object.entries(document.components.schemas)
        .filter(([, schema]) => mismatches(document, schema, value).length === 0)
        .map(([name]) => name);
      expect(fitting).not.toEqual([]);
      const path = REQUEST_PATHS[fitting[0] ?? ""];
      if (path === undefined) return;
      const responses = credentials.map((credential) => post(path, value, credential));
      const statuses = (await Promise.all(responses)).map(({ status }) => status);
      // What a grant's request leaves out is the grant's, so one of both may be refused.
      expect(statuses).toContain(200);
      if (credential) expect(statuses[credential === "grant" ? 1 : 0]).toBe(200);
    },
  );
});

/** What the service writes when it makes a key. */
async function auditLine(): Promise<object> {
  await post("/v1/keys", { channel: "audited", uid: 42 });
  const isLine = () =>
    worker
      .output()
      .split("\n")
      .find((line) => line.includes('"audited"'));
  await expect.poll(isLine).toContain('"audited"');
  return JSON.parse(isLine()?.replace(/^[^{]*/, "") ?? "") as object;
}

async function isReadyWith(setting: Readonly<Record<string, string>>): Promise<boolean> {
  const other = await startWorker(inject("bundle"), { settings: settings(setting) });
  try {
    return (await fetch(`${other.url}/ready`)).ok;
  } finally {
    await other.stop();
  }
}

const REQUEST_PATHS: Readonly<Record<string, string>> = {
  KeyRequest: "/v1/keys",
  KeysRequest: "/v1/keys/batch",
  TokenRequest: "/v1/tokens",
  InspectRequest: "/v1/keys/inspect",
  GrantRequest: "/v1/grants",
};

function post(
  path: string,
  body: object,
  credential: string = SECRETS.SERVICE_KEY,
): Promise<Response> {
  return fetch(worker.url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

test("wrangler knows the commands that the documents name", async () => {
  const named = documents.flatMap((path) =>
    Array.from(
      readFileSync(join(root, path), "utf8").matchAll(
        /\b(?:npx)\s+wrangler ([a-z]+)(?: ([a-z]+))?/g,
      ),
      ([, command = "", subcommand]) => [command, subcommand] as const,
    ),
  );
  const groups = new Set(["secret", "deployments"]);
  const help = new Map<string, string>();
  for (const name of ["", ...groups])
    help.set(name, await runWrangler(...[name, "--help"].filter(Boolean)));
  expect(named.length).toBeGreaterThan(5);
  for (const [command, subcommand] of named) {
    expect(help.get("")).toMatch(new RegExp(`^ +wrangler ${command} `, "m"));
    if (groups.has(command))
      expect(help.get(command)).toMatch(new RegExp(`^ +wrangler ${command} ${subcommand} `, "m"));
  }
});
