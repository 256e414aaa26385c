export function missingForDeployment(
  vars: Record<string, string | undefined>,
  secrets: readonly string[],
): string[];
