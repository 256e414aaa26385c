// Static files that the build makes: the console, the reference, and what describes the API to
// programs. The Worker serves them, so that they come with these headers, and the console not at
// all where it is off.

import type { Hono } from "hono";
import type { DeploymentResult } from "../config/deployment.ts";
import { ServiceError } from "../contract/service-error.ts";
import type { HttpContext, HttpEnv } from "./context.ts";
import { allowedOrigin, corsHeaders } from "./cors.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./request-id.ts";
import { COMMON_HEADERS } from "./respond.ts";
import { requireConfigured } from "./serve.ts";

const FILE_HEADERS = {
  ...COMMON_HEADERS,
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
} as const;

/** A page that handles credentials runs our files alone, and talks to this deployment alone. */
function pageHeaders(styles: string, ...more: readonly string[]) {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ];
  return {
    ...FILE_HEADERS,
    "Content-Security-Policy": policy.join("; "),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
  };
}

const CONSOLE_HEADERS = pageHeaders(
  "'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
);

/**
 * Looser than the console in two points, which Scalar needs: it writes style sheets into the page,
 * and its editor writes markup, so there are no trusted types. Markup that got in could still run
 * no script, and send nothing to another server.
 */
const DOCS_HEADERS = pageHeaders("'self' 'unsafe-inline'");

type AssetHeaders = Readonly<Record<string, string>>;

export function serveAssets(
  app: Hono<HttpEnv>,
  deployments: (env: object) => DeploymentResult,
): void {
  const file = async (c: HttpContext, headers: AssetHeaders): Promise<Response> => {
    const deployment = deployments(c.env);
    const asset = await fetchAsset(c);
    const response = new Response(asset.body, asset);
    const cors = corsHeaders(allowedOrigin(c, deployment));
    const requestId = { [REQUEST_ID_HEADER]: requestIdOf(c) };
    for (const [name, value] of Object.entries({ ...headers, ...cors, ...requestId })) {
      response.headers.set(name, value);
    }
    return response;
  };
  const consoleFile = (c: HttpContext): Promise<Response> => {
    const { config } = requireConfigured(deployments(c.env));
    if (config.hasConsole) return file(c, CONSOLE_HEADERS);
    throw new ServiceError("not_found", "This deployment has no console.");
  };
  app.get("/", consoleFile);
  app.get("/console/:file", consoleFile);
  app.get("/openapi.json", (c) => file(c, FILE_HEADERS));
  app.get("/llms.txt", (c) => file(c, FILE_HEADERS));
  app.get("/docs", (c) => file(c, DOCS_HEADERS));
  app.get("/docs/:file", (c) => file(c, DOCS_HEADERS));
}

/** Throws `not_found` where there is no such file, or the deployment was made without its files. */
async function fetchAsset(c: HttpContext): Promise<Response> {
  const assets: Fetcher | undefined = c.env.ASSETS;
  const asset = await assets?.fetch(c.req.raw);
  if (asset && asset.status !== 404) return asset;
  throw new ServiceError("not_found", "This deployment has no such file.");
}
