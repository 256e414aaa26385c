// Users in a call, with the client library: it renews their keys, and must go on by itself after
// every crash.

import { createKeySource } from "../src/client/client.ts";
import { SECRETS } from "../test/support/settings.ts";
import type { Deployment } from "./deployment.ts";
import type { Oracle } from "./oracle.ts";

const CLIENTS = 40;
/** Short, so that many renewals fall into every crash. */
const EXPIRES_IN_SECONDS = 30;
/** These users are never revoked. */
const FIRST_UID = 2_000_000_000;

export class Clients {
  renewals = 0;
  retries = 0;
  /** What a user would notice. */
  readonly failures: string[] = [];
  readonly #sources: ReturnType<typeof createKeySource>[] = [];

  async join(deployment: Deployment, oracle: Oracle): Promise<void> {
    const version = 5;
    for (let i = 0; i < CLIENTS; i++) {
      const uid = FIRST_UID + i;
      const channel = `call-${i}`;
      const body = { channels: [channel], uid, expiresIn: 86_400 };
      const granted = await deployment.ask("POST", "/v1/grants", SECRETS.SERVICE_KEY, body);
      const source = createKeySource({
        endpoint: "",
        grant: granted?.grant ?? "",
        channel,
        version,
        expiresIn: EXPIRES_IN_SECONDS,
        fetch: deployment.fetch,
      });
      source.on("renewed", ({ key, issuedAt, randomInt, expiresAt }) => {
        this.renewals++;
        oracle.check(key, {
          version,
          channel,
          uid,
          issuedAt,
          randomInt,
          expiresAt: expiresAt ?? 0,
        });
      });
      source.on("retrying", () => this.retries++);
      source.on("stopped", ({ error }) => this.failures.push(`uid ${uid} stopped: ${error.code}`));
      await source.get();
      this.#sources.push(source);
    }
  }

  /** Each has a key that has not expired. */
  leave(): void {
    const now = Math.floor(Date.now() / 1000);
    for (const source of this.#sources) {
      const { expiresAt = 0, uid } = source.current ?? {};
      if ((expiresAt ?? 0) <= now) this.failures.push(`uid ${uid} was removed from its call`);
      source.close();
    }
  }
}
