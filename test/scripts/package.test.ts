// The package as it would be published, used by each kind of program that installs it.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { publishedManifest, repositoryUrl } from "../../scripts/release-tarball.mjs";
import { OFFICIAL_EXAMPLE, OFFICIAL_KEYS } from "../support/official.ts";
import { runWrangler } from "../support/worker/bundle.ts";
import { startProcess } from "../support/worker/worker-process.ts";
import { everyNode, execute, installPackage, root } from "./installed-package.ts";

const installed = installPackage();
afterAll(() => installed.remove());

const {
  appId = "",
  appCertificate = "",
  key,
} = OFFICIAL_KEYS.find(({ fields }) => fields.version === 5) ?? {
  key: "",
};
const fields = JSON.stringify({ version: 5, ...OFFICIAL_EXAMPLE });
const { channel, unixTs, randomInt, uid, expiredTs } = OFFICIAL_EXAMPLE;
const vendorFields = [appId, appCertificate, channel, unixTs, randomInt, uid, expiredTs]
  .map((field) => JSON.stringify(field))
  .join(", ");
const project = JSON.stringify({ appId, appCertificate });

/** Makes a key whose text is known, and a source of keys. */
const USE = `
  const made = createSigner(${project}).channelKey(${fields});
  const found = inspect(made, { now: 0 }).version;
  const grant = "a.b.c";
  const source = createKeySource({ endpoint: "https://keys.example.com", grant, channel: "c" });
  const code = new KeySourceError("closed").code;
  source.close();
  const same = DynamicKey5.generateMediaChannelKey(${vendorFields}) === made;
  const said = [made, found, code, same].join(" ");`;
const NAMES = "createSigner, inspect";
const CLIENT_NAMES = "createKeySource, KeySourceError";
const IMPORTS = `
  import { ${NAMES} } from "latchkey";
  import { DynamicKey5 } from "latchkey/dynamic-key";
  import { ${CLIENT_NAMES} } from "latchkey/client";`;
const REQUIRES = `
  const { ${NAMES} } = require("latchkey");
  const { DynamicKey5 } = require("latchkey/dynamic-key");
  const { ${CLIENT_NAMES} } = require("latchkey/client");`;
const SAID = `${key} 5 closed true`;
const APP = `${IMPORTS}${USE}\nconsole.log(said);\n`;

test("brings one package, with its changelog and without a path of this machine", () => {
  const names = readdirSync(join(installed.folder, "node_modules"));
  expect(names.filter((name) => !name.startsWith("."))).toEqual(["latchkey"]);
  expect(installed.files).toEqual(expect.arrayContaining(["CHANGELOG.md", "LICENSE", "README.md"]));
  const manifest = publishedManifest();
  for (const field of ["private", "scripts", "dependencies", "devDependencies"])
    expect(manifest).not.toHaveProperty(field);
  for (const path of installed.files.filter((name) => /\.(map|js|ts)$/.test(name)))
    expect(
      readFileSync(join(installed.folder, "node_modules/latchkey", path), "utf8"),
    ).not.toContain(root);
});

test("its modules are readable, and each has a source map with its source", () => {
  const at = (path: string) =>
    readFileSync(join(installed.folder, "node_modules/latchkey/dist", path), "utf8");
  const modules = installed.files.filter((path) => /^dist\/.*\.js$/.test(path));
  expect(modules.length).toBeGreaterThan(4);
  for (const path of modules.map((name) => name.replace("dist/", ""))) {
    expect(at(path)).toContain(`//# sourceMappingURL=${path.replace(/^cjs\//, "")}.map`);
    const { sources, sourcesContent } = JSON.parse(at(`${path}.map`));
    expect(sourcesContent).toHaveLength(sources.length);
    if (!path.endsWith(".min.js")) expect(at(path).split("\n").length).toBeGreaterThan(50);
  }
});

describe.each(everyNode())("Node %s", (_, node) => {
  test("imports it", () => {
    const path = installed.write("main.mjs", APP);
    expect(execute(node, [path], installed.folder)).toBe(`${SAID}\n`);
  });

  test("requires it", () => {
    const path = installed.write("main.cjs", `${REQUIRES}${USE}\nconsole.log(said);\n`);
    expect(execute(node, [path], installed.folder)).toBe(`${SAID}\n`);
  });
});

describe.each(everyNode())("the command line in Node %s", (_, node) => {
  test("runs", () => {
    const cli = join(installed.folder, "node_modules/latchkey/bin/latchkey.js");
    const env = { APP_ID: appId, APP_CERTIFICATE: appCertificate, EXACT_TIMES: "on" };
    const times = ["--issued-at", `${unixTs}`, "--expires-at", `${expiredTs}`];
    const random = ["--random-int", `${randomInt}`];
    const args = ["key", "--channel", channel, "--uid", `${uid}`, ...times, ...random, "--quiet"];
    expect(execute(node, [cli, ...args], installed.folder, env)).toBe(`${key}\n`);
  });
});

test("npx finds the command line", () => {
  const { version } = publishedManifest();
  // On Windows npx is a script that only a shell finds.
  const options = { cwd: installed.folder, shell: process.platform === "win32" };
  const args = ["--no-install", "--offline", "latchkey", "--version"];
  expect(String(execFileSync("npx", args, options))).toBe(`${version}\n`);
});

