import type { Result } from "./measure.ts";

/**
 * A table of nanoseconds a key, and how many times ours that is: the first of ours, or else row 1.
 */
export function print(title: string, results: readonly Result[]): void {
  const ours = (results.find(({ isOurs }) => isOurs) ?? results[0])?.medianNs ?? Number.NaN;
  console.log(`\n${title}`);
  for (const { name, medianNs, lowerQuartileNs, upperQuartileNs } of results) {
    const median = `${medianNs.toFixed(1).padStart(10)} ns`;
    const spread = `(${lowerQuartileNs.toFixed(0)} to ${upperQuartileNs.toFixed(0)})`;
    const ratio = `${(medianNs / ours).toFixed(2)} x ours`;
    console.log(`  ${name.padEnd(34)}${median}  ${spread.padEnd(20)}${ratio.padStart(16)}`);
  }
}
