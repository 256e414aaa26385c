// Builds what describes the API, into the static files that the Worker serves: openapi.json from
// the contract, and docs.html, the same as a page.

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createOpenApi } from "../src/contract/openapi.ts";
import { renderReference } from "./reference-page.ts";

const out = fileURLToPath(new URL("../build/assets", import.meta.url).href);
const document = createOpenApi();
mkdirSync(out, { recursive: true });
writeFileSync(`${out}/openapi.json`, `${JSON.stringify(document, null, 2)}\n`);
writeFileSync(
  `${out}/docs.html`,
  String(await renderReference(document as unknown as Parameters<typeof renderReference>[0])),
);
