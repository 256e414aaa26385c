// Counts and latencies, in Workers Analytics Engine. Each label comes from a closed list: nothing
// that a request names can make a new value.

import type { CallerKind, OperationId } from "../contract/routes.ts";
import type { KeyVersion } from "../keys/versions.ts";
import type { Outcome } from "./audit-event.ts";

/** One request. */
export interface Metric {
  readonly operation: OperationId;
  readonly outcome: Outcome;
  readonly caller: CallerKind | "none";
  /** Of what was given or asked for. */
  readonly version: KeyVersion | undefined;
  /** How many keys and tokens were given. */
  readonly keys: number;
  /** How long the request waited for the network, its body included: Workers' clock stops else. */
  readonly milliseconds: number;
  /** How long ago this edge knew the list of revocations to be as it has it; undefined: never. */
  readonly listAgeSeconds?: number | undefined;
  readonly listFullPercent?: number | undefined;
  /** The age of the keys of GRANT_JWKS_URL; undefined where there are none. */
  readonly keySetAgeSeconds?: number | undefined;
}

/** A data point holds no text of its own for "not known". */
const UNKNOWN = -1;

/** docs/operating.md names these columns. */
export function writeMetric(dataset: AnalyticsEngineDataset, metric: Metric): void {
  const { operation, outcome, caller, version = "none" } = metric;
  try {
    dataset.writeDataPoint({
      // What is rare is kept whole when what is frequent is sampled.
      indexes: [`${operation} ${outcome}`],
      blobs: [operation, outcome, caller, String(version)],
      doubles: [
        metric.keys,
        metric.milliseconds,
        metric.listAgeSeconds ?? UNKNOWN,
        metric.listFullPercent ?? UNKNOWN,
        metric.keySetAgeSeconds ?? UNKNOWN,
      ],
    });
  } catch {
    // No request fails because it can't be counted.
  }
}
