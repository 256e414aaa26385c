// Listeners by event name. What a listener throws is the app's, and must not reach the code that renews.

export function createEvents<Events>() {
  const listeners = new Set<{ name: keyof Events; listener: (detail: never) => void }>();
  return {
    on<Name extends keyof Events>(
      name: Name,
      listener: (detail: Events[Name]) => void,
    ): () => void {
      const entry = { name, listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
      for (const entry of [...listeners]) {
        // One that was taken off meanwhile, by another listener or by close(), hears nothing more.
        if (entry.name !== name || !listeners.has(entry)) continue;
        try {
          (entry.listener as (detail: Events[Name]) => void)(detail);
        } catch (error) {
          // Where the platform has a place for uncaught errors that ends nothing (browsers), it is shown there.
          (globalThis as { reportError?(error: unknown): void }).reportError?.(error);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
