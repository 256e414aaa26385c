// The console: static files (src/console, bundled into build/console), served by the Worker, so that they come with these headers
// and not at all where the console is off.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Refusal } from "../errors.ts";
import type { HttpEnv } from "../http/env.ts";
import { requireConfiguration } from "../http/middleware.ts";

// Beside those of every answer (http/answer.ts). The page handles credentials: it runs its own script and no other, talks to
// this deployment alone, and can't be framed.
const HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
} as const;

export function addConsoleRoutes(app: OpenAPIHono<HttpEnv>): void {
  app.get("/", serveAsset);
  app.get("/console/:file", serveAsset);
}

async function serveAsset(c: Context<HttpEnv>): Promise<Response> {
  requireConfiguration(c);
  // A deployment may have been made without its assets.
  const assets: Fetcher | undefined = c.env.ASSETS;
  if (!c.get("service").config.hasConsole || assets === undefined) {
    throw new Refusal("not_found", "This deployment has no console.");
  }
  const asset = await assets.fetch(c.req.raw);
  if (asset.status === 404) throw new Refusal("not_found", "The console has no such file.");
  const response = new Response(asset.body, asset);
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}
