// A business server, its clients, an operator who cuts users off, and somebody who guesses. The load is bounded: each waits a
// little between two requests.

import { SECRETS } from "../test/support/settings.ts";
import type { Deployment } from "./deployment.ts";
import type { Oracle } from "./oracle.ts";

const BATCH_UIDS = 1000;
/** Users with uids from here on are those that the operator cuts off. */
const FIRST_REVOKED_UID = 1_000_000_000;
const IN_FORCE_MILLISECONDS = 60_000;
/** As long as a snapshot counts as recent (180 s), and the 60 s. See "Out of scope" in SECURITY.md. */
const IN_FORCE_WITHOUT_STORE_MILLISECONDS = 240_000;
/** Long enough for all that is checked of them, and short enough that the list stops growing before memory is watched. */
const LIFETIME_SECONDS = 280;
/** What reading the whole list may take. */
const CHECK_SECONDS = 10;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const { SERVICE_KEY } = SECRETS;

export class Load {
  /** The users that the service said it had cut off, and until when. */
  readonly revoked: { readonly uid: number; readonly until: number }[] = [];
  /** Cut-offs that were acknowledged and yet not enforced where they were made known. */
  readonly lost: string[] = [];
  /**
   * Batches follow one another without a pause. workerd takes its working memory in steps over the first 3,000 batches of an
   * isolate, and then no more: in a hurry they are behind it within a minute.
   */
  isHurried = false;
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

  end(): void {
    this.#isOver = true;
  }

  /** Every cut-off that was acknowledged is on the list, page by page. */
  async checkList(): Promise<void> {
    const now = Date.now() / 1000;
    const acknowledged = this.revoked.filter(({ until }) => until > now + CHECK_SECONDS);
    const listed = new Set<number>();
    for (let query = ""; ; ) {
      const page = await this.#deployment.ask("GET", `/v1/revocations${query}`, SERVICE_KEY);
      if (!page) return;
      for (const { uid } of (page.revocations ?? []) as { uid: number }[]) listed.add(uid);
      if (page.cursor === undefined) break;
      query = `?cursor=${String(page.cursor)}`;
    }
    for (const { uid } of acknowledged)
      if (!listed.has(uid)) this.lost.push(`uid ${uid} is no longer on the list`);
  }

  async #batches(): Promise<void> {
    while (!this.#isOver) {
      const version = 2 + (this.#serial++ % 4);
      const channel = `room-${this.#serial}`;
      const uids = Array.from(
        { length: BATCH_UIDS },
        (_, i) => (Math.imul(this.#serial, 7919) + i) >>> 0,
      );
      const answer = await this.#deployment.ask("POST", "/v1/keys/batch", SERVICE_KEY, {
        channel,
        version,
        uids,
        expiresIn: this.#serial % 7200,
      });
      const { issuedAt = 0, expiresAt } = answer ?? {};
      if (answer && answer.keys?.length !== BATCH_UIDS)
        this.#oracle.wrong.push(`a batch of ${answer.keys?.length}`);
      answer?.keys?.forEach(({ key, uid, randomInt }, i) => {
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
    }
  }

  async #clients(): Promise<void> {
    while (!this.#isOver) {
      const uid = 1 + (this.#serial++ % 1_000_000);
      const answer = await this.#deployment.ask("POST", "/v1/grants", SERVICE_KEY, {
        channels: ["room-*"],
        uid,
        expiresIn: 600,
      });
      for (let i = 0; i < 5 && answer?.grant; i++) {
        const channel = `room-${uid}`;
        const version = 2 + (i % 4);
        const key = await this.#deployment.ask("POST", "/v1/keys", answer.grant, {
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

  /** Cuts a user off, and looks a minute later whether that holds; later still where nothing could be published meanwhile. */
  async #operator(): Promise<void> {
    const due: { readonly uid: number; readonly since: number; at: number }[] = [];
    while (!this.#isOver) {
      const uid = FIRST_REVOKED_UID + this.#serial++;
      const until = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
      const answer = await this.#deployment.ask(
        "POST",
        "/v1/revocations",
        SERVICE_KEY,
        { uid, until },
        [201],
      );
      const since = Date.now();
      if (answer?.id !== undefined) {
        this.revoked.push({ uid, until });
        due.push({ uid, since, at: since + IN_FORCE_MILLISECONDS });
      }
      while (due[0] && due[0].at <= Date.now()) {
        const entry = due.shift() as (typeof due)[number];
        const isLate = entry.at - entry.since > IN_FORCE_MILLISECONDS;
        if (isLate || !this.#deployment.wasStoreDown(entry.since, entry.at))
          await this.#expectRevoked(entry.uid);
        else due.push({ ...entry, at: entry.since + IN_FORCE_WITHOUT_STORE_MILLISECONDS });
        due.sort((a, b) => a.at - b.at);
      }
      await pause(200);
    }
  }

  async #expectRevoked(uid: number): Promise<void> {
    const grant = await this.#deployment.ask("POST", "/v1/grants", SERVICE_KEY, {
      channels: ["*"],
      uid,
      expiresIn: 60,
    });
    if (!grant?.grant) return;
    // Two requests: one at each edge.
    for (let i = 0; i < 2; i++) {
      const answer = await this.#deployment.ask(
        "POST",
        "/v1/keys",
        grant.grant,
        { channel: "room-1" },
        [403, 200],
      );
      if (answer && answer.code !== "grant_revoked")
        this.lost.push(
          `uid ${uid} got a key more than 60 s (240 s without the store) after it was cut off`,
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
