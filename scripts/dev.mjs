// `npm start`: the service on this machine, with no account and no network. Makes random
// development secrets where there are none, runs `wrangler dev`, and prints a request that answers
// a key.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const DEFAULT_PORT = 8787;

if (!existsSync(`${root}/.dev.vars`)) {
  writeFileSync(`${root}/.dev.vars`, developmentSecrets(), { flag: "wx", mode: 0o600 });
  console.log("Made .dev.vars with random development secrets.");
}

const port = await freePort(Number(process.env.PORT ?? DEFAULT_PORT));
const wrangler = spawn(
  process.execPath,
  [
    `${root}/node_modules/wrangler/bin/wrangler.js`,
    "dev",
    "--port",
    String(port),
    "--show-interactive-dev-session=false",
  ],
  {
    cwd: root,
    // A process group of its own, so that ending this ends workerd too.
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
    },
  },
);
wrangler.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(signal));

await answers(`http://localhost:${port}/ready`);
console.log(`
Ready: http://localhost:${port}   (reference: /docs)${consoleLink()}

Ask for a key:

curl -s http://localhost:${port}/v1/keys \\
  -H "Authorization: Bearer $(sed -n s/^SERVICE_KEY=//p .dev.vars)" \\
  -H 'Content-Type: application/json' -d '{"channel":"room-1","uid":42}'
`);

/**
 * The service key of this machine, in the fragment: browsers send it nowhere, and the console
 * removes it from the address at once.
 */
function consoleLink() {
  const serviceKey = /^SERVICE_KEY=(.*)$/m.exec(readFileSync(`${root}/.dev.vars`, "utf8"))?.[1];
  return serviceKey ? `\n\nConsole: http://localhost:${port}/#key=${serviceKey}` : "";
}

/** Random values, good for this machine alone: no project of the vendor's knows this App ID. */
function developmentSecrets() {
  const hex = () => randomBytes(16).toString("hex");
  const secret = () => randomBytes(32).toString("base64url");
  return [
    "# Random values for development. They are worth nothing elsewhere, and this file is never committed.",
    "# For keys that the vendor accepts, put your project's App ID and certificate here.",
    `APP_ID=${hex()}`,
    `APP_CERTIFICATE=${hex()}`,
    `SERVICE_KEY=${secret()}`,
    `GRANT_SECRET=${secret()}`,
    "",
  ].join("\n");
}

/** The wanted port, or another one where that is taken. */
function freePort(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) =>
      error.code === "EADDRINUSE" ? resolve(freePort(0)) : reject(error),
    );
    server.listen(wanted, "localhost", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Resolves once the service is ready, or says what is missing. `wrangler dev` may end first: then
 * this process does too.
 */
async function answers(url) {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.status === 200) return;
    if (response) {
      console.log("\nNot ready; check .dev.vars and wrangler.toml:", await response.text());
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function end(signal) {
  try {
    process.kill(-wrangler.pid, signal);
  } catch {
    process.exit(0);
  }
}
