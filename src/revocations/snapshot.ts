import type { Revocation } from "../contract/responses.ts";

/** Tells one state of the list from another. The metadata of a snapshot in Workers KV. */
export interface SnapshotMark {
  /** Grows with every change: of two snapshots the newer can be told, whatever clocks say. */
  readonly version: number;
  /** When the list was in this state, Unix seconds. */
  readonly asOf: number;
}

/** The whole list at one moment. It travels as JSON through Workers KV. */
export interface RevocationSnapshot extends SnapshotMark {
  readonly entries: readonly Revocation[];
}

/** For an edge that has a version already: without entries where it is the same version. */
export interface SnapshotUpdate extends SnapshotMark {
  readonly entries: readonly Revocation[] | undefined;
}

/** Names a deployment's list, its Durable Object and its snapshot, by its App ID. */
export function snapshotName(appId: string): string {
  return `revocations:${appId.toLowerCase()}`;
}
