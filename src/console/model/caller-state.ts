// Who is signed in. The credential is kept in a variable here: in no storage, no cookie and no
// address. The service is asked at once who it is.

import type { CallerDescription } from "../../contract/responses.ts";
import { createAsk, type Problem } from "./api.ts";

export type SignIn =
  | { readonly state: "out"; readonly problem?: Problem; readonly canTryAgain?: boolean }
  | { readonly state: "checking" }
  | { readonly state: "in"; readonly caller: CallerDescription };

export interface CallerState {
  current(): SignIn;
  /** Waits for a check that is under way. Undefined while nobody is signed in. */
  credential(): Promise<string | undefined>;
  signIn(credential: string): Promise<void>;
  /** Checks once more a credential that could not be checked: within a minute. */
  tryAgain(): Promise<void>;
  /** Forgets the credential, also one that could not be checked. */
  signOut(): void;
  /** The listener is also called at once. */
  onChange(listener: (signIn: SignIn) => void): void;
}

/** The credential may be right: the check itself failed. Any other refusal ends with it. */
const CHECK_FAILED: ReadonlySet<string> = new Set([
  "network",
  "internal",
  "rate_limited",
  "not_configured",
  "revocations_unavailable",
  "grant_keys_unavailable",
  "grant_not_yet_valid",
]);

/** One that has not been checked is forgotten then: the next person may sit at this page. */
const UNCHECKED_MAX_MS = 60_000;

export function createCallerState(send: typeof fetch): CallerState {
  const listeners: ((signIn: SignIn) => void)[] = [];
  let current: SignIn = { state: "out" };
  let credential: string | undefined;
  let check: Promise<void> | undefined;
  let forgetting: ReturnType<typeof setTimeout> | undefined;

  const change = (next: SignIn) => {
    current = next;
    for (const listener of listeners) listener(next);
  };
  const forget = (problem?: Problem) => {
    clearTimeout(forgetting);
    credential = undefined;
    change({ state: "out", ...(problem && { problem }) });
  };
  const forgetLater = (problem?: Problem) => {
    clearTimeout(forgetting);
    forgetting = setTimeout(() => forget(problem), UNCHECKED_MAX_MS);
  };
  const isRight = async (given: string): Promise<void> => {
    const ask = createAsk(async () => given, send);
    const result = await ask<CallerDescription>("GET", "/v1/caller");
    // Meanwhile another may have been given, or the user may have signed out.
    if (credential !== given) return;
    if ("body" in result) {
      clearTimeout(forgetting);
      return change({ state: "in", caller: result.body });
    }
    const { problem } = result;
    const canTryAgain = CHECK_FAILED.has(problem.code) || problem.code.startsWith("http_5");
    if (!canTryAgain) return forget(problem);
    forgetLater(problem);
    change({ state: "out", problem, canTryAgain });
  };
  const signIn = (given: string): Promise<void> => {
    credential = given;
    forgetLater();
    change({ state: "checking" });
    check = isRight(given);
    return check;
  };

  return {
    current: () => current,
    async credential() {
      let awaited: typeof check;
      do {
        awaited = check;
        await awaited;
      } while (awaited !== check);
      return current.state === "in" ? credential : undefined;
    },
    signIn,
    tryAgain: async () => {
      if (current.state === "out" && credential !== undefined) await signIn(credential);
    },
    signOut: () => forget(),
    onChange(listener) {
      listeners.push(listener);
      listener(current);
    },
  };
}
