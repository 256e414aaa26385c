/** What a user may do in a call: send and receive, or receive alone. */
export const ROLES = ["publisher", "subscriber"] as const;
export type Role = (typeof ROLES)[number];
