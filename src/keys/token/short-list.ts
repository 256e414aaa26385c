const LISTED_MAX = 8;

/** Strangers write tokens: a message names the first few. */
export function shortList(items: readonly (string | number)[]): string {
  const shown = items.slice(0, LISTED_MAX).join(", ");
  return items.length > LISTED_MAX ? `${shown} and ${items.length - LISTED_MAX} more` : shown;
}
