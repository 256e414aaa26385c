// A page of examples/ in a fresh browser context, bundled from its source, with the client library
// as it ships, the real SDK, our service, and a fake of Agora's servers.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { inject } from "vitest";
import { UID } from "./app.ts";
import { type FakeGateway, fakeGateway } from "./fake-gateway.ts";
import { askService } from "./page.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const fakes = fileURLToPath(new URL("react-native", import.meta.url));
const { resolve } = createRequire(import.meta.url);
/** An example that is installed has its own: a page with two Reacts does not work. */
const ours = (name: string) => dirname(resolve(`${name}/package.json`));

/** React runs effects twice in development alone. */
const OPTIONS: BuildOptions = {
  bundle: true,
  write: false,
  format: "esm",
  jsx: "automatic",
  absWorkingDir: root,
  logLevel: "silent",
  define: {
    "process.env.NODE_ENV": '"development"',
    "import.meta.env.VITE_LATCHKEY_URL": '""',
  },
  alias: {
    react: ours("react"),
    "react-dom": ours("react-dom"),
    "latchkey/client": `${root}dist/client.js`,
    "react-native": `${fakes}/react-native.tsx`,
    "react-native-agora": `${fakes}/react-native-agora.ts`,
  },
};

export interface Example {
  readonly html: string;
  readonly script: string;
}

const bundled = new Map<string, Promise<Example>>();

/** An example that has a page. */
export function bundleExample(name: string): Promise<Example> {
  const example = bundled.get(name) ?? bundlePage(name);
  bundled.set(name, example);
  return example;
}

async function bundlePage(name: string): Promise<Example> {
  const html = readFileSync(`${root}examples/${name}/index.html`, "utf8");
  const entry = /src="\/(src\/main\.tsx?)"/.exec(html)?.[1];
  const script = await bundle({ entryPoints: [`examples/${name}/${entry}`] });
  return { html: html.replace(`/${entry}`, "/example.js"), script };
}

/** A program for a page with an empty element `root`. Its imports are relative to examples/. */
export async function bundleProgram(contents: string): Promise<Example> {
  const stdin = { contents, resolveDir: `${root}examples`, loader: "tsx" as const };
  const html = `<!doctype html><title>An app</title><div id="root"></div>
    <script type="module" src="/example.js"></script>`;
  return { html, script: await bundle({ stdin }) };
}

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...OPTIONS, ...options, write: false });
  return outputFiles[0]?.text ?? "";
}

export interface OpenExample {
  readonly page: Page;
  readonly gateway: FakeGateway;
  /** Paths of the requests to our service and to the grant endpoint. */
  readonly paths: string[];
  /** Whether the grant endpoint is down, or is up again. */
  setDown(isDown: boolean): void;
}

/** What the grant endpoint of examples/ allows. */
const GRANT = { channels: ["room-1", "team-*"], uid: UID, expiresIn: 14_400 };

/** `grant` are fields of the grants that its grant endpoint gives. */
export async function openExample(
  browser: Browser,
  { html, script }: Example,
  grant: object = {},
): Promise<OpenExample> {
  const context = await browser.newContext();
  const paths: string[] = [];
  let isDown = false;
  await context.routeWebSocket(/.*/, (socket) => socket.close());
  await context.route("**/*", async (route) => {
    const request = route.request();
    const { origin, hostname, pathname } = new URL(request.url());
    // Where an emulator has the machine that it runs on.
    if (origin !== inject("origin") && hostname !== "10.0.2.2") return route.abort();
    if (pathname === "/example") return route.fulfill({ contentType: "text/html", body: html });
    if (pathname === "/example.js")
      return route.fulfill({ contentType: "text/javascript", body: script });
    if (request.method() === "POST") paths.push(pathname);
    const headers = { "access-control-allow-origin": "*" };
    if (pathname === "/grant" && isDown)
      return route.fulfill({ headers, status: 502, json: { error: "no grant for now" } });
    if (pathname === "/grant")
      return route.fulfill({
        headers,
        json: await askService("/v1/grants", {
          ...GRANT,
          subject: crypto.randomUUID(),
          ...grant,
        }),
      });
    const response = await route.fetch({ url: inject("origin") + pathname });
    return route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  const page = await context.newPage();
  const gateway = await fakeGateway(page);
  await page.goto(`${inject("origin")}/example`);
  const setDown = (next: boolean) => {
    isDown = next;
  };
  return { page, gateway, paths, setDown };
}
