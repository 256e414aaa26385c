// Who a caller is and what it may do, in words.

import type { CallerDescription } from "../../contract/responses.ts";
import { CALLER_OPERATIONS, type CallerOperation } from "../../contract/scope.ts";
import type { SignIn } from "./caller-state.ts";
import { instantText } from "./time-text.ts";

export const TABS = ["keys", "grants", "revocations", "inspect", "renew", "status"] as const;
export type TabName = (typeof TABS)[number];

const OPERATIONS: Readonly<Record<CallerOperation, string>> = {
  keys: "keys",
  batch: "batches",
  tokens: "tokens",
  grants: "grants",
  inspect: "inspection",
  revocations: "revocations",
};

export type Fact = readonly [name: string, value: string];

/** What the page shows of a caller. A name that it does not have is left out. */
export function callerFacts(caller: CallerDescription): Fact[] {
  const { kind, id, appId, allow, channels, services, expiresAt } = caller;
  const isAll = CALLER_OPERATIONS.every((operation) => allow.includes(operation));
  const facts: readonly (Fact | false)[] = [
    [kind === "grant" ? "Grant" : "Service key", id ?? "(no name)"],
    ["Project (App ID)", appId],
    kind === "grant" && ["User", userText(caller)],
    ["May use", isAll ? "everything" : allow.map((name) => OPERATIONS[name] ?? name).join(", ")],
    channels !== undefined && ["Channels", channels.join(", ")],
    services !== undefined && ["Services", services.join(", ")],
    expiresAt !== undefined && ["Ends", instantText(expiresAt)],
  ];
  return facts.filter((fact) => fact !== false);
}

function userText({ uid, account, role }: CallerDescription): string {
  const user = account ?? (uid === 0 ? "any uid" : `uid ${uid}`);
  return role === undefined ? user : `${user}, ${role}`;
}

const TASKS: Readonly<Partial<Record<TabName, string>>> = {
  keys: "make keys",
  grants: "make grants",
  revocations: "see and change revocations",
  renew: "run a call",
};

/** What a tab needs. A call by service key makes grants, as a business server would. */
function needs(tab: TabName, kind: CallerDescription["kind"]): readonly CallerOperation[] {
  if (tab === "renew") return kind === "grant" ? ["keys"] : ["keys", "grants"];
  return tab === "keys" || tab === "grants" || tab === "revocations" ? [tab] : [];
}

export interface Access {
  /** The tab can be used. Who is signed out may look at it. */
  readonly isOpen: boolean;
  readonly notice?: string;
}

export function accessTo(tab: TabName, signIn: SignIn): Access {
  const task = TASKS[tab];
  if (signIn.state === "checking") return { isOpen: true };
  if (signIn.state === "out") {
    if (tab === "inspect") return { isOpen: true, notice: inspectNotice("Nobody is signed in") };
    return { isOpen: true, ...(task && { notice: `Sign in to ${task}.` }) };
  }
  const { kind, allow } = signIn.caller;
  const name = kind === "grant" ? "This grant" : "This service key";
  if (tab === "inspect" && !allow.includes("inspect")) {
    return { isOpen: true, notice: inspectNotice(`${name} may not use inspection`) };
  }
  const missing = needs(tab, kind).filter((operation) => !allow.includes(operation));
  if (missing.length === 0) return { isOpen: true };
  const words = missing.map((operation) => OPERATIONS[operation]).join(" and ");
  const notice = `${name} may not ${task}. Sign in with a service key that may use ${words}.`;
  return { isOpen: false, notice };
}

const inspectNotice = (why: string) =>
  `${why}: this page decodes the text by itself, sends it nowhere, and can't verify its signature.`;
