export function firstRequest(url: string, bearer: string, platform?: string): string;
export function deployedRequest(url: string, file?: string, platform?: string): string;
