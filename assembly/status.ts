// What an export returns instead of a length when its arguments are wrong. The host has the names
// of these in src/wasm/core.ts.

export const BAD_VERSION: i32 = -1;
export const BAD_SERVICE: i32 = -2;
export const BAD_PERMISSION: i32 = -3;
export const BAD_CHANNEL_LENGTH: i32 = -4;
export const BAD_APP_ID: i32 = -5;
export const BAD_CERTIFICATE: i32 = -6;
export const BAD_LENGTH: i32 = -7;
export const BAD_COUNT: i32 = -8;
export const BAD_ACCOUNT_LENGTH: i32 = -9;
export const BAD_PRIVILEGES: i32 = -10;
export const BAD_ALGORITHM: i32 = -11;
