// Interleaved rounds: each contender runs once in every round, so that whatever else the machine
// does slows all of them alike. The medians count.

export interface Entrant {
  name: string;
  /** One of ours, and not one that we are compared with. */
  isOurs?: true;
  /** Makes a number of keys and returns how many nanoseconds that took. */
  run(keys: number): number | Promise<number>;
  /** How many keys make a round. Without it, the warm-up finds out. */
  keysPerRound?: number;
}

export interface Result {
  name: string;
  isOurs?: true;
  medianNs: number;
  /** Half of the rounds lie between these. */
  lowerQuartileNs: number;
  upperQuartileNs: number;
}

export interface Plan {
  rounds: number;
  /** For each contender before the first round. */
  warmUpMs: number;
  /** About how long a contender runs in each round. */
  shareMs: number;
}

export async function measure(entrants: readonly Entrant[], plan: Plan): Promise<Result[]> {
  const shares: { entrant: Entrant; keys: number; samples: number[] }[] = [];
  for (const entrant of entrants)
    shares.push({ entrant, keys: await warmUp(entrant, plan), samples: [] });
  for (let round = 0; round < plan.rounds; round++) {
    for (const { entrant, keys, samples } of shares) samples.push((await entrant.run(keys)) / keys);
  }
  return shares.map(({ entrant: { name, isOurs }, samples }) => {
    samples.sort((a, b) => a - b);
    const at = (part: number) => samples[Math.floor((samples.length - 1) * part)] as number;
    return {
      name,
      ...(isOurs && { isOurs }),
      medianNs: at(0.5),
      lowerQuartileNs: at(0.25),
      upperQuartileNs: at(0.75),
    };
  });
}

/** Returns how many keys make a round. */
async function warmUp(entrant: Entrant, { warmUpMs, shareMs }: Plan): Promise<number> {
  let keys = entrant.keysPerRound ?? 1;
  for (let spent = 0; spent < warmUpMs * 1e6; ) {
    const last = await entrant.run(keys);
    spent += last;
    if (!entrant.keysPerRound && last < shareMs * 1e6)
      keys = Math.min(keys * 2, Math.ceil((keys * shareMs * 1e6) / Math.max(last, 1)));
  }
  return keys;
}
