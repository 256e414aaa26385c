export interface DeploymentState {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  readonly bindings: readonly string[];
  readonly env?: string | undefined;
}

export function missingForDeployment(deployment: DeploymentState): string[];

export function missingSecrets(deployment: Pick<DeploymentState, "vars" | "secrets">): string[];
