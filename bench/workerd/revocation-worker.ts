// Runs inside workerd: reads a list of revocations from Workers KV, again and again, and looks one
// user up in it, as an edge does at a refresh after a change.

import { CompactList } from "../../src/revocations/compact-list.ts";
import { type JsonEntry, JsonRevocations } from "../contenders/json-revocations.ts";

export type RevocationTask =
  /** The response is these entries in the form of now. */
  | { readonly compact: readonly JsonEntry[] }
  /** `way`: the form, and the name of its value in Workers KV. */
  | { readonly way: Way; readonly times: number };

export type Way = "json" | "compact";

/** A user who is on no list. */
const ACCESS = { uid: 7, channel: "room-1", sub: "user-0", jti: "grant-0", issuedAt: 1 };
const NOW = 1_800_000_000;

interface Env {
  readonly SNAPSHOTS: {
    get(name: string, type: "stream"): Promise<ReadableStream | null>;
  };
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const task = (await request.json()) as RevocationTask;
    if ("compact" in task) return new Response(CompactList.of(task.compact).bytes as BodyInit);
    for (let i = 0; i < task.times; i++) {
      const stored = new Response(await env.SNAPSHOTS.get(task.way, "stream"));
      const list =
        task.way === "json"
          ? new JsonRevocations((await stored.json()) as JsonEntry[])
          : new CompactList(new Uint8Array(await stored.arrayBuffer()));
      if (list.isRevoked(ACCESS, NOW)) return new Response("found", { status: 500 });
    }
    return new Response("done");
  },
};
