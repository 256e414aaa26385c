export function missingForDeployment(deployment: {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  readonly bindings: readonly string[];
  readonly env?: string | undefined;
}): string[];
