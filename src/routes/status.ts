import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { bindingWarnings } from "../config.ts";
import type { HttpEnv } from "../http/env.ts";
import { selfTest } from "../keys/self-test.ts";

const healthRoute = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  summary: "200 while the process answers",
  tags: ["Status"],
  security: [],
  responses: {
    200: {
      description: "It answers",
      content: { "application/json": { schema: z.object({ status: z.literal("ok") }) } },
    },
  },
});

const notReady = z
  .object({
    status: z.literal("not_ready"),
    problems: z.array(z.object({ name: z.string(), message: z.string() })),
  })
  .openapi("NotReady");

const warnings = z
  .array(z.object({ name: z.string(), message: z.string() }))
  .openapi({ description: "What works less well than it could, and why" });

const readyRoute = createRoute({
  method: "get",
  path: "/ready",
  operationId: "ready",
  summary: "200 when the core passes its self-test and the configuration is whole",
  tags: ["Status"],
  security: [],
  responses: {
    200: {
      description: "Ready",
      content: {
        "application/json": { schema: z.object({ status: z.literal("ready"), warnings }) },
      },
    },
    503: {
      description: "Names, never values, of what is missing or malformed",
      content: { "application/json": { schema: notReady } },
    },
  },
});

export function addStatusRoutes(app: OpenAPIHono<HttpEnv>): void {
  app.openapi(healthRoute, (c) => c.json({ status: "ok" } as const, 200));
  app.openapi(readyRoute, (c) => {
    const deployment = c.get("deployment");
    const problems = "problems" in deployment ? [...deployment.problems] : [];
    if (!selfTest()) problems.push({ name: "core", message: "fails its self-test" });
    c.header("Cache-Control", "no-store");
    return problems.length === 0
      ? c.json({ status: "ready" as const, warnings: bindingWarnings(c.env) }, 200)
      : c.json({ status: "not_ready" as const, problems }, 503);
  });
}
