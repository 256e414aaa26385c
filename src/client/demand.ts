// Who needs a key: the get() calls that wait, and the attached clients whose SDK asked for one.

import type { IssuedKey } from "../contract/responses.ts";
import { type AgoraClient, type Attachment, attachTo, type Rejected } from "./agora-client.ts";
import type { Environment } from "./environment.ts";

interface Handlers {
  /** Somebody needs a key, and nobody did before. */
  onNeed(): void;
  /** Whoever needed one does not any more. No key has come. */
  onCalm(): void;
  /** Whether an SDK that asks now would get another key than the one it has. */
  canServe(): boolean;
  /** An SDK did not take a key. */
  onReject: Rejected;
}

export interface Demand {
  isUrgent(): boolean;
  /**
   * For a get(): until a key is there, or none will ever be, or the signal is aborted.
   */
  wait(signal: AbortSignal | undefined): Promise<void>;
  /** Lets every get() that waits go on. */
  release(): void;
  /**
   * Returns a function that detaches the client. One that was added twice is attached once, until
   * both of the functions are called.
   */
  add(client: AgoraClient): () => void;
  /** Gives the key to the clients that need it: at a renewal to all, else to those that asked. */
  serve(issued: IssuedKey, isRenewal: boolean): void;
  /** Detaches every client, and lets every get() go on. */
  end(): void;
}

export function createDemand(
  environment: Environment,
  { onNeed, onCalm, canServe, onReject }: Handlers,
): Demand {
  /** Each lets one get() go on. */
  const waiters = new Set<() => void>();
  const attachments = new Map<AgoraClient, Attachment>();
  /** Those whose SDK asked for a key that has not come yet. */
  const asking = new Set<Attachment>();

  const isUrgent = () => waiters.size + asking.size > 0;
  /** Only the first one that waits starts a request: later ones must not cut its backoff short. */
  const need = <Who>(needy: Set<Who>, who: Who) => {
    const wasUrgent = isUrgent();
    needy.add(who);
    if (!wasUrgent) onNeed();
  };
  const calm = <Who>(needy: Set<Who>, who: Who) => {
    if (needy.delete(who) && !isUrgent()) onCalm();
  };
  const release = () => {
    for (const goOn of waiters) goOn();
  };

  return {
    isUrgent,
    wait: (signal) =>
      new Promise((resolve) => {
        const goOn = () => {
          signal?.removeEventListener("abort", goOn);
          calm(waiters, goOn);
          resolve();
        };
        signal?.addEventListener("abort", goOn);
        need(waiters, goOn);
      }),
    release,
    add(client) {
      const attachment: Attachment =
        attachments.get(client) ??
        attachTo(client, environment, {
          onAsk() {
            // An SDK that can't remove listeners still asks when it is detached.
            if (attachment.users.size && canServe()) need(asking, attachment);
          },
          onReject,
        });
      attachments.set(client, attachment);
      const user = {};
      attachment.users.add(user);
      return () => {
        if (!attachment.users.delete(user) || attachment.users.size) return;
        attachment.detach();
        attachments.delete(client);
        calm(asking, attachment);
      };
    },
    serve({ key }, isRenewal) {
      for (const attachment of attachments.values()) {
        const asked = asking.delete(attachment);
        if (key !== null && (isRenewal || asked)) attachment.passKey(key, asked);
      }
    },
    end() {
      for (const attachment of attachments.values()) attachment.detach();
      release();
    },
  };
}
