// `wrangler dev`, offline, in a process group that ends with this process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath, URL } from "node:url";
import { stripVTControlCharacters } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const GROUP = fileURLToPath(new URL("process-group.mjs", import.meta.url));

/** What wrangler says once the service runs with a new build or configuration. */
const RELOADED = "Local server updated and ready";
/** Only `GET /ready` knows whether the service is ready, so wrangler's own word is left out. */
const WRANGLERS_READY = "[wrangler:info] Ready on ";
const READY_ASKED = "[wrangler:info] GET /ready ";

/** Our terminal takes no keys for wrangler. */
const PLAIN = "--show-interactive-dev-session=false";

/** Whether wrangler.toml names the Worker. */
export function hasWholeConfig() {
  try {
    return /^main\s*=/m.test(readFileSync(`${root}/wrangler.toml`, "utf8"));
  } catch {
    return false;
  }
}

export class WranglerDev {
  /** Whether it got as far as to answer a request. */
  hasAnswered = false;
  #process;
  #exited;
  /** Lines about our own requests that are to be left out. */
  #ownRequests = 0;

  /** `onReload` is called when the service runs with something new. */
  constructor(port, onReload) {
    this.url = `http://localhost:${port}`;
    const wrangler = `${root}/node_modules/wrangler/bin/wrangler.js`;
    // An empty --env is the top of wrangler.toml, whatever CLOUDFLARE_ENV says.
    // Two that start at once would both take the first free port for the inspector, and one would
    // fail: with 0 the system chooses.
    const options = ["--port", String(port), "--inspector-port", "0", "--env="];
    this.#process = spawn(process.execPath, [GROUP, wrangler, "dev", ...options, PLAIN], {
      cwd: root,
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        ...(process.stdout.isTTY && { FORCE_COLOR: "1" }),
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
      },
    });
    this.#exited = once(this.#process, "exit");
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        const text = stripVTControlCharacters(line);
        if (!this.#isLeftOut(text)) console.log(line);
        if (text.includes(RELOADED)) onReload();
      });
    }
  }

  /** Resolves when it has ended. */
  get exited() {
    return this.#exited;
  }

  /** Ends it, with all that it started. */
  async end() {
    this.#process.stdin.end();
    await this.#exited;
  }

  /** What `GET /ready` answers; undefined while nothing answers. */
  async readiness() {
    const response = await fetch(`${this.url}/ready`).catch(() => undefined);
    if (response) {
      this.hasAnswered = true;
      this.#ownRequests++;
    }
    return response?.json().catch(() => undefined);
  }

  #isLeftOut(text) {
    if (text.startsWith(WRANGLERS_READY)) return true;
    if (this.#ownRequests === 0 || !text.startsWith(READY_ASKED)) return false;
    this.#ownRequests--;
    return true;
  }
}
