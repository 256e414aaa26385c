// The log of a deployment, as its operator would read it.

import { type Settings, TestDeployment, type TestHost, testHost } from "./deployment.ts";

export interface AuditLine {
  readonly [field: string]: unknown;
  readonly type: string;
  readonly time: number;
  readonly requestId: string;
  readonly operation: string;
  readonly outcome: string;
  readonly caller: { readonly kind: string; readonly id: string; readonly subject?: string };
}

/** Lines that break this are no lines: readers split the log at each line break. */
const ONE_LINE = /^\{[\x20-\x7e]*\}$/;

export function linesOf({ lines }: TestHost): AuditLine[] {
  return lines.map((line) => {
    if (!ONE_LINE.test(line)) throw new Error(`no line of JSON in ASCII: ${line}`);
    return JSON.parse(line) as AuditLine;
  });
}

/** A list of revocations in memory, for tests of what is said about it. */
export function listInMemory(): object {
  let last = 0;
  const entries = new Map<number, object>();
  const list = {
    add: async (_: string, revocation: object) => {
      entries.set(++last, revocation);
      return { entry: { id: String(last), ...revocation }, version: last };
    },
    remove: async (_: string, id: number) => entries.delete(id),
    page: async () => ({ entries: [], cursor: undefined }),
    changes: async () => ({
      version: last,
      asOf: Math.floor(Date.now() / 1000),
      bytes: 2_000_000,
      changed: [],
    }),
  };
  return {
    REVOCATION_LIST: { idFromName: () => "id", get: () => list },
    REVOCATION_SNAPSHOTS: { getWithMetadata: async () => ({ value: null, metadata: null }) },
  };
}

export interface LoggedDeployment {
  readonly deployment: TestDeployment;
  readonly host: TestHost;
  /** What has been written since this was asked last. */
  lines(): AuditLine[];
}

export function loggedDeployment(
  env: Settings = {},
  bindings: object = listInMemory(),
): LoggedDeployment {
  const host = testHost();
  const deployment = new TestDeployment({ env, bindings, host });
  const lines = (): AuditLine[] => {
    const written = linesOf(host);
    host.lines.length = 0;
    return written;
  };
  return { deployment, host, lines };
}
