import type { RevocationEntry } from "./entry.ts";

/** Tells one state of the list from another. It travels as the metadata of a snapshot in Workers KV. */
export interface SnapshotMark {
  /** Grows with every change, so that of two snapshots the newer can be told, whatever clocks say. */
  readonly version: number;
  /** The moment that the snapshot tells of, Unix seconds. */
  readonly asOf: number;
}

/** The whole list as the truth had it at one moment. It travels as JSON through Workers KV. */
export interface RevocationSnapshot extends SnapshotMark {
  readonly entries: readonly RevocationEntry[];
}

/** What an edge learns that has a version already: without entries where that is the one it has. */
export interface SnapshotUpdate extends SnapshotMark {
  readonly entries: readonly RevocationEntry[] | undefined;
}

/** One deployment's list: its Durable Object and its snapshot go by its App ID. */
export function snapshotName(appId: string): string {
  return `revocations:${appId.toLowerCase()}`;
}
