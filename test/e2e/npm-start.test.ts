// `npm start` tells the truth: real processes, in a copy of the repository.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { latchkey } from "../support/command-line.ts";
import { hasProc, NpmStart, unusedPort } from "../support/npm-start.ts";

const run = promisify(execFile);
const READY = /^Ready: (http:\/\/localhost:\d+) /m;
/** The last line of the printed request: what comes before it has been printed as well. */
const REQUEST_END = /"uid":42\}'$/m;
/** Several files in a row are changed, each of which is built. */
const LONG_MS = 180_000;

const started: NpmStart[] = [];

function copyOfRepository(): NpmStart {
  const copy = new NpmStart();
  started.push(copy);
  return copy;
}

afterEach(async () => {
  for (const npmStart of started.splice(0)) await npmStart.clean();
});

/** Asks until the response is as wanted; fails with the last one. */
async function eventually(url: string, wanted: (text: string) => boolean): Promise<void> {
  let last = "";
  for (let i = 0; i < 500; i++) {
    last = await fetch(url).then(
      (response) => response.text(),
      (error) => String(error),
    );
    if (wanted(last)) return;
    await after(100);
  }
  throw new Error(`${url} still answers: ${last.slice(0, 300)}`);
}

/** Runs a command line in the copy, and reads what it prints as JSON. */
async function json(npmStart: NpmStart, command: string): Promise<Record<string, unknown>> {
  const env = { ...process.env, NO_PROXY: "*", no_proxy: "*" };
  const { stdout } = await run("sh", ["-c", command], { cwd: npmStart.folder, env });
  return JSON.parse(stdout);
}

const curlOf = (text: string): string => /^curl -s [\s\S]*?"uid":42\}'$/m.exec(text)?.[0] ?? "";

describe.skipIf(process.platform === "win32")("npm start", { timeout: LONG_MS }, () => {
  test("makes secrets, prints a request that answers a key, and takes up every change", async () => {
    const npmStart = copyOfRepository();
    const port = await unusedPort();
    npmStart.start(port);
    const url = (await npmStart.prints(READY))[1] ?? "";
    expect(url).toBe(`http://localhost:${port}`);
    await npmStart.prints(REQUEST_END);
    expect(await json(npmStart, curlOf(npmStart.output))).toMatchObject({ uid: 42, version: 5 });
    const readme = curlOf(npmStart.read("README.md")).replace("http://localhost:8787", url);
    expect(await json(npmStart, readme)).toMatchObject({ uid: 42, version: 5 });

    // docs/command-line.md: the secrets are good for the command line too.
    const vars = npmStart.read(".dev.vars");
    const args = ["key", "--channel", "room-1", "--uid", "42", "--json", "--vars"];
    const appId = /^APP_ID=(.*)$/m.exec(vars)?.[1];
    const offline = () => latchkey([...args, join(npmStart.folder, ".dev.vars")]);
    expect((await offline()).json).toMatchObject({ appId, uid: 42 });

    // The Worker, a page, and the core.
    npmStart.edit("src/app.ts", 'status: "ok"', 'status: "edited"');
    await eventually(`${url}/health`, (text) => text.includes("edited"));
    npmStart.edit("src/console/index.html", "<title>", "<title>Edited ");
    await eventually(url, (text) => text.includes("<title>Edited "));
    let seen = npmStart.output.length;
    const restore = npmStart.edit("assembly/sha1/sha1-block.ts", "0x5a827999", "0x5a827998");
    await npmStart.prints(/^Not ready:\n {2}- core fails its self-test$/m, seen);
    expect(npmStart.output.slice(seen)).not.toMatch(/^Ready/m);
    seen = npmStart.output.length;
    restore();
    await npmStart.prints(READY, seen);

    // As while git checks out another version. Wrangler ends then.
    seen = npmStart.output.length;
    const config = npmStart.read("wrangler.toml");
    npmStart.write("wrangler.toml", "");
    await npmStart.prints(/^`wrangler dev` has ended\. It starts again as soon as/m, seen);
    npmStart.write("wrangler.toml", config);
    await npmStart.prints(REQUEST_END, seen);
    expect((await fetch(`${url}/health`)).status).toBe(200);

    // Every way of writing a value that wrangler knows, in the file's next state.
    const serviceKey = "dGhpcyBpcyBhIHNlcnZpY2Uga2V5IG9m_0815+4711/42==";
    const rewritten = vars
      .replace(/^APP_ID=(.*)$/m, "export APP_ID='$1'")
      .replace(/^APP_CERTIFICATE=(.*)$/m, "APP_CERTIFICATE = `$1`")
      .replace(/^SERVICE_KEY=.*$/m, `export  SERVICE_KEY = "${serviceKey}"   # mine`);
    seen = npmStart.output.length;
    npmStart.write(".dev.vars", `\uFEFF${rewritten.replaceAll("\n", "\r\n")}`);
    expect((await offline()).json).toMatchObject({ appId, uid: 42 });
    await npmStart.prints(/^\.dev\.vars has changed: starting again with it\.$/m, seen);
    await npmStart.prints(REQUEST_END, seen);
    const printed = npmStart.output.slice(seen);
    expect(printed).toContain(`Console: ${url}/#key=${serviceKey}\n`);
    expect(curlOf(printed)).toContain(serviceKey);
    expect(await json(npmStart, curlOf(printed))).toMatchObject({ uid: 42, version: 5 });
    expect(await json(npmStart, readme)).toMatchObject({ uid: 42, version: 5 });

    // What is wrong is said, and nothing says "Ready" until it is right.
    seen = npmStart.output.length;
    npmStart.write(".dev.vars", vars.replace(/^APP_CERTIFICATE=.*$/m, "APP_CERTIFICATE=short"));
    await npmStart.prints(/^Not ready:\n {2}- APP_CERTIFICATE .*\n.*takes it up/m, seen);
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    await after(1000);
    expect(npmStart.output.slice(seen)).not.toMatch(/\bReady\b/);

    // Ctrl-C.
    process.kill(-(npmStart.process?.pid ?? 0), "SIGINT");
    await once(npmStart.process ?? process, "exit");
    if (hasProc) expect(await npmStart.leftovers()).toEqual([]);
    await expect(fetch(`${url}/health`)).rejects.toThrow("fetch failed");
  });

  test("says that its port is in use, and which one it takes; a wrong PORT ends it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const npmStart = copyOfRepository();
    npmStart.start(port);
    const [, taken] = await npmStart.prints(/^Port (\d+) is in use: this takes (\d+)\.$/m);
    const [, url = ""] = await npmStart.prints(READY);
    other.close();
    expect(taken).toBe(String(port));
    expect(url).not.toBe(`http://localhost:${port}`);
    expect((await fetch(`${url}/health`)).status).toBe(200);

    const wrong = copyOfRepository();
    wrong.start(99_999);
    await wrong.prints(/^Not started\. PORT is 99999: it must be a number from 1 to 65535$/m);
    expect(wrong.output).not.toMatch(/^ +at /m);
  });
});
