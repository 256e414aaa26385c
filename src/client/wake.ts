// When a browser may have come back: online again, restored from its page cache, or in front again.

/** Calls `wake` at each of these moments, where the platform has them. Returns how to end this. */
export function onWake(wake: () => void): () => void {
  const page = globalThis as Partial<EventTarget> & { document?: Partial<EventTarget> };
  const set = (change: "addEventListener" | "removeEventListener") => {
    page[change]?.("online", wake);
    page[change]?.("pageshow", wake);
    // Going to the back counts too: the last chance before the browser slows the timers down.
    page.document?.[change]?.("visibilitychange", wake);
  };
  set("addEventListener");
  return () => set("removeEventListener");
}
