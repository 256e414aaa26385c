// Once for all test files that start the Worker: its bundle.

import type { TestProject } from "vitest/node";
import { type Bundle, bundleWorker, removeBundle } from "./bundle.ts";

declare module "vitest" {
  interface ProvidedContext {
    bundle: Bundle;
  }
}

/**
 * Vitest runs this for each project that needs it, in one process but in modules of their own: the
 * bundle is shared.
 */
const shared = globalThis as { latchkeyBundle?: Promise<Bundle> };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.latchkeyBundle ??= bundleWorker();
  const bundle = await shared.latchkeyBundle;
  project.provide("bundle", bundle);
  return () => removeBundle(bundle);
}
