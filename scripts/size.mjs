// `npm run size`: how large a deployment is, and how much CPU time its start takes. README
// quotes both.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { gzipSync } from "node:zlib";
import { bundleWorker, removeBundle, runWrangler } from "../test/support/worker/bundle.ts";

/** The script and the core; the core alone. */
const BUNDLE_MAX_GZIPPED_KB = 82;
const CORE_MAX_GZIPPED_KB = 12;

const bundle = await bundleWorker();
const folder = mkdtempSync(`${tmpdir()}/latchkey-size-`);
try {
  const scriptKb = gzippedKb(".js");
  const coreKb = gzippedKb(".wasm");
  const bundleKb = scriptKb + coreKb;
  const startup = await runWrangler("check", "startup", "--outfile", `${folder}/start.cpuprofile`);
  const active = /Active:\s*([\d.]+ ms)/.exec(startup)?.[1];
  if (active === undefined) throw new Error(`wrangler check startup gave no figure:\n${startup}`);
  console.log(`bundle, gzipped       ${bundleKb.toFixed(1)} KB (at most ${BUNDLE_MAX_GZIPPED_KB})`);
  console.log(`core .wasm, gzipped   ${coreKb.toFixed(1)} KB (at most ${CORE_MAX_GZIPPED_KB})`);
  console.log(`start-up, CPU active  ${active}   (wrangler check startup, on this machine)`);
  if (bundleKb > BUNDLE_MAX_GZIPPED_KB || coreKb > CORE_MAX_GZIPPED_KB) process.exitCode = 1;
} finally {
  await removeBundle(bundle);
  rmSync(folder, { recursive: true });
}

function gzippedKb(extension) {
  const name = readdirSync(bundle.directory).find((file) => file.endsWith(extension));
  if (name === undefined) throw new Error(`the bundle has no ${extension}`);
  return gzipSync(readFileSync(`${bundle.directory}/${name}`)).length / 1024;
}
