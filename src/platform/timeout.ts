export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The outcome of some work, or a TimeoutError after so many seconds. The work itself goes on. */
export async function withTimeout<T>(work: Promise<T>, seconds: number): Promise<T> {
  let cancel = (): void => undefined;
  const timeout = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new DOMException("took too long", "TimeoutError"));
    const timer = setTimeout(giveUp, seconds * 1000);
    cancel = () => clearTimeout(timer);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    // A timer that is left behind counts: the runtime allows 10,000 at a time.
    cancel();
  }
}
