// What the core's arguments are checked against, in bytes. The host has these, and where they come
// from, in src/platform/limits.ts.

export const MAX_CHANNEL_LENGTH: u32 = 64;
export const MAX_ACCOUNT_LENGTH: u32 = 255;
