// `npm start`: the service on this machine, with no account and no network. Makes random
// development secrets where there are none, runs `wrangler dev`, and prints a request for a key.
// PORT names another port than 8787.
import { watchFile } from "node:fs";
import { setTimeout as after } from "node:timers/promises";
import { DEV_VARS, makeDevVars, readDevVars, readValue } from "./dev/dev-vars.mjs";
import { freePort, wantedPort } from "./dev/free-port.mjs";
import { whenNpmEnds } from "./dev/npm-ends.mjs";
import { hasWholeConfig, WranglerDev } from "./dev/wrangler-dev.mjs";
import { firstRequest } from "./first-request.mjs";

const DEFAULT_PORT = "8787";
const POLL_MS = 200;
/** How often .dev.vars is looked at. An editor may write a file in several steps within this. */
const DEV_VARS_POLL_MS = 500;

/** What has just ended may not be repeated at once. */
const RESTART_PAUSE_MS = 1000;
/** After this it is started all the same, so that wrangler itself says what is wrong. */
const CONFIG_PATIENCE_MS = 30_000;

let ending = false;
let wrangler;
/** What was last said about the service, so that nothing is said twice. */
let lastSaid = "";
let devVars = "";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end());
// A closed terminal takes no output.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => end());
whenNpmEnds(() => end());

const port = await choosePort();
if (makeDevVars()) console.log("Made .dev.vars with random development secrets.");
devVars = readDevVars();
watchFile(DEV_VARS, { interval: DEV_VARS_POLL_MS }, () => takeUpDevVars());
start();

async function choosePort() {
  try {
    const wanted = wantedPort(process.env.PORT ?? DEFAULT_PORT);
    const port = await freePort(wanted);
    if (port !== wanted) console.log(`Port ${wanted} is in use: this takes ${port}.`);
    return port;
  } catch (error) {
    console.error(`Not started. ${error.message}`);
    return process.exit(1);
  }
}

function start() {
  lastSaid = "";
  const started = new WranglerDev(port, () => report(started));
  wrangler = started;
  started.exited.then(() => {
    if (ending || wrangler !== started) return;
    if (started.hasAnswered) return startAgain();
    console.error("\nStopped: `wrangler dev` has ended.");
    process.exit(1);
  });
  report(started);
}

/**
 * It ran, so most likely it ended over wrangler.toml: that is empty for a moment while git checks
 * out another version. One that does not get as far as to answer is not started again.
 */
async function startAgain() {
  wrangler = undefined;
  console.error("\n`wrangler dev` has ended. It starts again as soon as wrangler.toml is whole.");
  const latest = Date.now() + CONFIG_PATIENCE_MS;
  do await after(RESTART_PAUSE_MS);
  while (!hasWholeConfig() && Date.now() < latest);
  if (!ending && wrangler === undefined) start();
}

/** `wrangler dev` reads .dev.vars only when it starts. */
async function takeUpDevVars() {
  const text = readDevVars();
  if (text === devVars || ending) return;
  devVars = text;
  console.log("\n.dev.vars has changed: starting again with it.");
  const before = wrangler;
  wrangler = undefined;
  await before?.end();
  if (!ending && wrangler === undefined) start();
}

/** Says whether the service is ready, and if not, why. */
async function report(started) {
  for (;;) {
    const state = await started.readiness();
    if (wrangler !== started || ending) return;
    if (state) return say(state);
    await after(POLL_MS);
  }
}

function say(state) {
  const text = state.status === "ready" ? readyText(state) : notReadyText(state);
  if (text === lastSaid) return;
  lastSaid = text;
  console.log(text);
}

/**
 * The service key stands in the link's fragment: browsers send that nowhere, and the console
 * removes it from the address at once.
 */
function readyText({ warnings = [] }) {
  const { url } = wrangler;
  const serviceKey = readValue("SERVICE_KEY", devVars);
  return [
    `\nReady: ${url}   (reference: /docs)`,
    ...warnings.map(({ name, message }) => `Warning: ${name} ${message}`),
    ...(serviceKey ? [`\nConsole: ${url}/#key=${serviceKey}`] : []),
    `\nAsk for a key:\n\n${firstRequest(url, serviceKey ?? "<your SERVICE_KEY>")}\n`,
  ].join("\n");
}

function notReadyText({ problems = [] }) {
  return [
    "\nNot ready:",
    ...problems.map(({ name, message }) => `  - ${name} ${message}`),
    "Change .dev.vars or wrangler.toml: the service takes it up by itself.\n",
  ].join("\n");
}

/** However this process ends, its process group ends too. This only waits for it. */
async function end() {
  if (ending) process.exit(1);
  ending = true;
  await wrangler?.end();
  process.exit(0);
}
