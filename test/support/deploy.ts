// Runs `npm run deploy`'s script with a fake wrangler, which writes down how it was called.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const folder = mkdtempSync(`${tmpdir()}/latchkey-deploy-`);
afterAll(() => rmSync(folder, { recursive: true }));

const script = fileURLToPath(new URL("../../scripts/deploy.mjs", import.meta.url).href);

/** What the fake wrangler says. */
export interface Cloudflare {
  readonly loggedIn?: boolean;
  /** The names of the Worker's secrets; "none": there is no such Worker. Another text: an error. */
  readonly secrets: readonly string[] | string;
  /** Where `wrangler deploy` says that it deployed to; left out: it says nothing. */
  readonly targets?: readonly string[];
}

export interface Terminal {
  readonly env?: Readonly<Record<string, string>>;
  /** What the user types when asked; left out: there is no terminal. */
  readonly types?: string;
}

export interface Deployment {
  readonly status: number | null;
  readonly output: string;
  /** The arguments of each call of wrangler. */
  readonly calls: string[];
  /** The secrets that wrangler was given, on standard input. */
  readonly set: Readonly<Record<string, string>>;
}

/** Node takes the pipes of the test for a terminal. */
const TERMINAL = "--import=data:text/javascript,process.stdin.isTTY=process.stdout.isTTY=true";

export function deploy(cloudflare: Cloudflare, ...args: string[]): Promise<Deployment> {
  return deployFrom({}, cloudflare, ...args);
}

export async function deployFrom(
  { env = {}, types }: Terminal,
  { loggedIn = true, secrets, targets }: Cloudflare,
  ...args: string[]
): Promise<Deployment> {
  writeFileSync(`${folder}/calls`, "");
  writeFileSync(`${folder}/set`, "{}");
  writeFileSync(
    `${folder}/wrangler.mjs`,
    `import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
     const args = process.argv.slice(2);
     const secrets = ${JSON.stringify(secrets)};
     const deployed = ${JSON.stringify({ type: "deploy", targets })};
     appendFileSync(${JSON.stringify(`${folder}/calls`)}, args.join(" ") + "\\n");
     if (args[0] === "whoami") console.log('{"loggedIn":${loggedIn}}');
     if (args[0] === "deploy" && deployed.targets)
       writeFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, JSON.stringify(deployed) + "\\n");
     if (args[1] === "bulk") writeFileSync(${JSON.stringify(`${folder}/set`)}, readFileSync(0));
     if (args[1] === "list") {
       if (Array.isArray(secrets)) console.log(JSON.stringify(secrets.map((name) => ({ name }))));
       else {
         const missing = '✘ [ERROR] Worker "keys" not found.\\n\\nIf this is a new Worker, …';
         console.error(secrets === "none" ? missing : secrets);
         process.exitCode = 1;
       }
     }`,
  );
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(CI|WORKERS_CI|APP_.*|SERVICE_KEY.*|GRANT_.*|CF_.*)$|^CLOUDFLARE_/.test(name),
  );
  const environment: Record<string, string | undefined> = {
    ...Object.fromEntries(own),
    ...(types !== undefined && { NODE_OPTIONS: TERMINAL }),
    WRANGLER_BIN: `${folder}/wrangler.mjs`,
    ...env,
  };
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: environment as NodeJS.ProcessEnv,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (types !== undefined && String(text).includes("not shown): "))
        child.stdin.end(`${types}\n`);
    });
  }
  const [status] = await once(child, "close");
  return {
    status,
    output,
    calls: readFileSync(`${folder}/calls`, "utf8").split("\n").slice(0, -1),
    set: JSON.parse(readFileSync(`${folder}/set`, "utf8")),
  };
}
