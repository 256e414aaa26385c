// The moments at which a browser may have come back: online again, out of the cache, or to the front.

/** Calls `wake` at each of them, where the platform has them. Returns what ends that. */
export function onWake(wake: () => void): () => void {
  const page = globalThis as Partial<EventTarget> & { document?: Partial<EventTarget> };
  const set = (change: "addEventListener" | "removeEventListener") => {
    page[change]?.("online", wake);
    page[change]?.("pageshow", wake);
    // Going to the back counts as well: a last look before the browser slows the timers down.
    page.document?.[change]?.("visibilitychange", wake);
  };
  set("addEventListener");
  return () => set("removeEventListener");
}
