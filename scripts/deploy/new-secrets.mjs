// The secrets that a deployment lacks: made, asked for, or taken from the environment.
import { appendFileSync, chmodSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { randomSecret } from "../dev/dev-vars.mjs";

const CERTIFICATE = "APP_CERTIFICATE";
const HEX_32 = /^[0-9a-fA-F]{32}$/;

/**
 * The values of these secrets: `given` by somebody, or `made` here. The certificate is asked for
 * where a terminal can ask, and taken from the environment where none can. In CI nothing is made,
 * since nobody would see it: all come from the environment. (Elsewhere the environment may hold the
 * service key of a laptop.) `missing` names what there is no value for.
 */
export async function newSecrets(names, { canAsk, isCi, environment }) {
  const given = {};
  const made = {};
  const missing = [];
  for (const name of names) {
    if (name === CERTIFICATE && canAsk) given[name] = await askHidden(name);
    else if (name !== CERTIFICATE && !isCi) made[name] = randomSecret();
    else if (environment[name]) given[name] = environment[name].trim();
    else missing.push(name);
  }
  if (CERTIFICATE in given && !HEX_32.test(given[CERTIFICATE]))
    throw new Error(`${CERTIFICATE} must be 32 hexadecimal digits, from the vendor's console.`);
  return { given, made, missing };
}

/** Adds secrets to a file that its owner alone can read. */
export function writeSecrets(path, secrets) {
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(path, "", { mode: 0o600 });
  // The file may have been there before.
  chmodSync(path, 0o600);
  appendFileSync(path, lines.join(""));
}

/** What is typed is not shown. */
function askHidden(name) {
  process.stdout.write(`${name} (from the vendor's console; not shown): `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    terminal.once("line", (line) => {
      resolve(line.trim());
      terminal.close();
    });
    terminal.once("close", () => {
      process.stdout.write("\n");
      reject(new Error(`No ${name} was given.`));
    });
  });
}
