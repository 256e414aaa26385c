// The API reference as one page of HTML: no script, no font, no image, no request but for itself.

import { html, raw } from "hono/html";
import { PROBLEMS } from "../src/contract/problem-types.ts";
import type { ErrorCode } from "../src/contract/service-error.ts";

/** The part of JSON Schema (2020-12) that our schemas come out as. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  security?: unknown[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

interface OpenApiDocument {
  openapi: string;
  info: { title: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

type Html = ReturnType<typeof html>;

export function renderReference(document: OpenApiDocument): Html {
  const { schemas } = document.components;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}: reference</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${document.info.title}</h1>
<p>${document.info.description}
Credentials go into the header <code>Authorization: Bearer</code>: a service key, or for <code>POST /v1/keys</code> and <code>POST /v1/tokens</code> a grant.
The same as a document: <a href="/openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p>
<nav aria-label="Operations"><ul>
${operations.map(({ path, method, operation }) => html`<li><a href="#${operation.operationId}"><code>${method.toUpperCase()} ${path}</code></a> ${operation.summary}</li>`)}
</ul></nav>
${operations.map(({ path, method, operation }) => renderOperation(path, method, operation, schemas))}
<h2 id="errors">Errors</h2>
<p>Every error is <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>.
For a bad request, <code>errors</code> names every wrong field.</p>
<table>
<thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">meaning</th></tr></thead>
<tbody>
${(Object.keys(PROBLEMS) as ErrorCode[]).map(
  (code) => html`<tr id="${code}">
<td><code>${code}</code></td><td>${PROBLEMS[code].status}</td><td>${PROBLEMS[code].title}</td></tr>`,
)}
</tbody>
</table>
</main>
</body>
</html>`;
}

function renderOperation(
  path: string,
  method: string,
  operation: Operation,
  schemas: Record<string, Schema>,
): Html {
  const request = operation.requestBody?.content["application/json"]?.schema;
  return html`<section aria-labelledby="${operation.operationId}">
<h2 id="${operation.operationId}"><code>${method.toUpperCase()} ${path}</code></h2>
<p>${operation.summary}. ${operation.description ?? ""} ${operation.security?.length === 0 ? "Needs no credential." : ""}</p>
${request ? renderFields("Request", resolve(request, schemas), schemas) : ""}
${Object.entries(operation.responses).map(([status, response]) => {
  const success = response.content?.["application/json"]?.schema;
  if (success)
    return renderFields(`${status}: ${response.description}`, resolve(success, schemas), schemas);
  return html`<p class="refusal"><code>${status}</code> ${response.description}</p>`;
})}
</section>`;
}

function renderFields(caption: string, schema: Schema, schemas: Record<string, Schema>): Html {
  const required = new Set(schema.required);
  return html`<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">field</th><th scope="col">type</th><th scope="col"></th></tr></thead>
<tbody>
${Object.entries(schema.properties ?? {}).map(([name, field]) => {
  const { description = "", default: fallback } = resolve(field, schemas);
  const notes = [
    required.has(name) ? "" : "Optional.",
    fallback === undefined ? "" : `Default: ${String(fallback)}.`,
    description,
  ];
  return html`<tr><td><code>${name}</code></td><td>${typeOf(field, schemas)}</td>
<td>${notes.filter(Boolean).join(" ")}</td></tr>`;
})}
</tbody>
</table>`;
}

function resolve(schema: Schema, schemas: Record<string, Schema>): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (schemas[name] ?? {});
}

function typeOf(schema: Schema, schemas: Record<string, Schema>): string {
  const { type, enum: values, items, properties, maximum, ...rest } = resolve(schema, schemas);
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (rest.const !== undefined) return JSON.stringify(rest.const);
  const options = rest.anyOf ?? rest.oneOf;
  if (options) return options.map((option) => typeOf(option, schemas)).join(" | ");
  if (items) return `[ ${typeOf(items, schemas)}, … ]`;
  if (properties) {
    return `{ ${Object.entries(properties)
      .map(([name, field]) => `${name}: ${typeOf(field, schemas)}`)
      .join(", ")} }`;
  }
  const text = [type ?? "any"].flat().join(" | ");
  return maximum === undefined ? text : `${text}, at most ${maximum}`;
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a3f4a); --soft: light-dark(#f4f6f9, #1c2028); }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0; background: light-dark(#fff, #14171c); color: light-dark(#16191f, #e6e9ee); }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
a { color: light-dark(#0b57d0, #8ab4f8); }
code { font: 0.92em ui-monospace, monospace; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.2rem; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; }
caption { text-align: start; font-weight: 600; padding: 0.25rem 0; }
th, td { text-align: start; vertical-align: top; padding: 0.35rem 0.5rem; border-bottom: 1px solid var(--line); }
thead { background: var(--soft); }
tr:target { outline: 2px solid currentColor; }
.refusal { margin: 0.2rem 0; }
`;
