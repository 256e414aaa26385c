// `npm run stopwatch`: how many steps and seconds a newcomer needs. Clones HEAD into a temporary
// folder, does there what the documents say, as they say it, and prints a table in Markdown. npm's
// cache is empty at the start.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { Newcomer } from "./stopwatch/newcomer.mjs";
import { openPage } from "./stopwatch/own-page.mjs";

const APP_ID = "0123456789abcdef0123456789abcdef";
const rows = [];
const newcomer = new Newcomer();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end(1));
try {
  await measure();
  console.log(table());
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}

async function measure() {
  const { clone, app } = newcomer;
  let url;
  await goal("a key, on a laptop without an account", async () => {
    await newcomer.run(`git clone ${newcomer.source} latchkey`);
    const printed = await newcomer.start("npm ci && npm start", /\n(curl [\s\S]*?)\n\n/, clone);
    const { key } = JSON.parse(await newcomer.run(printed, clone));
    if (!/^005/.test(key)) throw new Error(`The service made ${key}`);
    url = /http:\/\/[^/]+/.exec(printed)[0];
  });
  await goal("a key in a page of one's own, after that", async () => {
    await newcomer.run("npm run build && npm pack", clone);
    const { name, version } = JSON.parse(readFileSync(join(clone, "package.json")));
    mkdirSync(app);
    await newcomer.run(`npm install ${join(clone, `${name}-${version}.tgz`)}`, app);
    const { grant } = JSON.parse(await newcomer.run(fromReadme(url, "/v1/grants"), clone));
    // The client library is copied to the site, and the page is opened.
    newcomer.count(2);
    const script = join(app, "node_modules", name, "dist/client.min.js");
    const inPage = await openPage({ script, endpoint: url, grant });
    if (!/^005/.test(inPage)) throw new Error(`The page got ${inPage}`);
  });
  await goal("a dry run of a deployment, with an App ID at hand", async () => {
    newcomer.count();
    const path = join(clone, "wrangler.toml");
    const toml = readFileSync(path, "utf8");
    writeFileSync(path, toml.replace('APP_ID = ""', `APP_ID = "${APP_ID}"`));
    await newcomer.run("npm run deploy -- --dry-run", clone);
  });
  await goal("what a token says, by the command line, where the package is installed", async () => {
    const token = JSON.parse(await newcomer.run(fromReadme(url, "sdkVersion"), clone));
    writeFileSync(join(app, "token.txt"), token.key);
    const said = await newcomer.run("npx latchkey inspect < token.txt", app);
    if (!said.includes("room-1")) throw new Error(said);
  });
}

/** The README's request with this text in it. */
function fromReadme(url, text) {
  const readme = readFileSync(join(newcomer.clone, "README.md"), "utf8");
  const requests = Array.from(readme.matchAll(/^curl [^`]*/gm), ([request]) => request);
  return requests.find((request) => request.includes(text)).replace("http://localhost:8787", url);
}

async function goal(name, reach) {
  console.error(`… ${name}`);
  const before = newcomer.steps;
  const start = performance.now();
  await reach();
  const seconds = (performance.now() - start) / 1000;
  rows.push({ name, steps: newcomer.steps - before, seconds });
}

function table() {
  const [{ model }] = cpus();
  return [
    `Measured on ${process.platform}, ${cpus().length} × ${model.trim()}, Node ${newcomer.node}:`,
    "",
    "| goal | steps | seconds |",
    "|---|---|---|",
    ...rows.map(({ name, steps, seconds }) => `| ${name} | ${steps} | ${seconds.toFixed(0)} |`),
  ].join("\n");
}

async function end(code) {
  await newcomer.end();
  process.exit(code);
}
