// Writes a file that the Worker serves, as a whole and only if it changed: a running service may be
// reading it.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const ASSETS = fileURLToPath(new URL("../build/assets", import.meta.url).href);

/** `name` is the file's path in the folder of assets. */
export function writeAsset(name: string, contents: string | Uint8Array): void {
  const path = `${ASSETS}/${name}`;
  const bytes = Buffer.from(contents);
  if (readOrNothing(path)?.equals(bytes)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}.new`, bytes);
  renameSync(`${path}.${process.pid}.new`, path);
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
