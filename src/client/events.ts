// Listeners by event name. What a listener throws must not reach the code that renews.

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
        try {
          // Another listener, or close(), may have removed it meanwhile.
          if (entry.name === name && listeners.has(entry))
            (entry.listener as (detail: Events[Name]) => void)(detail);
        } catch (error) {
          // Browsers show it as an uncaught error, and nothing ends by that.
          (globalThis as { reportError?(error: unknown): void }).reportError?.(error);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
