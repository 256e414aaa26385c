// Today's web SDK as a key sees it: in a channel with a key, it says so half a minute before the key ends and when it does.

import type { IssuedKey } from "latchkey/client";
import type { VirtualTime } from "./virtual-time.ts";

const WARNING_SECONDS = 30;

export class FakeWebSdk {
  connectionState = "CONNECTED";
  /** Says nothing by itself, so that nothing but the schedule renews. */
  isMute = false;
  readonly listeners = new Map<string, Set<() => void>>();
  readonly renewals: { key: string; atSeconds: number }[] = [];
  /** When its user was put out, if ever: no newer key came before the last one's end. */
  readonly putOutAt: number[] = [];
  private endsAt: number | null = null;
  private readonly time: VirtualTime;
  private readonly answers: ReadonlyMap<string, IssuedKey>;

  constructor(time: VirtualTime, answers: ReadonlyMap<string, IssuedKey>) {
    this.time = time;
    this.answers = answers;
  }

  on(event: string, listener: () => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: () => void): void {
    this.listeners.get(event)?.delete(listener);
  }

  get listenerCount(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  emit(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }

  join(key: string | null): void {
    const answer = this.answers.get(String(key));
    if (!answer || this.time.nowSeconds >= answer.joinBefore)
      throw new Error("ERR_CHANNEL_KEY_EXPIRED");
    this.take(answer);
  }

  async renewToken(key: string): Promise<void> {
    this.renewals.push({ key, atSeconds: this.time.nowSeconds });
    const answer = this.answers.get(key);
    if (!answer) throw new Error("ERR_INVALID_CHANNEL_KEY");
    this.take(answer);
  }

  private take({ expiresAt }: IssuedKey): void {
    this.endsAt = expiresAt;
    if (expiresAt === null) return;
    const say = (event: string) => !this.isMute && this.endsAt === expiresAt && this.emit(event);
    this.time.at((expiresAt - WARNING_SECONDS) * 1000, () => say("token-privilege-will-expire"));
    this.time.at(expiresAt * 1000, () => {
      if (this.endsAt !== expiresAt) return;
      this.putOutAt.push(this.time.nowSeconds);
      say("token-privilege-did-expire");
    });
  }
}
