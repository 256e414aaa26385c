// The API describes itself: /openapi.json from the schemas that validate, /docs from the same document, as a page without
// scripts. Both are made at the first request for them, not at start-up.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { HttpEnv } from "../http/env.ts";
import { renderReference } from "./reference-page.ts";

export type OpenApiDocument = ReturnType<OpenAPIHono<HttpEnv>["getOpenAPI31Document"]>;

const INFO = {
  openapi: "3.1.0",
  info: {
    title: "Latchkey",
    version: "1",
    description:
      "Agora channel keys, minted at the edge. Times are Unix seconds, durations are seconds.",
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: "/", description: "This deployment" }],
  security: [{ credential: [] }],
  tags: [
    { name: "Keys", description: "Channel keys for joining and renewing" },
    { name: "Grants", description: "What a business server hands to its clients" },
    { name: "Revocations", description: "Cutting users off" },
    { name: "Status", description: "For operators and their monitors" },
  ],
};

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function addDescriptionRoutes(app: OpenAPIHono<HttpEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "credential", {
    type: "http",
    scheme: "bearer",
    description: "A service key, or for POST /v1/keys a grant",
  });
  let cached: OpenApiDocument | undefined;
  const document = () => {
    cached ??= app.getOpenAPI31Document(INFO);
    return cached;
  };
  app.get("/openapi.json", (c) => c.json(document()));
  app.get("/docs", (c) => {
    c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    return c.html(renderReference(document()));
  });
}
