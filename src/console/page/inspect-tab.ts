import type { KeyInspection } from "../../contract/responses.ts";
import type { Finding } from "../../keys/findings.ts";
import { readPasted } from "../../keys/pasted-text.ts";
import { readCredential } from "../../keys/read-credential.ts";
import type { Verdict } from "../../keys/verdict.ts";
import type { Ask, Result } from "../model/api.ts";
import type { CallerState } from "../model/caller-state.ts";
import type { Fact } from "../model/caller-text.ts";
import { decode } from "../model/decode.ts";
import { requestBody } from "../model/request-body.ts";
import { instantText } from "../model/time-text.ts";
import { el } from "./dom.ts";
import { createForm, fillForm } from "./form.ts";
import { field, pair } from "./form-fields.ts";
import { keyView } from "./key-view.ts";
import type { InspectedFields } from "./keys-tab.ts";
import { announcer, conceal, emptyCard, factList, reveal, setUpPanel } from "./panel.ts";
import { showVerdict } from "./verdict-mark.ts";

const TEXTS = {
  title: "Inspect a key or token",
  lead: "Would Agora take it now? What does it say, and what is wrong with it?",
};
const VERDICTS: Readonly<Record<Verdict, string>> = {
  accepted: "Agora would take it now",
  refused: "Agora would refuse it",
  unknown: "Can't tell yet whether Agora would take it",
};
const SIGNATURES: Readonly<Record<KeyInspection["signature"], string>> = {
  valid: "The signature is valid.",
  invalid: "The signature is not valid.",
  unverified: "The signature was not verified.",
};

const FIELDS = [
  field("inspect", "key", "Key or token", { rows: 4 }),
  pair(
    field("inspect", "channel", "Channel", { hint: "Needed to verify" }),
    field("inspect", "uid", "uid", { isNumber: true, hint: "For versions 4 to 6" }),
  ),
  field("inspect", "account", "Account", { hint: "In place of uid, for tokens" }),
];

/** Returns a function with which another part of the page can inspect a key. */
export function setUpInspect(state: CallerState, ask: Ask): (fields: InspectedFields) => void {
  const status = announcer("inspect-status");
  const verdict = el("h3", { id: "inspect-verdict", class: "verdict" });
  const signature = el("p", { id: "inspect-signature" });
  const findings = el("div", { id: "inspect-findings" });
  const parts = el("div", { id: "inspect-parts" });
  const empty = emptyCard(
    "inspect-empty",
    "The result will appear here",
    "with the numbers and names that SDKs report for each finding, and what to do about it.",
  );
  const card = el(
    "article",
    { class: "card", id: "inspect-result", "aria-labelledby": "inspect-verdict", hidden: true },
    el("div", { class: "card-head" }, verdict),
    signature,
    findings,
    parts,
  );

  const form = createForm("inspect-form", "Inspect", FIELDS, async (fields) => {
    // An empty key is inspected like any other text. It is malformed.
    const body = { key: "", ...requestBody(fields) };
    const result = await inspection(body);
    if ("problem" in result) {
      status.textContent = "";
      return result.problem;
    }
    show(body.key, result.body);
    return undefined;
  });

  /** By the service, if the caller may; else by this page, which verifies nothing. */
  async function inspection(body: { key: string }): Promise<Result<KeyInspection>> {
    const isSignedIn = (await state.credential()) !== undefined;
    const signIn = state.current();
    const may = signIn.state === "in" && signIn.caller.allow.includes("inspect");
    return isSignedIn && may
      ? ask<KeyInspection>("POST", "/v1/keys/inspect", body)
      : decode(body, Date.now());
  }

  function show(inspected: string, said: KeyInspection): void {
    const text = VERDICTS[said.verdict];
    const about = [SIGNATURES[said.signature], said.unverifiedReason].filter(Boolean).join(" ");
    showVerdict(verdict, said.verdict, text);
    signature.textContent = about;
    findings.replaceChildren(findingsView(said));
    parts.replaceChildren(...partsView(inspected, said));
    reveal(card, empty);
    status.textContent = `${text}. ${about} Findings: ${said.findings.length}.`;
  }

  // Who signs out leaves no key behind. Who signs in keeps the text that is to be verified.
  state.onChange((signIn) => {
    if (signIn.state !== "out" || signIn.problem !== undefined) return;
    form.reset();
    for (const part of [verdict, signature, findings, parts]) part.replaceChildren();
    conceal(card, empty);
  });
  setUpPanel("inspect", TEXTS, state, form, status, empty, card);
  return (fields) => {
    fillForm(form, { ...fields });
    form.requestSubmit();
    form.querySelector("textarea")?.focus();
  };
}

function findingsView({ verdict, findings }: KeyInspection): HTMLElement {
  if (findings.length > 0) {
    return el("ul", { class: "findings", "aria-label": "Findings" }, ...findings.map(findingView));
  }
  const text =
    verdict === "accepted"
      ? "Nothing is wrong: it can be used to join now."
      : "Nothing is wrong so far.";
  return el("p", { class: "no-finding" }, text);
}

function partsView(inspected: string, said: KeyInspection): HTMLElement[] {
  if (said.version === undefined) return [];
  const { uid, account } = said;
  const who = account === undefined ? (uid === 0 ? "anyone" : `uid ${uid}`) : account;
  const whom = account === undefined && uid === undefined ? "" : `, for ${who}`;
  return [
    el("h4", {}, `Version ${said.version}${whom}`),
    factList(timesOf(said)),
    ...keyView(keyIn(inspected)),
  ];
}

function timesOf({ channel, issuedAt, joinBefore, expiresAt, sdks }: KeyInspection): Fact[] {
  const facts: readonly (Fact | false)[] = [
    channel !== undefined && ["Channel", channel],
    issuedAt !== undefined && ["Issued", instantText(issuedAt)],
    joinBefore !== undefined && ["Join before", instantText(joinBefore)],
    expiresAt !== undefined && ["Expires", expiresAt === null ? "never" : instantText(expiresAt)],
    sdks !== undefined && ["SDKs", sdks],
  ];
  return facts.filter((fact) => fact !== false);
}

/** The key or token in a pasted text, without what is around it. */
function keyIn(pasted: string): string {
  return readCredential(pasted).ok ? pasted : readPasted(pasted).text;
}

function findingView({ code, message, sdkErrors }: Finding): HTMLElement {
  return el(
    "li",
    { "data-grave": sdkErrors.length > 0 },
    el(
      "p",
      { class: "finding-head" },
      el("code", {}, code),
      el("span", { class: "sdk-error" }, sdkErrorsText(sdkErrors)),
    ),
    el("p", {}, message),
  );
}

/** Each number once, with all its names. */
function sdkErrorsText(sdkErrors: Finding["sdkErrors"]): string {
  const names = new Map<number, string[]>();
  for (const { number, name } of sdkErrors)
    names.set(number, [...(names.get(number) ?? []), ...(name === undefined ? [] : [name])]);
  const texts = Array.from(names, ([number, ofNumber]) =>
    [`SDK error ${number}`, ofNumber.join(", ")].filter(Boolean).join(" · "),
  );
  return texts.join("; ") || "no SDK error";
}
