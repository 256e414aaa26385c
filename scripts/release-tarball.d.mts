export interface PackedRelease {
  readonly tarball: string;
  readonly files: readonly string[];
  /** Bytes. */
  readonly size: number;
}

export function git(...args: readonly string[]): string;
export function repositoryUrl(remote?: string): string | undefined;
export function publishedManifest(name?: string): Readonly<Record<string, unknown>>;
export function packRelease(folder: string, name?: string): PackedRelease;
