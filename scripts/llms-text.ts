// llms.txt (llmstxt.org): what a language model needs to write code against this deployment, and
// the guides that it leads to.

import { basename } from "node:path";
import { OPERATION_TEXTS } from "../src/contract/operation-texts.ts";
import { PROBLEM_TEXTS } from "../src/contract/problem-texts.ts";
import { PROBLEMS } from "../src/contract/problem-types.ts";
import { type OperationId, ROUTES } from "../src/contract/routes.ts";
import type { ErrorCode } from "../src/contract/service-error.ts";

/** Files of docs/ that the deployment serves under /docs/. */
export const GUIDES: Readonly<Record<string, string>> = {
  "api.md": "each request by example",
  "client.md": "the client library, which gets and renews keys in an app",
  "grants.md": "grants, and how a server signs them itself",
  "library.md": "signing and inspecting keys in Node.js, Workers and browsers",
};

export function llmsText(): string {
  return `# Latchkey

> A service that signs Agora channel keys (DynamicKey 1 to 5) and access tokens (006, 007). The App
> Certificate stays in the service. A business server asks with a service key, a client with a grant.

Send \`Authorization: Bearer\` with a service key or a grant, and JSON. Times are Unix seconds,
durations are seconds. A service key belongs into servers alone, never into an app or a page: apps get
a grant from their server. Errors are \`application/problem+json\` with a stable \`code\`.

## API

- [OpenAPI document](/openapi.json): every operation, field and bound
- [Reference](/docs): the same as a page, with requests to try
- [Readiness](/ready): whether this deployment can issue keys, and if not, why

## Guides

${list(Object.entries(GUIDES), ([name, about]) => `[${name}](/docs/${name}): ${about}`)}

## Operations

${list(Object.entries(ROUTES), ([id, { method, path }]) => {
  const { summary } = OPERATION_TEXTS[id as OperationId];
  return `\`${method} ${path.replace(/:(\w+)/g, "{$1}")}\`: ${summary}`;
})}

## Errors

${list(Object.keys(PROBLEMS) as ErrorCode[], (code) => {
  const { cause, remedy } = PROBLEM_TEXTS[code];
  return `\`${code}\` (${PROBLEMS[code].status}): ${cause} ${remedy}`;
})}
`;
}

/**
 * A guide without its links to files that the deployment does not serve (their text stays), and
 * without pictures.
 */
export function servedGuide(markdown: string): string {
  const isServed = (to: string) =>
    /^(https?:|#)/.test(to) || basename(to.replace(/#.*/, "")) in GUIDES;
  return markdown
    .replace(/^!\[.*\n/gm, "")
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (link, text: string, to: string) =>
      isServed(to) ? link : text,
    );
}

function list<T>(items: readonly T[], line: (item: T) => string): string {
  return items.map((item) => `- ${line(item)}`).join("\n");
}
