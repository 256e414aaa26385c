// The fields of a channel key as schemas: one source for validation, types and OpenAPI.

import * as z from "zod";
import { BATCH_MAX_KEYS, MAX_U32 } from "../platform/limits.ts";
import { CHANNEL_MESSAGE, isChannel, isU32, U32_MESSAGE } from "./fields.ts";
import { SDK_VERSION_PATTERN } from "./sdk-versions.ts";
import { PERMISSIONS, SERVICES, VERSIONS } from "./versions.ts";

/** JSON can say -0, which is no u32. */
export const u32 = z
  .int(U32_MESSAGE)
  .min(0, U32_MESSAGE)
  .max(MAX_U32, U32_MESSAGE)
  .refine((value) => !Object.is(value, -0), U32_MESSAGE);

export const channel = z.string(CHANNEL_MESSAGE).refine(isChannel, CHANNEL_MESSAGE);
export const version = z.literal(VERSIONS, "must be 1, 2, 3, 4 or 5");
export const service = z.enum(SERVICES, `must be one of ${SERVICES.join(", ")}`);
export const permission = z.enum(PERMISSIONS, `must be one of ${PERMISSIONS.join(", ")}`);
export const sdkVersion = z
  .string()
  .regex(SDK_VERSION_PATTERN, 'must be a version such as "1.3.0"');

/** What the uids of a batch are, element by element. */
export const everyUid = z.array(u32).min(1).max(BATCH_MAX_KEYS);

/** Whether `everyUid` has nothing to say, found out in one loop. */
export function areUids(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > BATCH_MAX_KEYS) return false;
  for (const uid of value) if (typeof uid !== "number" || !isU32(uid)) return false;
  return true;
}

/** Only wrong uids meet `everyUid`, which names each: asking it 10,000 times costs more than the keys themselves. */
export const uids = z.custom<number[]>().superRefine((value, context) => {
  if (areUids(value)) return;
  for (const issue of everyUid.safeParse(value).error?.issues ?? []) context.addIssue({ ...issue });
});
