import { RATE_LIMIT_PERIOD_SECONDS } from "../platform/limits.ts";
import type { AuditEvent } from "./audit-event.ts";
import type { WriteLine } from "./audit-line.ts";
import { type Metric, writeMetric } from "./metrics.ts";

/** What the service tells its operator. */
export interface Telemetry {
  /** `credential`: the one that the request came with, which no line may hold. */
  audit(event: AuditEvent, credential: string): void;
  /** Undefined where nothing counts: then a metric need not be made. */
  readonly count: ((metric: Metric) => void) | undefined;
}

interface Sinks {
  readonly log: (line: string) => void;
  readonly writeLine: WriteLine;
  /** Undefined where none is bound. */
  readonly dataset: AnalyticsEngineDataset | undefined;
}

export function createTelemetry({ log, writeLine, dataset }: Sinks): Telemetry {
  const isFirst = createFirstOfPeriod();
  return {
    audit: (event, credential) => {
      if (event.outcome === "rate_limited" && !isFirst(event)) return;
      log(writeLine(event, credential));
    },
    count: dataset && ((metric) => writeMetric(dataset, metric)),
  };
}

/** How many callers one isolate names in a period that asked too often. */
const LIMITED_CALLERS_MAX = 1_000;

/**
 * Of requests beyond a limit only a caller's first in each period is written: else the limit would
 * not limit what they cost.
 */
function createFirstOfPeriod(): (event: AuditEvent) => boolean {
  const named = new Set<string>();
  let current = 0;
  return ({ time, caller }) => {
    const period = Math.floor(time / RATE_LIMIT_PERIOD_SECONDS);
    if (period !== current) named.clear();
    current = period;
    if (named.size >= LIMITED_CALLERS_MAX || named.has(caller.id)) return false;
    named.add(caller.id);
    return true;
  };
}
