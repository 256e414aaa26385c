// Who carries out an operation: this program itself, or a deployment. Both parse the same request
// by the same contract.

import type {
  CallerDescription,
  IssuedGrant,
  IssuedKey,
  IssuedToken,
  KeyInspection,
  Revocation,
  RevocationPage,
} from "../contract/responses.ts";

/** What each operation returns, by its name in the route table. */
export interface Responses {
  issueKey: IssuedKey;
  issueToken: IssuedToken;
  issueGrant: IssuedGrant;
  inspectKey: KeyInspection;
  revoke: Revocation;
  listRevocations: RevocationPage;
  endRevocation: undefined;
  describeCaller: CallerDescription;
}

export interface Service {
  /** "offline", or the deployment's address. */
  readonly place: string;
  /** Throws a CliError. */
  ask<O extends keyof Responses>(operation: O, input: object): Promise<Responses[O]>;
}
