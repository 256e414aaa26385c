export function isCommittable(path: string): boolean;
