#!/usr/bin/env node
// The command `latchkey`. It is committed, unlike the program that it starts: npx makes its link
// once for each clone, and a link that has no file then is missing for good.

import { existsSync } from "node:fs";

const program = new URL("../dist/cli.js", import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  process.stderr.write("latchkey: it is not built yet: npm run build:package\n");
  process.exitCode = 2;
}
