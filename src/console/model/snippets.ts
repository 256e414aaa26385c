// A request as code for a terminal or a program. The credential is not in it: what is copied ends
// in files, chats and the history of a shell.

import type { Method } from "./api.ts";
import type { Body } from "./request-body.ts";

export interface SnippetRequest {
  readonly origin: string;
  readonly method: Method;
  readonly path: string;
  readonly body?: Body | undefined;
  /** What stands for the credential: the name of a variable. */
  readonly credential: "SERVICE_KEY" | "GRANT";
}

export interface Snippet {
  readonly name: string;
  readonly text: string;
}

/** For a shell, for Node and browsers, and for a page that joins with the key. */
export function snippetsOf(request: SnippetRequest): Snippet[] {
  const { path } = request;
  const snippets = [
    { name: "curl", text: curl(request) },
    { name: "fetch", text: fetchCall(request) },
  ];
  const key = { "/v1/keys": "key", "/v1/tokens": "token" }[path];
  return key === undefined ? snippets : [...snippets, { name: "join()", text: join(key, request) }];
}

function curl({ origin, method, path, body, credential }: SnippetRequest): string {
  const isPlain = method === (body === undefined ? "GET" : "POST");
  return [
    `curl -s ${isPlain ? "" : `-X ${method} `}${quoted(origin + path)}`,
    `-H "Authorization: Bearer $${credential}"`,
    ...(body === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`]),
  ].join(" \\\n  ");
}

/** For a shell: in single quotes nothing has a meaning but the quote itself. */
function quoted(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function fetchCall({ origin, method, path, body, credential }: SnippetRequest): string {
  const lines = [
    ...(method === "GET" ? [] : [`  method: ${JSON.stringify(method)},`]),
    "  headers: {",
    `    Authorization: \`Bearer \${process.env.${credential}}\`,`,
    ...(body === undefined ? [] : ['    "Content-Type": "application/json",']),
    "  },",
    ...(body === undefined ? [] : [`  body: JSON.stringify(${literal(body)}),`]),
  ];
  return [
    `const response = await fetch(${JSON.stringify(origin + path)}, {`,
    ...lines,
    "});",
    "const result = await response.json();",
    "if (!response.ok) throw new Error(result.detail);",
  ].join("\n");
}

/** As one writes it: `{ channel: "room-1", uid: 42 }`. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${literal(member)}`);
  return `{ ${members.join(", ")} }`;
}

function join(key: string, { body }: SnippetRequest): string {
  const services = body?.services as readonly { readonly channel?: unknown }[] | undefined;
  const channel = JSON.stringify(services?.[0]?.channel ?? body?.channel ?? "");
  const names = services ? `appId, ${key}, services: [rtc]` : `appId, ${key}, uid, account`;
  const user = services ? "rtc.account ?? rtc.uid" : "account ?? uid";
  return [
    "// Your server sends the request, and hands on its response.",
    `const response = await fetch("/my-agora-${key}");`,
    `const { ${names} } = await response.json();`,
    `await client.join(appId, ${channel}, ${key}, ${user});`,
  ].join("\n");
}
