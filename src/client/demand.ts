// Who needs a key: the get() calls that wait, and the attached clients whose SDK asked for one.

import type { IssuedKey } from "../contract/responses.ts";
import { type AgoraClient, type Attachment, attachTo, type Rejected } from "./agora-client.ts";
import type { Environment } from "./environment.ts";

interface Handlers {
  /** Somebody needs a key, and nobody did before. */
  onNeed(): void;
  /** Whether an SDK that asks now would get another key than the one it has. */
  canServe(): boolean;
  /** An SDK did not take a key. */
  onReject: Rejected;
}

export interface Demand {
  isUrgent(): boolean;
  /** For a get(): until a key is there, or none will ever be. */
  wait(): Promise<void>;
  /** Lets every get() that waits go on. */
  release(): void;
  /** Returns a function that detaches the client. */
  add(client: AgoraClient): () => void;
  /** Gives the key to the clients that need it: at a renewal to all, else to those that asked. */
  serve(issued: IssuedKey, isRenewal: boolean): void;
  /** Detaches every client, and lets every get() go on. */
  end(): void;
}

export function createDemand(
  environment: Environment,
  { onNeed, canServe, onReject }: Handlers,
): Demand {
  /** Each lets one get() go on. */
  const waiters = new Set<() => void>();
  const attachments = new Set<Attachment>();
  /** Those whose SDK asked for a key that has not come yet. */
  const asking = new Set<Attachment>();

  const isUrgent = () => waiters.size + asking.size > 0;
  /** Only the first one that waits starts a request: later ones must not cut its backoff short. */
  const need = <Who>(needy: Set<Who>, who: Who) => {
    const wasUrgent = isUrgent();
    needy.add(who);
    if (!wasUrgent) onNeed();
  };
  const release = () => {
    for (const goOn of waiters) goOn();
    waiters.clear();
  };

  return {
    isUrgent,
    wait: () => new Promise((resolve) => need(waiters, resolve)),
    release,
    add(client) {
      const attachment: Attachment = attachTo(client, environment, {
        onAsk() {
          // An SDK without `off` still asks when it is detached.
          if (attachments.has(attachment) && canServe()) need(asking, attachment);
        },
        onReject,
      });
      attachments.add(attachment);
      return () => {
        attachment.detach();
        attachments.delete(attachment);
        asking.delete(attachment);
      };
    },
    serve({ key }, isRenewal) {
      for (const attachment of attachments) {
        const asked = asking.delete(attachment);
        if (key !== null && (isRenewal || asked)) attachment.passKey(key, asked);
      }
    },
    end() {
      for (const attachment of attachments) attachment.detach();
      release();
    },
  };
}
