// A fake of today's web SDK: in a channel, it has an event 30 s before its key expires, and another
// when it expires.

import type { IssuedKey } from "latchkey/client";
import type { VirtualTime } from "./virtual-time.ts";

const WARNING_SECONDS = 30;

export class FakeWebSdk {
  connectionState = "CONNECTED";
  /** Emits nothing by itself, so that only planned renewals come. */
  isMute = false;
  readonly listeners = new Map<string, Set<() => void>>();
  readonly renewals: { key: string; atSeconds: number }[] = [];
  /** When Agora removed its user, if ever: its key expired before a newer one came. */
  readonly removedAt: number[] = [];
  private endsAt: number | null = null;
  private readonly time: VirtualTime;
  private readonly issued: ReadonlyMap<string, IssuedKey>;

  constructor(time: VirtualTime, issued: ReadonlyMap<string, IssuedKey>) {
    this.time = time;
    this.issued = issued;
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
    const known = this.issued.get(String(key));
    if (!known || this.time.nowSeconds >= known.joinBefore)
      throw new Error("ERR_CHANNEL_KEY_EXPIRED");
    this.take(known);
  }

  async renewToken(key: string): Promise<void> {
    this.renewals.push({ key, atSeconds: this.time.nowSeconds });
    const known = this.issued.get(key);
    if (!known) throw new Error("ERR_INVALID_CHANNEL_KEY");
    this.take(known);
  }

  private take({ expiresAt }: IssuedKey): void {
    this.endsAt = expiresAt;
    if (expiresAt === null) return;
    const emit = (event: string) => !this.isMute && this.endsAt === expiresAt && this.emit(event);
    this.time.at((expiresAt - WARNING_SECONDS) * 1000, () => emit("token-privilege-will-expire"));
    this.time.at(expiresAt * 1000, () => {
      if (this.endsAt !== expiresAt) return;
      this.removedAt.push(this.time.nowSeconds);
      emit("token-privilege-did-expire");
    });
  }
}
