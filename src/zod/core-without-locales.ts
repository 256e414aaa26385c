export * from "zod/v4/core";
/** Stands in the way of zod's own. */
export const locales = {};
