// Lists that a batch is given: arrays, typed arrays or what is like them.

import { isU32, wrongU32 } from "./fields.ts";

/** The length of a list. Throws a TypeError that names it if it is none. */
export function lengthOf(path: string, values: unknown): number {
  const length: unknown =
    typeof values === "object" && values !== null
      ? (values as { length?: unknown }).length
      : undefined;
  if (!Number.isInteger(length)) throw new TypeError(`${path}: must be an array`);
  return length as number;
}

/** Checks each value. A Uint32Array can hold no wrong one. */
export function toU32s(path: string, values: ArrayLike<number>, count: number): Uint32Array {
  if (values instanceof Uint32Array) return values;
  const copy = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const value = values[i];
    // The name is made only where it is needed: making 10,000 names costs more than the keys.
    if (!isU32(value)) throw wrongU32(`${path}[${i}]`, value);
    copy[i] = value;
  }
  return copy;
}
