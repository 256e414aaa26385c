// What an app passes in and gets back. Times are Unix seconds, durations are seconds, as in the
// HTTP contract.

import type { IssuedKey } from "../contract/responses.ts";
import type { Role } from "../keys/role.ts";
import type { Platform } from "../keys/sdk-versions.ts";
import type { Privileges } from "../keys/token/token-services.ts";
import type { KeyVersion, Permission, Service } from "../keys/versions.ts";
import type { AgoraClient } from "./agora-client.ts";
import type { PlatformOptions } from "./environment.ts";
import type { KeySourceError } from "./key-source-error.ts";

/** The part of `POST /v1/keys` that says which key is wanted. */
export interface KeyRequest {
  channel: string;
  /** Left out, as `account` is: the grant's. */
  uid?: number | undefined;
  /** Instead of a uid, in access tokens. */
  account?: string | undefined;
  version?: KeyVersion | undefined;
  /** The SDK's own, such as `AgoraRTC.VERSION`: the key will be one that it takes. */
  sdkVersion?: string | undefined;
  platform?: Platform | undefined;
  service?: Service | undefined;
  permission?: Permission | undefined;
  /** Of an access token. Left out: the grant's. */
  role?: Role | undefined;
  /** Instead of a role: seconds of each. What is left out is denied. */
  privileges?: Privileges<"rtc"> | undefined;
  /**
   * Seconds until Agora removes the user from the channel; 0 = never; left out: the deployment's
   * default.
   */
  expiresIn?: number | undefined;
}

/** What a grant function returns. */
export type FetchedGrant = string | { readonly grant: string };

export interface KeySourceOptions extends KeyRequest, PlatformOptions {
  /** The deployment's address, such as `https://keys.example.com`; "" = the page's own. */
  endpoint?: string | undefined;
  /** Several deployments of the same project. When one fails, the next is asked at once. */
  endpoints?: readonly string[] | undefined;
  /**
   * The grant, or a function that fetches one. The function is called before the first key is
   * requested, and again when the grant expires. It may return the text, or the response of
   * `POST /v1/grants` as it is.
   */
  grant: string | ((signal: AbortSignal) => FetchedGrant | Promise<FetchedGrant>);
}

export interface KeySourceEvents {
  /** A new key came, and every attached client got it. */
  renewed: IssuedKey;
  /** An attempt failed. The next one comes by itself, `delaySeconds` from now. */
  retrying: { error: KeySourceError; attempt: number; delaySeconds: number };
  /** The service refused. There are no more requests. Comes once at most. */
  stopped: { error: KeySourceError };
}

export interface KeySource {
  /**
   * A key to join with now: the last one while it can still be used to join, else a new one.
   * Temporary failures are retried. Rejects with a KeySourceError once refused or closed, and with
   * the signal's reason once that is aborted; other calls go on.
   */
  get(options?: { readonly signal?: AbortSignal | undefined }): Promise<string | null>;
  /** The last response, with App ID, uid or account, and times; undefined before the first. */
  readonly current: IssuedKey | undefined;
  /**
   * Keeps the client's key renewed: on time, and whenever its SDK asks. Returns a function that
   * ends this. A client that is attached twice is renewed once, until both are ended. Throws a
   * TypeError if the client has no method that takes a new key.
   */
  attach(client: AgoraClient): () => void;
  /**
   * Returns a function that removes the listener. An error that the listener throws has no effect
   * on renewal.
   */
  on<Name extends keyof KeySourceEvents>(
    event: Name,
    listener: (detail: KeySourceEvents[Name]) => void,
  ): () => void;
  /**
   * Ends timers, listeners and the request that is under way. A get() that waits rejects with the
   * code `closed`.
   */
  close(): void;
}
