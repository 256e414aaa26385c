import type { BuildOptions } from "esbuild";

export function commandLineBuild(outfile: string): BuildOptions;
