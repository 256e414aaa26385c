// `npm run size`: what a deployment weighs and what its start costs, as the README quotes them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const BUNDLE_MAX_GZIPPED_KB = 150;
const out = mkdtempSync(`${tmpdir()}/latchkey-size-`);
try {
  wrangler("deploy", "--dry-run", "--outdir", `${out}/bundle`);
  const files = readdirSync(`${out}/bundle`).filter((name) => /\.(js|wasm)$/.test(name));
  const gzippedKb = Object.fromEntries(
    files.map((name) => [name, gzipSync(readFileSync(`${out}/bundle/${name}`)).length / 1024]),
  );
  const bundleKb = Object.values(gzippedKb).reduce((sum, size) => sum + size, 0);
  const coreKb = Object.entries(gzippedKb).find(([name]) => name.endsWith(".wasm"))?.[1];
  const startup = wrangler("check", "startup", "--outfile", `${out}/startup.cpuprofile`);
  console.log(`bundle, gzipped       ${bundleKb.toFixed(1)} KB (at most ${BUNDLE_MAX_GZIPPED_KB})`);
  console.log(`core .wasm, gzipped   ${coreKb?.toFixed(1)} KB`);
  console.log(
    `start-up, CPU active  ${/Active:\s*([\d.]+ ms)/.exec(startup)?.[1]}   (wrangler check startup, on this machine)`,
  );
  if (bundleKb > BUNDLE_MAX_GZIPPED_KB) process.exitCode = 1;
} finally {
  rmSync(out, { recursive: true });
}

function wrangler(...args) {
  const env = {
    ...process.env,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
  const bin = `${root}/node_modules/wrangler/bin/wrangler.js`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`wrangler ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}
