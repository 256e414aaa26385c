// A business server, its clients, an operator who revokes users, and an attacker who guesses keys.
// The load is bounded: each waits a little between two requests.

import { REVOCATION_ENFORCED_SECONDS } from "../src/platform/limits.ts";
import { SECRETS } from "../test/support/settings.ts";
import type { Deployment } from "./deployment.ts";
import type { Oracle } from "./oracle.ts";

const BATCH_UIDS = 1000;
/** The operator revokes users with uids from here on. */
const FIRST_REVOKED_UID = 1_000_000_000;
/** Also while Workers KV is down: see "How long a revocation takes" in SECURITY.md. */
const IN_FORCE_MILLISECONDS = REVOCATION_ENFORCED_SECONDS * 1000;
/**
 * Long enough for every check of them, and short enough that the list stops growing before memory
 * is measured.
 */
const LIFETIME_SECONDS = 280;
/** Of so many revocations the operator ends a few that have been checked, all in one request. */
const ENDED_EVERY = 50;
const ENDED = 3;
/** Reading the whole list may take so long. */
const CHECK_SECONDS = 10;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const { SERVICE_KEY } = SECRETS;

export class Load {
  /** The revocations that were acknowledged and not ended, by uid, and until when each lasts. */
  readonly revoked = new Map<number, { readonly id: string; readonly until: number }>();
  ended = 0;
  /** Revocations that were acknowledged and are not on the list, or not enforced. */
  readonly lost: string[] = [];
  /** How many batches are still to follow one another without a pause. */
  #hurried = 0;
  #isOver = false;
  #serial = 0;
  readonly #deployment: Deployment;
  readonly #oracle: Oracle;

  constructor(deployment: Deployment, oracle: Oracle) {
    this.#deployment = deployment;
    this.#oracle = oracle;
  }

  async run(): Promise<void> {
    const loops = [
      this.#batches(),
      this.#batches(),
      this.#clients(),
      this.#clients(),
      this.#clients(),
      this.#operator(),
      this.#guesser(),
    ];
    await Promise.all(loops);
  }

  /**
   * So many batches without a pause. workerd's working memory grows in steps over the first 3,500
   * batches or so of an isolate, and then no more.
   */
  hurry(batches: number): void {
    this.#hurried = batches;
  }

