// Whether the package that `npm run build` made can be published: publint reads its manifest,
// arethetypeswrong asks as each kind of import would.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { packRelease } from "./release-tarball.mjs";

const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "latchkey-release-"));
try {
  const { tarball } = packRelease(folder);
  const data = readFileSync(tarball);
  const tar = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: tar }, strict: true });
  for (const message of messages) console.error(formatMessage(message, pkg));
  const cli = require.resolve("@arethetypeswrong/cli/package.json");
  const { bin } = require(cli);
  const args = [join(dirname(cli), bin.attw), tarball, "--no-color", "--no-emoji"];
  const types = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (types.status !== 0) console.error(types.stdout + types.stderr);
  const problems = messages.length + (types.status === 0 ? 0 : 1);
  console.log(`package: publint and arethetypeswrong, ${problems} problems`);
  process.exitCode = problems === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
