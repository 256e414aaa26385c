import type { Ask, Problem } from "../model/api.ts";
import type { CallerState } from "../model/caller-state.ts";
import { accessTo } from "../model/caller-text.ts";
import { revocationBody } from "../model/request-body.ts";
import { ejectionText, type RevocationEntry, targetText } from "../model/revocation-text.ts";
import { instantText } from "../model/time-text.ts";
import { el } from "./dom.ts";
import { createForm, fillForm, problemView } from "./form.ts";
import { advanced, check, checks, field, pair } from "./form-fields.ts";
import { announcer, setUpPanel } from "./panel.ts";
import { createSnippets } from "./snippets-view.ts";
import type { Tabs } from "./tabs.ts";

const PATH = "/v1/revocations";
const TEXTS = {
  title: "Revoke access",
  lead:
    "Requests by grant that match every field you fill are refused, within a minute at every " +
    "edge. Service keys are not touched.",
};

const FIELDS = [
  pair(
    field("revocations", "uid", "uid", { isNumber: true }),
    field("revocations", "account", "or account"),
  ),
  field("revocations", "channel", "Channel", { hint: "Empty: every channel" }),
  pair(
    field("revocations", "sub", "Subject", { hint: "All grants of one" }),
    field("revocations", "jti", "Grant id (jti)", { hint: "One grant" }),
  ),
  advanced(
    field("revocations", "until", "Until, in your time", {
      type: "datetime-local",
      hint: "Empty: when every grant of today has ended",
    }),
    field("revocations", "issuedBefore", "Grants made before, in your time", {
      type: "datetime-local",
      hint: "Alone: everyone signs in again",
    }),
    checks(
      "Who is in the call already",
      "Needs one channel, a uid of 1 or more, and Agora's credentials in this deployment.",
      check("revocations", "eject", "Remove the user from the call"),
    ),
  ),
];

interface Page {
  readonly revocations: readonly RevocationEntry[];
  readonly cursor?: string;
}

/** Returns a function with which another part of the page can prepare a revocation. */
export function setUpRevocations(
  state: CallerState,
  ask: Ask,
  tabs: Tabs,
): (fields: Readonly<Record<string, string>>) => void {
  let cursor: string | undefined;
  /** Counts the readings of the list: the response to an older one is not shown. */
  let reading = 0;
  const status = announcer("revocations-status");
  const say = (text: string) => {
    status.textContent = text;
  };
  const snippets = createSnippets("revocations", say);
  const list = el("ul", { class: "entries", id: "revocations-list" });
  const none = el("p", { class: "hint", id: "revocations-none" });
  const problem = el("div", { class: "problem", role: "alert", hidden: true });
  const refresh = el("button", { type: "button", class: "quiet" }, "Refresh");
  const more = el("button", { type: "button", class: "quiet", hidden: true }, "Show more");
  const card = el(
    "article",
    { class: "card", "aria-labelledby": "revocations-title" },
    el("div", { class: "card-head" }, el("h3", { id: "revocations-title" }, "In force"), refresh),
    problem,
    none,
    list,
    more,
  );

  const showProblem = (shown: Problem | undefined) => {
    problem.hidden = shown === undefined;
    problem.replaceChildren(...(shown ? problemView(shown) : []));
  };
  const read = async (isNextPage: boolean) => {
    const signIn = state.current();
    if (signIn.state === "out") none.textContent = "Sign in to see the list.";
    if (signIn.state === "out" || !accessTo("revocations", signIn).isOpen) return;
    const own = ++reading;
    showProblem(undefined);
    none.textContent = "Reading the list…";
    const result = await ask<Page>("GET", isNextPage ? `${PATH}?cursor=${cursor}` : PATH);
    if (own !== reading) return;
    none.textContent = "";
    if ("problem" in result) return showProblem(result.problem);
    const { revocations } = result.body;
    cursor = result.body.cursor;
    more.hidden = cursor === undefined;
    if (!isNextPage) list.replaceChildren();
    list.append(...revocations.map(row));
    none.textContent = list.childElementCount === 0 ? "Nobody's access is revoked." : "";
  };

  const row = (entry: RevocationEntry): HTMLElement => {
    const target = targetText(entry);
    const ejection = ejectionText(entry);
    return el(
      "li",
      {},
      el("p", { class: "target" }, target),
      ejection !== undefined && el("p", { "data-ejection": entry.ejection?.state }, ejection),
      el("p", { class: "hint" }, `until ${instantText(entry.until)}`),
      endButton(entry.id, target),
    );
  };
  /** It gives access back, so the first press only asks. */
  const endButton = (id: string, target: string): HTMLElement => {
    const button = el("button", { type: "button", class: "quiet" }, "End");
    const name = (text: string) => {
      button.textContent = text;
      button.ariaLabel = `${text}: ${target}`;
    };
    button.addEventListener("blur", () => name("End"));
    button.addEventListener("click", async () => {
      if (button.textContent === "End") return name("Really end?");
      const result = await ask("DELETE", `${PATH}/${encodeURIComponent(id)}`);
      if ("problem" in result) return showProblem(result.problem);
      say(`Ended: ${target}.`);
      refresh.focus();
      await read(false);
    });
    name("End");
    return button;
  };

  const form = createForm("revocations-form", "Revoke access", FIELDS, async (fields) => {
    const body = revocationBody(fields);
    const result = await ask<RevocationEntry>("POST", PATH, body);
    if ("problem" in result) return result.problem;
    say(`Revoked: ${targetText(result.body)}.`);
    snippets.show({ method: "POST", path: PATH, body, credential: "SERVICE_KEY" });
    await read(false);
    return undefined;
  });

  refresh.addEventListener("click", () => read(false));
  more.addEventListener("click", () => read(true));
  tabs.onOpen("revocations", () => read(false));
  setUpPanel("revocations", TEXTS, state, form, status, card, snippets.card);
  // Another caller must not see what the one before could.
  state.onChange(({ state: now }) => {
    reading++;
    list.replaceChildren();
    showProblem(undefined);
    if (now === "in" && location.hash === "#revocations") read(false);
  });
  return (fields) => {
    form.reset();
    fillForm(form, fields);
    tabs.choose("revocations");
    form.querySelector<HTMLElement>(".primary")?.focus();
  };
}