test("npx in a clone says what to build first, and finds it once it is built", () => {
  const clone = join(installed.folder, "clone");
  for (const path of ["package.json", "bin"])
    cpSync(join(root, path), join(clone, path), { recursive: true });
  const npx = () => {
    const env = { ...process.env, npm_config_cache: join(installed.folder, "npx") };
    const options = { cwd: clone, env, shell: process.platform === "win32" };
    return spawnSync("npx", ["--offline", "latchkey", "--version"], options);
  };
  const before = npx();
  expect(`${before.stderr}`).toBe("latchkey: it is not built yet: npm run build:package\n");
  expect([before.status, `${before.stdout}`]).toEqual([2, ""]);
  cpSync(join(root, "dist/cli.js"), join(clone, "dist/cli.js"));
  const after = npx();
  expect([after.status, `${after.stdout}`]).toEqual([0, `${publishedManifest().version}\n`]);
});

test("tools that ignore exports find it by main, and by a folder of each name", () => {
  const at = (path: string) => join(installed.folder, "node_modules/latchkey", path);
  const require = createRequire(import.meta.url);
  expect(require(at("."))).toHaveProperty("createSigner");
  expect(require(at("dynamic-key"))).toHaveProperty("DynamicKey5");
  expect(require(at("client"))).toHaveProperty("createKeySource");
});

describe("strict TypeScript", () => {
  const typed = `declare const console: { log(text: string): void };\n${APP}`;
  const wrong = `${typed}const wrong: number = made;\n`;

  test.each([
    ["nodenext", "main.mts"],
    ["nodenext", "main.cts"],
    ["bundler", "main.ts"],
  ])("%s, %s", (module, name) => {
    const options =
      module === "nodenext" ? { module } : { module: "esnext", moduleResolution: module };
    // The client's types name AbortSignal and Response, which "dom" has.
    const lib = ["es2022", "dom"];
    const verbatimModuleSyntax = !name.endsWith(".cts");
    const compile = (code: string) => {
      installed.write(name, code);
      installed.compile({ ...options, lib, verbatimModuleSyntax }, name);
    };
    compile(typed);
    expect(() => compile(wrong)).toThrow(/TS2322/);
  });
});

describe("bundlers", () => {
  test("Vite", async () => {
    const { build } = await import("vite");
    installed.write("vite/main.js", APP);
    await build({
      root: join(installed.folder, "vite"),
      configFile: false,
      logLevel: "error",
      build: {
        modulePreload: false,
        rolldownOptions: {
          input: join(installed.folder, "vite/main.js"),
          output: { entryFileNames: "[name].js" },
        },
      },
    });
    expect(installed.run("vite/dist/main.js")).toBe(`${SAID}\n`);
  });

  test("webpack", async () => {
    const { default: webpack } = await import("webpack");
    const entry = installed.write("webpack/main.js", APP);
    const path = join(installed.folder, "webpack/dist");
    const stats = await new Promise<string>((resolve, reject) => {
      const output = { path, filename: "main.cjs" };
      const options = { mode: "production", context: dirname(entry), entry, target: "web", output };
      webpack(options as never, (error, result) => {
        if (error) reject(error);
        else resolve(result?.hasErrors() ? result.toString() : "");
      });
    });
    expect(stats).toBe("");
    expect(installed.run("webpack/dist/main.cjs")).toBe(`${SAID}\n`);
  });

  test("esbuild takes of the client what the page uses, and nothing of the library", async () => {
    const { build } = await import("esbuild");
    const contents = `import { inspect } from "latchkey";
      import { KeySourceError } from "latchkey/client";
      console.log(new KeySourceError("closed").code);`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: installed.folder },
      bundle: true,
      write: false,
      minify: true,
    });
    expect(outputFiles[0]?.text.length).toBeLessThan(1500);
  });
});

test("a Worker takes the compiled core", async () => {
  const worker = `${IMPORTS}
    export default { fetch() {${USE} return new Response(said); } };`;
  installed.write("worker/index.js", worker);
  const config = { name: "app", main: "index.js", compatibility_date: "2026-10-01" };
  const path = installed.write("worker/wrangler.json", JSON.stringify(config));
  const directory = join(installed.folder, "worker/dist");
  await runWrangler("deploy", "--dry-run", "--config", path, "--outdir", directory);
  expect(readdirSync(directory).filter((name) => name.endsWith(".wasm"))).toHaveLength(1);
  // Production refuses to compile bytes, which bare workerd does not: there are none in the script.
  const script = readFileSync(join(directory, "index.js"), "utf8");
  expect(script).not.toContain(Buffer.from("\0asm").toString("base64").slice(0, 6));
  const description = { directory, compatibilityDate: config.compatibility_date };
  const running = await startProcess({ workers: { app: description } });
  try {
    const response = await fetch(`http://127.0.0.1:${running.ports.get("app")}/`);
    expect(await response.text()).toBe(SAID);
  } finally {
    await running.stop();
  }
});

test.each([
  ["https://github.com/you/latchkey.git", "https://github.com/you/latchkey"],
  ["git@github.com:you/latchkey.git", "https://github.com/you/latchkey"],
  ["ssh://git@gitlab.com/you/group/latchkey", "https://gitlab.com/you/group/latchkey"],
  ["https://user:secret@github.com/you/latchkey.git", "https://github.com/you/latchkey"],
  ["/srv/git/latchkey", undefined],
])("the remote %s is published as %s", (remote, url) => {
  expect(repositoryUrl(remote)).toBe(url);
});
