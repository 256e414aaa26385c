// What the Worker's bundle takes for "zod" (wrangler.toml, [alias]): all of it but its error messages in 50 languages, which
// weigh more than the rest of the service. They would come along because @hono/zod-openapi hands the whole of `z` on. English, in
// which zod speaks by itself, is not one of these. Where no bundler knows the alias (types, tests), zod itself is the same.

export * from "zod/v4";
export * as core from "./core-without-locales.ts";
export * as z from "./without-locales.ts";
/** Stands in the way of zod's own. */
export const locales = {};
