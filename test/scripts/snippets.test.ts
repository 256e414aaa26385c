// The JavaScript of README.md and docs/*.md is compiled against the installed package and run, as
// it is printed there. What a snippet takes from its surroundings is in CONTEXTS.

import { globSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { inspect } from "latchkey";
import { afterAll, describe, expect, test } from "vitest";
import { installPackage, root } from "./installed-package.ts";

const installed = installPackage();
afterAll(() => installed.remove());
symlinkSync(
  join(root, "node_modules/jose"),
  join(installed.folder, "node_modules/jose"),
  "junction",
);

const CLIENT_FILE = "./node_modules/latchkey/dist/client.min.js";

interface Context {
  /** A part of the snippet's text that no other has. */
  readonly marker: string;
  /** Declarations of what the snippet uses and does not make. */
  readonly declares: string;
  /** The same with values: a program that runs before. */
  readonly values: string;
  /** What the snippet made: an expression, printed as JSON. */
  readonly made: string;
  readonly verify: (made: never) => void;
}

const HEX = "0123456789abcdef0123456789abcdef";
const PROJECT = `Object.assign(globalThis, { appId: "${HEX}", appCertificate: "${HEX}" });`;

/** A response of the service to any request, and a client of the web SDK that only remembers. */
const ISSUED = {
  ...{ key: "007-made-up", version: 7, service: "mediaChannel", appId: HEX, channel: "room-1" },
  ...{ uid: 42, randomInt: 1, issuedAt: 1795503369, joinBefore: 1795503669 },
  ...{ expiresAt: 1795506969, renewAt: 1795505169, serverTime: 1795503369 },
};
const SERVICE = `
  globalThis.asked = [];
  globalThis.fetch = async (url, init) => {
    asked.push([String(url), init?.headers?.Authorization ?? init?.headers?.authorization]);
    return Response.json(String(url).endsWith("grant") ? { grant: "a.b.c" } : ${JSON.stringify(ISSUED)});
  };`;
const SDK = `${SERVICE}
  const joined = [];
  const client = { joined, join: async (...how) => void joined.push(...how), renewToken() {}, on() {}, off() {} };
  Object.assign(globalThis, { client, grant: "a.b.c", AgoraRTC: { VERSION: "4.24.8", createClient: () => client } });`;
const SDK_TYPES = `
  interface Client {
    join(appId: string, channel: string, key: string | null, uid: string | number): Promise<void>;
    renewToken(key: string | null): Promise<void>;
    on(event: string, listener: () => void): void;
    off(event: string, listener: () => void): void;
  }
  declare const client: Client;
  declare const grant: string;
  declare const AgoraRTC: { VERSION: string; createClient(config: object): Client };`;

/** The arguments of the client's join, and the addresses that were asked. */
const joins = {
  declares: SDK_TYPES,
  values: SDK,
  made: "(keys.close(), [client.joined, asked.map(([url]) => url)])",
  verify([joined, urls]: [unknown[], string[]]) {
    expect(joined).toEqual([HEX, "room-1", ISSUED.key, ISSUED.uid]);
    expect(urls).toContain("https://keys.example.com/v1/keys");
  },
};

const CONTEXTS: readonly Context[] = [
  { marker: "always fresh enough to join with", ...joins },
  { marker: "AgoraRTC.createClient", ...joins },
  {
    marker: "grant: publisherGrant",
    declares: `${SDK_TYPES}
      declare const createKeySource: typeof import("latchkey/client").createKeySource;
      declare const options: import("latchkey/client").KeySourceOptions;
      declare const publisherGrant: string;
      declare let keys: ReturnType<typeof createKeySource>;`,
    values: `import { createKeySource } from "latchkey/client";
      ${SDK}
      const options = { endpoint: "https://keys.example.com", grant: "a.b.c", channel: "room-1" };
      const passed = [];
      client.renewToken = (token) => passed.push(token);
      const keys = createKeySource(options);
      Object.assign(globalThis, { createKeySource, options, passed, keys, publisherGrant: "d.e.f" });`,
    made: "(keys.close(), [passed, asked.at(-1)])",
    verify([passed, asked]: [string[], string[]]) {
      expect(passed).toEqual([ISSUED.key]);
      expect(asked).toEqual(["https://keys.example.com/v1/keys", "Bearer d.e.f"]);
    },
  },
  {
    marker: 'from "/client.min.js"',
    declares: "",
    values: "",
    made: "typeof createKeySource",
    verify: (made: string) => expect(made).toBe("function"),
  },
  {
    marker: "process.env.LATCHKEY_URL",
    declares: "declare const process: { env: Record<string, string> };",
    values: `${SERVICE} Object.assign(process.env, { LATCHKEY_URL: "https://keys.example.com/", SERVICE_KEY: "s" });`,
    made: "[key, expiresAt, ...asked]",
    verify(made: unknown[]) {
      const { key, expiresAt } = ISSUED;
      expect(made).toEqual([key, expiresAt, ["https://keys.example.com/v1/keys", "Bearer s"]]);
    },
  },
  {
    marker: "env.LATCHKEY.fetch",
    declares: "declare const env: { LATCHKEY: { fetch: typeof fetch }; SERVICE_KEY: string };",
    values: `${SERVICE} globalThis.env = { LATCHKEY: { fetch }, SERVICE_KEY: "s" };`,
    made: "[key, expiresAt, ...asked]",
    verify(made: unknown[]) {
      const { key, expiresAt } = ISSUED;
      expect(made).toEqual([key, expiresAt, ["https://latchkey/v1/keys", "Bearer s"]]);
    },
  },
  {
    marker: "new SignJWT",
    declares: "declare const process: { env: Record<string, string> };",
    values: `process.env.GRANT_SECRET = "${HEX}";`,
    made: "grant",
    verify(made: string) {
      const claims = { aud: "latchkey", sub: "user-7", channels: ["room-1", "team-*"], uid: 42 };
      expect(decodeJwt(made)).toMatchObject(claims);
    },
  },
  {
    marker: "createSigner({ appId, appCertificate })",
    declares: `declare const appId: string, appCertificate: string;
      declare const unixTs: number, issueTs: number, ts: number, randomInt: number, salt: number,
        r1: number, r2: number, r3: number, salt1: number, salt2: number, salt3: number;`,
    values: `${PROJECT}
      const now = Math.floor(Date.now() / 1000);
      const times = { unixTs: now, issueTs: now, ts: now + 3600 };
      const numbers = { randomInt: 1, salt: 2, r1: 3, r2: 4, r3: 5, salt1: 6, salt2: 7, salt3: 8 };
      Object.assign(globalThis, times, numbers);`,
    made: "[key, ...keys, token, older, ...tokens]",
    verify(made: string[]) {
      const versions = made.map((text) => inspect(text, { channel: "room-1" }).version);
      expect(versions).toEqual([5, 4, 4, 4, 7, 6, 7, 7, 7]);
    },
  },
  {
    marker: 'require("latchkey/dynamic-key")',
    declares: "declare const appID: string, appCertificate: string;",
    values: `${PROJECT} globalThis.appID = appId;`,
    made: "key",
    verify: (made: string) => expect(made).toMatch(/^004[0-9a-f]{40}/),
  },
];

interface Snippet {
  readonly place: string;
  readonly code: string;
}

/** Blocks of JavaScript, and the scripts of blocks of HTML. */
function snippetsOf(document: string): Snippet[] {
  const text = readFileSync(join(root, document), "utf8");
  return Array.from(text.matchAll(/^```(js|ts|html)\n([\s\S]*?)^```$/gm)).flatMap(
    ({ index, 1: language, 2: block = "" }) => {
      const place = `${document}:${text.slice(0, index).split("\n").length}`;
      const scripts = block.matchAll(/<script type="module">\n([\s\S]*?)<\/script>/g);
      const codes = language === "html" ? Array.from(scripts, ([, code = ""]) => code) : [block];
      return codes.map((code) => ({ place, code }));
    },
  );
}

const documents = ["README.md", ...globSync("docs/*.md", { cwd: root })];
const snippets = documents.flatMap(snippetsOf);

test("each context is used", () => {
  const unused = CONTEXTS.filter(
    ({ marker }) => !snippets.some(({ code }) => code.includes(marker)),
  );
  expect(unused).toEqual([]);
});

describe.each(snippets)("$place", ({ code }) => {
  const context = CONTEXTS.find(({ marker }) => code.includes(marker));
  const extension = code.includes("require(") ? "cjs" : "mjs";
  /** A page's own file is the package's: as declared, and as it ships. */
  const withClient = (name: string) => code.replace('"/client.min.js"', `"${name}"`);

  test("compiles", () => {
    expect(context, "add a context for it").toBeDefined();
    installed.write("context.d.ts", context?.declares ?? "");
    installed.write(`snippet.${extension}`, withClient("latchkey/client"));
    const options = {
      module: "nodenext",
      allowJs: true,
      checkJs: true,
      lib: ["es2022", "dom"],
      verbatimModuleSyntax: false,
      // It is JavaScript: nothing in it can say that `keys.current` is there after `get()`.
      strictNullChecks: false,
      exactOptionalPropertyTypes: false,
      // jose's declarations name types of Node.
      skipLibCheck: true,
    };
    installed.compile(options, "context.d.ts", `snippet.${extension}`);
  });

  test("runs", () => {
    installed.write("context.mjs", context?.values ?? "");
    const made = `\nconsole.log(JSON.stringify(${context?.made}));\n`;
    const path = installed.write(`snippet.${extension}`, withClient(CLIENT_FILE) + made);
    const printed = installed.run("--import", "./context.mjs", path);
    context?.verify(JSON.parse(printed) as never);
  });
});
