// The page of the API reference: its list of errors is all there as HTML, its operations come by
// script (src/reference).

import { html } from "hono/html";
import { PROBLEM_TEXTS } from "../src/contract/problem-texts.ts";
import { PROBLEMS } from "../src/contract/problem-types.ts";
import type { ErrorCode } from "../src/contract/service-error.ts";

export function renderReference(): string {
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Latchkey reference</title>
<link rel="icon" href="/docs/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/style.css">
<script type="module" src="/docs/show-reference.js"></script>
</head>
<body>
<nav class="bar" aria-label="Pages">
<p class="wordmark"><img src="/docs/icon.svg" alt="" width="28" height="28">
<b>Latchkey</b> <span>reference</span></p>
<a href="#">Operations</a>
<a href="#errors">Errors</a>
<a href="/" id="console">Console</a>
</nav>
<div id="reference"></div>
<noscript><p class="notice">The operations need JavaScript. They are also in
<a href="/openapi.json">openapi.json</a>, for tools and programs.</p></noscript>
<main id="errors">
<h1>Errors</h1>
<p>Every error is <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>.
Its <code>type</code> is the address of the code here. For a bad request, <code>errors</code> names
every wrong field.</p>
${(Object.keys(PROBLEMS) as ErrorCode[]).map(renderProblem)}
</main>
</body>
</html>
`);
}

function renderProblem(code: ErrorCode) {
  const { status, title } = PROBLEMS[code];
  const { cause, remedy } = PROBLEM_TEXTS[code];
  return html`<section id="${code}" aria-labelledby="${code}-title">
<h2 id="${code}-title"><a href="#${code}"><code>${code}</code></a> ${status}: ${title}</h2>
<p><b>Cause.</b> ${cause}</p>
<p><b>Remedy.</b> ${remedy}</p>
</section>
`;
}
