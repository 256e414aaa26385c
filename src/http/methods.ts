import type { Hono } from "hono";
import { ServiceError } from "../contract/service-error.ts";
import type { HttpEnv } from "./context.ts";
import type { Responder } from "./respond.ts";

/** 405 with `Allow` (RFC 9110, 15.5.6) for each path that is there, whatever its other methods. */
export function refuseOtherMethods(app: Hono<HttpEnv>, respond: Responder): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === "OPTIONS") continue;
    const known = methods.get(path) ?? new Set();
    // Hono answers HEAD as it answers GET.
    methods.set(path, method === "GET" ? known.add("GET").add("HEAD") : known.add(method));
  }
  for (const [path, known] of methods) {
    const allow = [...known].join(", ");
    const detail = `This path takes ${allow}.`;
    app.all(path, (c) =>
      respond.problem(c, new ServiceError("method_not_allowed", detail), { Allow: allow }),
    );
  }
}
