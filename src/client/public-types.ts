// What an app gives and gets. The shapes follow the HTTP contract: Unix seconds, durations in seconds.

import type { AgoraClient } from "./agora-client.ts";
import type { KeySourceError } from "./key-source-error.ts";

export type Service = "mediaChannel" | "recording" | "publicSharing" | "inChannelPermission";
export type Permission = "noUpload" | "audioVideoUpload";

/** The part of `POST /v1/keys` that says which key is wanted. */
export interface KeyRequest {
  channel: string;
  /** Left out: the grant's. */
  uid?: number | undefined;
  version?: 1 | 2 | 3 | 4 | 5 | undefined;
  sdkVersion?: string | undefined;
  service?: Service | undefined;
  permission?: Permission | undefined;
  /** Seconds until the user is put out; 0 = never; left out: the deployment's default. */
  expiresIn?: number | undefined;
}

/** The answer of `POST /v1/keys`. */
export interface KeyAnswer {
  /** null where the project works with its App ID alone: join with null. */
  key: string | null;
  version: number;
  service: Service;
  appId: string;
  channel: string;
  uid: number;
  randomInt: number;
  issuedAt: number;
  /** From then on a join with this key is refused. Whoever is in stays in. */
  joinBefore: number;
  /** The user is put out then, unless a newer key was handed to the SDK; null = never. */
  expiresAt: number | null;
  renewAt: number | null;
  serverTime: number;
}

/** As much of `fetch` as is used: the platform's own fits. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body: string;
    cache: "no-store";
    credentials: "omit";
    signal: AbortSignal;
  },
) => Promise<{
  status: number;
  headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}>;

/** What a test or an unusual platform may hand in. Each is the platform's own when left out. */
export interface PlatformOptions {
  fetch?: Fetch | undefined;
  /** The wall clock, in milliseconds: `Date.now`. It may be wrong, and may jump. */
  now?(): number;
  /** A clock that never jumps, in milliseconds: `performance.now`. It may stand still while the device sleeps. */
  monotonicNow?(): number;
  setTimeout?(callback: () => void, delayMs: number): unknown;
  clearTimeout?(timer: unknown): void;
  /** From 0 up to, but not including, 1. */
  random?(): number;
}

export interface KeySourceOptions extends KeyRequest, PlatformOptions {
  /** The deployment's address, for instance `https://keys.example.com`; "" = where the page came from. */
  endpoint?: string | undefined;
  /** Several deployments of the same project: one that fails is passed over for the next, at once. */
  endpoints?: readonly string[] | undefined;
  /** The grant, or a function that fetches one: it is asked first when a key is, and again as the grant ends. */
  grant: string | ((signal: AbortSignal) => string | Promise<string>);
}

export interface KeySourceEvents {
  /** A new key has come, and was handed to every attached client. */
  renewed: KeyAnswer;
  /** Asking failed for now; the next attempt comes by itself, `delaySeconds` from now. */
  retrying: { error: KeySourceError; attempt: number; delaySeconds: number };
  /** Refused for good: nothing more is asked. Comes once at most. */
  stopped: { error: KeySourceError };
}

export interface KeySource {
  /**
   * A key to join with now: the last one while a join with it is still in time, else a new one. Waits out failures that
   * pass; rejects with a KeySourceError once refused or closed.
   */
  get(): Promise<string | null>;
  /** The last answer whole (its App ID, uid and times), or undefined before the first. */
  readonly current: KeyAnswer | undefined;
  /** Keeps the client's key renewed, on time and whenever its SDK asks. Returns what ends that. */
  attach(client: AgoraClient): () => void;
  /** Returns what ends the listening. An error that the listener throws stays without effect on renewal. */
  on<Name extends keyof KeySourceEvents>(
    event: Name,
    listener: (detail: KeySourceEvents[Name]) => void,
  ): () => void;
  /** Ends everything: timers, listeners, the request under way; a get() that waits rejects with the code `closed`. */
  close(): void;
}
