/** The outcome of some work, or a TimeoutError after so many seconds. The work itself goes on. */
export function withTimeout<T>(work: Promise<T>, seconds: number): Promise<T> {
  const signal = AbortSignal.timeout(seconds * 1000);
  const timeout = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, timeout]);
}
