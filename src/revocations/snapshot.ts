// What the list tells edges: whole snapshots through Workers KV, and changes when it is asked.

import type { Revocation } from "../contract/responses.ts";

/** Tells one state of the list from another. The metadata of a snapshot in Workers KV. */
export interface SnapshotMark {
  /** Grows with every change: of two snapshots the newer can be told, whatever clocks say. */
  readonly version: number;
  /** When the list was in this state, Unix seconds by the list's clock. */
  readonly asOf: number;
  /** How full the list was. Snapshots of earlier releases lack it. */
  readonly bytes?: number;
}

/** The whole list at one moment. It travels as JSON through Workers KV. */
export interface RevocationSnapshot extends SnapshotMark {
  readonly entries: readonly Revocation[];
}

/** For an edge that has a version already: without entries where it is the same version. */
export interface StoredSnapshot extends SnapshotMark {
  readonly entries: readonly Revocation[] | undefined;
}

/** An entry, and the list's version since it was added or made to end later. */
export interface VersionedRevocation {
  readonly entry: Revocation;
  readonly version: number;
}

/**
 * What the list itself says to an edge that knows an earlier version: its version now, and the
 * entries that are newer. Which entries were removed is in snapshots alone: to miss that for a
 * while is safe, and so a question costs the list next to nothing, however long it is.
 */
export interface RevocationChanges extends SnapshotMark {
  readonly changed: readonly VersionedRevocation[];
}

/** Names a deployment's list, its Durable Object and its snapshot, by its App ID. */
export function snapshotName(appId: string): string {
  return `revocations:${appId.toLowerCase()}`;
}
