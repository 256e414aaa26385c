// Interleaved rounds: every contender runs once in each, so that whatever else the machine does hits all alike. Medians count.

export interface Entrant {
  name: string;
  /** Makes so many keys and answers how many nanoseconds that took. */
  run(keys: number): number | Promise<number>;
  /** How many keys make a round, where a clock outside can't find out by itself. */
  keysPerRound?: number;
}

export interface Result {
  name: string;
  medianNs: number;
  /** Half of the rounds lie between these. */
  lowerQuartileNs: number;
  upperQuartileNs: number;
}

export interface Plan {
  rounds: number;
  /** For each contender before the first round. */
  warmUpMs: number;
  /** How long a contender's share of a round lasts, about. */
  shareMs: number;
}

export async function measure(entrants: readonly Entrant[], plan: Plan): Promise<Result[]> {
  const shares: { entrant: Entrant; keys: number; samples: number[] }[] = [];
  for (const entrant of entrants) {
    let keys = entrant.keysPerRound ?? 1;
    let spent = 0;
    let last = 0;
    while (spent < plan.warmUpMs * 1e6) {
      last = await entrant.run(keys);
      spent += last;
      if (!entrant.keysPerRound && last < plan.shareMs * 1e6)
        keys = Math.min(keys * 2, Math.ceil((keys * plan.shareMs * 1e6) / Math.max(last, 1)));
    }
    shares.push({ entrant, keys, samples: [] });
  }
  for (let round = 0; round < plan.rounds; round++) {
    for (const { entrant, keys, samples } of shares) samples.push((await entrant.run(keys)) / keys);
  }
  return shares.map(({ entrant, samples }) => {
    samples.sort((a, b) => a - b);
    const at = (part: number) => samples[Math.floor((samples.length - 1) * part)] as number;
    return {
      name: entrant.name,
      medianNs: at(0.5),
      lowerQuartileNs: at(0.25),
      upperQuartileNs: at(0.75),
    };
  });
}
