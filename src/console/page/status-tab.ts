import type { NamedProblem } from "../../contract/responses.ts";
import type { CallerState } from "../model/caller-state.ts";
import { type DeploymentStatus, readStatus } from "../model/status-facts.ts";
import { instantText } from "../model/time-text.ts";
import { el } from "./dom.ts";
import { announcer, factList, setUpPanel } from "./panel.ts";
import type { Tabs } from "./tabs.ts";
import { showVerdict } from "./verdict-mark.ts";

const TEXTS = {
  title: "Status of this deployment",
  lead: "Whether it can make keys now, and if not, why. Anyone may ask; no credential is sent.",
};

export function setUpStatus(state: CallerState, tabs: Tabs, send: typeof fetch): void {
  const status = announcer("status-status");
  const verdict = el("h3", { id: "status-verdict", class: "verdict" }, "Asking…");
  const refresh = el("button", { type: "button", class: "quiet" }, "Refresh");
  const problems = el("div", { id: "status-problems" });
  const facts = el("div", { id: "status-facts" });
  const asked = el("p", { class: "hint", id: "status-asked" });
  const card = el(
    "article",
    { class: "card", "aria-labelledby": "status-verdict" },
    el("div", { class: "card-head" }, verdict, refresh),
    problems,
    facts,
    asked,
  );

  const show = (said: DeploymentStatus) => {
    const text = headline(said);
    showVerdict(verdict, markOf(said), text);
    problems.replaceChildren(
      ...named("Problems", said.problems, true),
      ...named("Warnings", said.warnings, false),
    );
    facts.replaceChildren(factList(said.facts));
    asked.textContent = `Asked at ${instantText(Math.floor(Date.now() / 1000))}`;
    status.textContent = text;
  };
  const read = async () => {
    card.ariaBusy = "true";
    show(await readStatus(send, () => performance.now()));
    card.ariaBusy = null;
  };
  refresh.addEventListener("click", read);
  tabs.onOpen("status", read);
  setUpPanel("status", TEXTS, state, card, status);
}

function headline({ isReady, warnings }: DeploymentStatus): string {
  if (isReady === undefined) return "No response";
  if (!isReady) return "Not ready: it makes no keys";
  const count = warnings.length;
  return count === 0 ? "Ready" : `Ready, with ${count} warning${count === 1 ? "" : "s"}`;
}

function markOf({ isReady }: DeploymentStatus) {
  return isReady === undefined ? "unknown" : isReady ? "accepted" : "refused";
}

function named(title: string, list: readonly NamedProblem[], isGrave: boolean): HTMLElement[] {
  if (list.length === 0) return [];
  const items = list.map(({ name, message }) =>
    el(
      "li",
      { "data-grave": isGrave },
      el("p", { class: "finding-head" }, el("code", {}, name)),
      el("p", {}, message),
    ),
  );
  return [el("h4", {}, title), el("ul", { class: "findings", "aria-label": title }, ...items)];
}