  get isHurried(): boolean {
    return this.#hurried > 0;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Every revocation that was acknowledged is on the list. */
  async checkList(): Promise<void> {
    const now = Date.now() / 1000;
    const acknowledged = [...this.revoked].filter(([, { until }]) => until > now + CHECK_SECONDS);
    const listed = new Set<number>();
    for (let query = ""; ; ) {
      const page = await this.#deployment.ask("GET", `/v1/revocations${query}`, SERVICE_KEY);
      if (!page) return;
      for (const { uid } of (page.revocations ?? []) as { uid: number }[]) listed.add(uid);
      if (page.cursor === undefined) break;
      query = `?cursor=${String(page.cursor)}`;
    }
    // One may have been ended meanwhile.
    for (const [uid] of acknowledged)
      if (!listed.has(uid) && this.revoked.has(uid))
        this.lost.push(`uid ${uid} is no longer on the list`);
  }

  async #batches(): Promise<void> {
    while (!this.#isOver) {
      const version = 2 + (this.#serial++ % 4);
      const channel = `room-${this.#serial}`;
      const uids = Array.from(
        { length: BATCH_UIDS },
        (_, i) => (Math.imul(this.#serial, 7919) + i) >>> 0,
      );
      const response = await this.#deployment.ask("POST", "/v1/keys/batch", SERVICE_KEY, {
        channel,
        version,
        uids,
        expiresIn: this.#serial % 7200,
      });
      const { issuedAt = 0, expiresAt } = response ?? {};
      if (response && response.keys?.length !== BATCH_UIDS)
        this.#oracle.wrong.push(`a batch of ${response.keys?.length}`);
      response?.keys?.forEach(({ key, uid = -1, randomInt }, i) => {
        this.#oracle.check(uid === uids[i] ? key : undefined, {
          version,
          channel,
          uid,
          issuedAt,
          randomInt,
          expiresAt: expiresAt ?? 0,
        });
      });
      await pause(this.isHurried ? 0 : 100);
      this.#hurried = Math.max(0, this.#hurried - 1);
    }
  }

  async #clients(): Promise<void> {
    while (!this.#isOver) {
      const uid = 1 + (this.#serial++ % 1_000_000);
      const response = await this.#deployment.ask("POST", "/v1/grants", SERVICE_KEY, {
        channels: ["room-*"],
        uid,
        expiresIn: 600,
      });
      for (let i = 0; i < 5 && response?.grant; i++) {
        const channel = `room-${uid}`;
        const version = 2 + (i % 4);
        const key = await this.#deployment.ask("POST", "/v1/keys", response.grant, {
          channel,
          version,
        });
        const {
          issuedAt = 0,
          randomInt = 0,
          expiresAt,
        } = (key ?? {}) as { issuedAt?: number; randomInt?: number; expiresAt?: number };
        if (key)
          this.#oracle.check(key.key, {
            version,
            channel,
            uid,
            issuedAt,
            randomInt,
            expiresAt: expiresAt ?? 0,
          });
        await pause(10);
      }
    }
  }

  /**
   * Revokes users, in all channels, in those whose names begin alike, or in the grants that they
   * have by now, and checks of each a minute later that it is enforced.
   */
  async #operator(): Promise<void> {
    const due: { readonly uid: number; readonly at: number; readonly grant?: string }[] = [];
    const checked: number[] = [];
    while (!this.#isOver) {
      const uid = FIRST_REVOKED_UID + this.#serial++;
      const now = Math.floor(Date.now() / 1000);
      const until = now + LIFETIME_SECONDS;
      const kinds = [{}, { channel: "room-*" }, { issuedBefore: now + 5 }];
      const kind = kinds[uid % kinds.length];
      const grant = kind && "issuedBefore" in kind ? await this.#grantFor(uid, 300) : undefined;
      const body = { uid, ...kind, until };
      const path = "/v1/revocations";
      const response = await this.#deployment.ask("POST", path, SERVICE_KEY, body, [201]);
      if (response?.id !== undefined) {
        this.revoked.set(uid, { id: response.id as string, until });
        const at = Date.now() + IN_FORCE_MILLISECONDS;
        if (!kind || !("issuedBefore" in kind)) due.push({ uid, at });
        else if (grant !== undefined) due.push({ uid, at, grant });
      }
      while (due[0] && due[0].at <= Date.now()) {
        const next = due.shift() as (typeof due)[number];
        await this.#expectRevoked(next.uid, next.grant ?? (await this.#grantFor(next.uid, 60)));
        checked.push(next.uid);
      }
      if (checked.length >= ENDED_EVERY) await this.#endSome(checked.splice(0).slice(-ENDED));
      await pause(200);
    }
  }

  /** A crash may leave it open whether they were ended: nothing is expected of them any more. */
  async #endSome(uids: readonly number[]): Promise<void> {
    const ids = uids.map((uid) => this.revoked.get(uid)?.id).filter((id) => id !== undefined);
    for (const uid of uids) this.revoked.delete(uid);
    const path = `/v1/revocations/${ids.join()}`;
    if (await this.#deployment.ask("DELETE", path, SERVICE_KEY, undefined, [204]))
      this.ended += ids.length;
  }

  async #grantFor(uid: number, expiresIn: number): Promise<string | undefined> {
    const body = { channels: ["*"], uid, expiresIn };
    return (await this.#deployment.ask("POST", "/v1/grants", SERVICE_KEY, body))?.grant;
  }

  async #expectRevoked(uid: number, grant: string | undefined): Promise<void> {
    if (grant === undefined) return;
    // Two requests: one at each edge.
    for (let i = 0; i < 2; i++) {
      const response = await this.#deployment.ask(
        "POST",
        "/v1/keys",
        grant,
        { channel: "room-1" },
        [403, 200],
      );
      if (response && response.code !== "grant_revoked")
        this.lost.push(
          `uid ${uid} got a key more than ${REVOCATION_ENFORCED_SECONDS} s after it was revoked`,
        );
    }
  }

  async #guesser(): Promise<void> {
    while (!this.#isOver) {
      await this.#deployment.ask(
        "POST",
        "/v1/keys",
        `guess-${"x".repeat(30)}${this.#serial++}`,
        { channel: "room-1", uid: 1 },
        [401],
      );
      await this.#deployment.ask(
        "POST",
        "/v1/keys",
        SERVICE_KEY,
        { channel: "?\n", uid: -1 },
        [400],
      );
      await pause(50);
    }
  }
}
