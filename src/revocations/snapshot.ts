import type { RevocationEntry } from "./entry.js";

/** The whole list as the truth had it at one moment. It travels as JSON through Workers KV. */
export interface RevocationSnapshot {
  /** Unix seconds. */
  readonly asOf: number;
  readonly entries: readonly RevocationEntry[];
}

/** One deployment's list: its Durable Object and its snapshot go by its App ID. */
export function snapshotName(appId: string): string {
  return `revocations:${appId.toLowerCase()}`;
}
