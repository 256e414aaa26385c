// What the list tells edges: whole snapshots through Workers KV, and changes when it is asked.

import type { Revocation } from "../contract/responses.ts";
import type { CompactList } from "./compact-list.ts";

/** Tells one state of the list from another. */
export interface SnapshotMark {
  /** Grows with every change: of two snapshots the newer can be told, whatever clocks say. */
  readonly version: number;
  /** When the list was in this state, Unix seconds by the list's clock. */
  readonly asOf: number;
  /** How full the list was. Snapshots of earlier releases lack it. */
  readonly bytes?: number;
}

/** The metadata of a snapshot in Workers KV, whose value is the bytes of a CompactList. */
export interface SnapshotMetadata extends SnapshotMark {
  /** SNAPSHOT_FORMAT. Earlier releases have none, and their value is JSON, which is not read. */
  readonly format?: number;
}

export const SNAPSHOT_FORMAT = 2;

/** For an edge that has a version already: without the list where it is the same version. */
export interface StoredSnapshot extends SnapshotMark {
  readonly list: CompactList | undefined;
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
  /** The bytes of a CompactList, for edges that ask for that. */
  readonly compact?: Uint8Array;
  /** For edges of the release before, or from a list of that. While both run, each takes either. */
  readonly changed: readonly VersionedRevocation[];
}

export interface ReceivedChanges extends SnapshotMark {
  readonly newer: CompactList;
}

/** Names a deployment's list, its Durable Object and its snapshot, by its App ID. */
export function snapshotName(appId: string): string {
  return `revocations:${appId.toLowerCase()}`;
}
