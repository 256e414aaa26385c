// A model of what lies around one edge's replica, in simulated time: a list on which a user is
// revoked every second, publications that come late or never, Workers KV that returns any earlier
// value, replies that take their time, and an edge with a clock of its own.

import {
  REVOCATION_LIST_TIMEOUT_SECONDS,
  REVOCATION_STORE_TIMEOUT_SECONDS,
} from "../../src/platform/limits.ts";
import { CompactList } from "../../src/revocations/compact-list.ts";
import { RevocationReplica } from "../../src/revocations/replica.ts";

const SECOND = 1000;
/** When the edge starts, ms. The list is older. */
const START = 1_000_000 * SECOND;
/** For so long each revocation lasts: longer than any bound. */
const LIFETIME_SECONDS = 500;

/** Times are ms after the edge's start. */
export interface Faults {
  /** When the list was published, and how much later that reached Workers KV. */
  readonly publications: readonly { readonly at: number; readonly lateBy: number }[];
  /** For each read of Workers KV in turn. */
  readonly reads: readonly Reply[];
  /** For each question to the list in turn. */
  readonly responses: readonly Reply[];
  /** The edge's clock less the list's, ms. */
  readonly clockDifference: number;
}

export interface Reply {
  /** How old the value is that Workers KV returns, ms. */
  readonly staleBy: number;
  readonly takes: number;
  readonly fails: boolean;
}

/**
 * Asks at this time for the user who was revoked so long ago. Where that is negative the user will
 * be revoked, later than any request waits.
 */
export interface Request {
  readonly at: number;
  readonly revokedAgo: number;
}

export interface Served extends Request {
  readonly isRevoked: boolean | "refused";
}

export async function runEdge(requests: readonly Request[], faults: Faults): Promise<Served[]> {
  let now = 0;
  let reads = 0;
  let responses = 0;
  let pending: { readonly at: number; readonly settle: () => void }[] = [];
  const arrivals = faults.publications
    .map(({ at, lateBy }) => ({ at, arrives: at + lateBy }))
    .sort((a, b) => b.arrives - a.arrives);

  /** What was asked for, after some time; a failure where that is longer than the limit. */
  function reply<T>({ takes, fails }: Reply, limitSeconds: number, value: T): Promise<T> {
    const limit = limitSeconds * SECOND;
    return new Promise<T>((resolve, reject) => {
      const fail = () => reject(new Error("no response"));
      const settle = fails || takes >= limit ? fail : () => resolve(value);
      pending.push({ at: now + Math.min(takes, limit), settle });
    });
  }

  const replica = new RevocationReplica({
    readSnapshot: (known) => {
      const read = faults.reads[reads++ % faults.reads.length] as Reply;
      const last = arrivals.find(({ arrives }) => arrives <= now - read.staleBy);
      const version = last && versionAt(last.at);
      const list = version === known ? undefined : listAt(version ?? 0);
      const stored = version && { version, asOf: version, list };
      return reply(read, REVOCATION_STORE_TIMEOUT_SECONDS, stored || undefined);
    },
    askList: (known) => {
      const response = faults.responses[responses++ % faults.responses.length] as Reply;
      const version = versionAt(now);
      const newer = known === undefined ? CompactList.of([]) : listBetween(known, version);
      return reply(response, REVOCATION_LIST_TIMEOUT_SECONDS, { version, asOf: version, newer });
    },
  });

  /** Replies that are due come in, in their order, each with all that follows from it. */
  async function advance(to: number): Promise<void> {
    for (;;) {
      await followUp();
      const due = pending.filter(({ at }) => at <= to).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      pending = pending.filter((one) => one !== due);
      now = Math.max(now, due.at);
      due.settle();
    }
    now = Math.max(now, to);
  }

  const served: Served[] = [];
  for (const request of requests) {
    await advance(request.at);
    const uid = versionAt(now - request.revokedAgo);
    const access = { uid, channel: "room-1", sub: "user-7", jti: "grant-1", issuedAt: 0 };
    const clock = Math.floor((START + now + faults.clockDifference) / SECOND);
    const asking = replica.isRevoked(access, clock, () => undefined);
    asking
      .catch((): "refused" => "refused")
      .then((isRevoked) => served.push({ ...request, isRevoked }));
  }
  await advance(now + 60 * SECOND);
  return served;
}

/** The list's version, which is its time in seconds, and the uid that was revoked last. */
function versionAt(at: number): number {
  return Math.floor((START + at) / SECOND);
}

/** Kept, since a run of the model reads the same list again and again, as others do. */
const lists = new Map<number, CompactList>();

function listAt(version: number): CompactList {
  const list = lists.get(version) ?? listBetween(0, version);
  lists.set(version, list);
  return list;
}

/** Of those that have not ended. */
function listBetween(version: number, newest: number): CompactList {
  const first = Math.max(version, newest - LIFETIME_SECONDS) + 1;
  const entries = Array.from({ length: Math.max(0, newest - first + 1) }, (_, i) => {
    const uid = first + i;
    return { uid, until: uid + LIFETIME_SECONDS };
  });
  return CompactList.of(entries);
}

/** What follows from a promise that was settled: nothing here takes more steps. */
async function followUp(): Promise<void> {
  for (let i = 0; i < 40; i++) await Promise.resolve();
}
