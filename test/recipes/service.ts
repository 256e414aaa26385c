// A local service for the recipes: the real Worker in a real workerd, on a port that the system chooses, with secrets made for
// the run. Nothing of the repository is written: its configuration is copied, without the build of the core, which `npm test`
// has built before.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url).href);

export interface Secrets {
  readonly APP_ID: string;
  readonly APP_CERTIFICATE: string;
  readonly SERVICE_KEY: string;
  readonly GRANT_SECRET: string;
}

export interface LocalService {
  readonly url: string;
  readonly secrets: Secrets;
  end(): Promise<void>;
}

export async function startService(): Promise<LocalService> {
  const hex = () => randomBytes(16).toString("hex");
  const secret = () => randomBytes(32).toString("base64url");
  const secrets: Secrets = {
    APP_ID: hex(),
    APP_CERTIFICATE: hex(),
    SERVICE_KEY: secret(),
    GRANT_SECRET: secret(),
  };
  const folder = mkdtempSync(`${tmpdir()}/latchkey-recipes-`);
  const config = readFileSync(`${root}/wrangler.toml`, "utf8")
    .replace(/^\[build\]\n(?:[^[].*\n)*/m, "")
    .replace(/^(main|directory) = "(?:\.\/)?/gm, `$1 = "${root}`)
    .replaceAll('"./', `"${root}`);
  writeFileSync(`${folder}/wrangler.toml`, config);
  const vars = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(`${folder}/.dev.vars`, vars.join(""), { mode: 0o600 });

  const wrangler = spawn(
    process.execPath,
    [
      `${root}node_modules/wrangler/bin/wrangler.js`,
      ...[
        "dev",
        "--ip",
        "127.0.0.1",
        "--port",
        "0",
        "--inspector-port",
        "0",
        "--show-interactive-dev-session=false",
      ],
    ],
    {
      cwd: folder,
      // A process group of its own, so that ending it ends workerd too.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        XDG_CONFIG_HOME: folder,
        WRANGLER_REGISTRY_PATH: `${folder}/registry`,
        WRANGLER_LOG_PATH: `${folder}/logs`,
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
      },
    },
  );
  const end = async () => {
    await endGroup(wrangler);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { url: await ready(wrangler), secrets, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The address that `wrangler dev` prints; its whole output where it ends without one. */
function ready(wrangler: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk;
      const url = /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (url) resolve(url);
    };
    wrangler.stdout?.on("data", read);
    wrangler.stderr?.on("data", read);
    wrangler.on("error", reject);
    wrangler.on("exit", () => reject(new Error(`wrangler dev ended:\n${output}`)));
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode === null && child.signalCode === null) {
    signalGroup(child.pid, "SIGTERM");
    const timer = setTimeout(() => signalGroup(child.pid as number, "SIGKILL"), 5000);
    await exited;
    clearTimeout(timer);
  }
  signalGroup(child.pid, "SIGKILL");
}

/** A group that has ended already is as good. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {}
}
