type FetchGrant = (signal: AbortSignal) => Promise<{ grant: string }>;

/** Key sources that ask within this time get the same grant. */
const SHARED_SECONDS = 10;

/**
 * One request for all key sources that ask together, as they do at the start. Each asks again when
 * the grant expires, and then gets a new one.
 */
export function shareGrant(fetchGrant: FetchGrant): FetchGrant {
  let last: Promise<{ grant: string }> | undefined;
  let isFresh = false;
  return () => {
    if (last && isFresh) return last;
    // Not the signal of the one that asked first: others wait for this too.
    last = fetchGrant(AbortSignal.timeout(10_000));
    isFresh = true;
    const forget = () => {
      isFresh = false;
    };
    setTimeout(forget, SHARED_SECONDS * 1000);
    last.catch(forget);
    return last;
  };
}
