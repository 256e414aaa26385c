// Workers of one file that the service is compared with, bundled as wrangler does.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Bundle } from "../test/support/worker/bundle.ts";
import type { WorkerDescription } from "../test/support/worker/workerd-config.ts";

/** Into a folder called `name`, beside the bundle and removed with it. */
export async function bundleSmallWorker(
  { directory, compatibilityDate }: Bundle,
  name: string,
  entry: URL,
  define: Readonly<Record<string, string>> = {},
): Promise<WorkerDescription> {
  const outdir = join(directory, "small-workers", name);
  await build({
    entryPoints: [fileURLToPath(entry)],
    outdir,
    define,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  return { directory: outdir, compatibilityDate };
}
