// Scalar's script for browsers, as one file with nothing to load. Its own package
// (@scalar/api-reference) brings 290 others, none of which the file needs. The plugin for Fastify
// brings 14, and serves the same file: this asks it for its route.

import plugin from "@scalar/fastify-api-reference";

interface Route {
  readonly url: string;
  handler(request: unknown, reply: Reply): unknown;
}
interface Reply {
  header(name: string, value: string): Reply;
  send(body: string): string;
}
type Register = (
  fastify: { route(route: Route): void; log: Console; hasPlugin(): boolean },
  options: { routePrefix: string; configuration: { url: string } },
  next: () => void,
) => void;

export function scalarScript(): string {
  const routes: Route[] = [];
  const fastify = {
    route: (route: Route) => routes.push(route),
    log: console,
    hasPlugin: () => false,
  };
  const options = { routePrefix: "/docs", configuration: { url: "/openapi.json" } };
  (plugin as unknown as Register)(fastify, options, () => {});
  const route = routes.find(({ url }) => url.endsWith(".js"));
  if (!route) throw new Error("@scalar/fastify-api-reference no longer serves Scalar's script");
  const reply: Reply = { header: () => reply, send: (body) => body };
  const script = String(route.handler({}, reply));
  // The map that it names is not served.
  return script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}
