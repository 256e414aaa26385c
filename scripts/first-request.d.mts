export function firstRequest(url: string, bearer: string, platform?: string): string;
