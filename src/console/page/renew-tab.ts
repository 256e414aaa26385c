// A simulated call: starts it, draws it, and lists what happens.

import type { Ask } from "../model/api.ts";
import { type Call, startCall } from "../model/call.ts";
import type { CallerState } from "../model/caller-state.ts";
import { requestBody } from "../model/request-body.ts";
import { clockText } from "../model/time-text.ts";
import { chartOf, describe, type Entry, toneOf } from "../model/timeline.ts";
import { el, prefersStill } from "./dom.ts";
import { createForm, fillForm } from "./form.ts";
import { field, pair } from "./form-fields.ts";
import { latencyView } from "./latency-view.ts";
import { announcer, setUpPanel } from "./panel.ts";
import { createSwitches } from "./switches.ts";
import { chartLegend, timelineView } from "./timeline-view.ts";

const TEXTS = {
  title: "Renew through a call",
  lead:
    "A simulated call with the real client library. Its time can run faster, but its requests " +
    "are real. Switch faults on, and see that the call goes on.",
};
const DRAW_EVERY_MS = 100;
const DRAW_STILL_EVERY_MS = 1000;
/** The log drops the oldest: a call at 600 times real speed would fill the memory. */
const ENTRIES_MAX = 400;
/** What a screen reader reads aloud at once. Not every request. */
const SAID: readonly Entry["type"][] = ["joined", "retrying", "stopped", "renewed", "hungUp"];

const real = {
  now: () => performance.now(),
  setTimeout: (callback: () => void, delay: number) => setTimeout(callback, delay),
  clearTimeout: (timer: unknown) =>
    clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
};

const FIELDS = [
  pair(
    field("renew", "channel", "Channel", { value: "room-1" }),
    field("renew", "uid", "uid", { value: "42", isNumber: true }),
  ),
  pair(
    field("renew", "expiresIn", "Expires in, s", { value: "600", isNumber: true }),
    field("renew", "speed", "Speed", {
      value: "60",
      options: [
        ["1", "real time"],
        ["10", "10× faster"],
        ["60", "60× faster"],
        ["600", "600× faster"],
      ],
    }),
  ),
];

export function setUpRenew(state: CallerState, ask: Ask): void {
  const stop = el("button", { type: "button", hidden: true }, "Hang up");
  const askForKey = el(
    "button",
    { type: "button", class: "quiet", hidden: true },
    "SDK asks for a key",
  );
  const status = announcer("renew-status");
  const clock = el("p", { class: "figure", id: "renew-clock" });
  const count = el("p", { class: "figure", id: "renew-count" });
  const list = el("ol", { id: "renew-log" }, el("li", { class: "hint" }, "Nothing yet."));
  const timeline = el("div", { id: "timeline" });
  const latency = el("div", { id: "latency" });
  let entries: Entry[] = [];
  let renewals = 0;
  let call: Call | undefined;
  let drawing: ReturnType<typeof setInterval> | undefined;

  const switches = createSwitches((name, isOn) => {
    if (name === "isGrantEnding" && isOn) call?.expireGrant();
  });
  const form = createForm(
    "renew-form",
    "Start the call",
    FIELDS,
    async (fields) => {
      const { speed, ...body } = requestBody(fields);
      // The first request is only for the form: its response says which fields are wrong.
      const tried = await ask("POST", "/v1/keys", body);
      if ("problem" in tried) return tried.problem;
      const credential = await state.credential();
      if (credential === undefined) return undefined;
      begin(credential, body as { channel: string; uid?: number; expiresIn?: number });
      return undefined;
    },
    [stop, askForKey],
    switches.fieldset,
  );
  const start = form.querySelector<HTMLButtonElement>(".primary") as HTMLButtonElement;
  const input = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
  const isGrant = () => {
    const signIn = state.current();
    return signIn.state === "in" && signIn.caller.kind === "grant";
  };

  function begin(
    credential: string,
    { channel, uid, expiresIn }: { channel: string; uid?: number; expiresIn?: number },
  ): void {
    entries = [];
    renewals = 0;
    list.replaceChildren();
    setRunning(true);
    status.textContent = "The call has started.";
    call = startCall({
      grant: isGrant() ? credential : undefined,
      channel,
      uid,
      expiresIn,
      speed: Number(input("speed").value),
      faults: switches.faults,
      ask,
      real,
      fetch: (url, init) => fetch(url, init),
      wallNow: () => Date.now(),
      onEntry,
    });
    drawing = setInterval(draw, prefersStill() ? DRAW_STILL_EVERY_MS : DRAW_EVERY_MS);
    stop.focus();
  }

  function onEntry(entry: Entry): void {
    entries = [...entries.slice(1 - ENTRIES_MAX), entry];
    list.prepend(
      el(
        "li",
        { "data-tone": toneOf(entry), "data-type": entry.type },
        el("time", {}, clockText(entry.at)),
        el("span", {}, describe(entry)),
      ),
    );
    while (list.childElementCount > ENTRIES_MAX) list.lastElementChild?.remove();
    if (entry.type === "renewed" && list.querySelector('[data-type="joined"]')) renewals++;
    count.textContent = `${renewals} renewal${renewals === 1 ? "" : "s"}`;
    if (SAID.includes(entry.type)) status.textContent = describe(entry);
    if (entry.type === "hungUp" || entry.type === "stopped") queueMicrotask(finish);
  }

  function finish(): void {
    draw();
    clearInterval(drawing);
    call = undefined;
    setRunning(false);
  }

  function draw(): void {
    // Of a tab that is not open, the width is not known.
    if (timeline.clientWidth === 0) return;
    const now = call?.now() ?? entries.at(-1)?.at ?? 0;
    const chart = chartOf(entries, now, Number(input("expiresIn").value) || 0);
    clock.textContent = clockText(now);
    timeline.replaceChildren(timelineView(chart, now, timeline.clientWidth));
    latency.replaceChildren(...latencyView(chart.requests));
  }

  function setRunning(isRunning: boolean): void {
    start.hidden = isRunning;
    stop.hidden = !isRunning;
    askForKey.hidden = !isRunning;
    switches.note(
      isRunning && isGrant()
        ? "the grant expires, and there is no other"
        : "the grant expires, the next ones last 60 s",
    );
  }

  input("speed").addEventListener("change", () => call?.setSpeed(Number(input("speed").value)));
  input("expiresIn").addEventListener("input", () => call ?? draw());
  askForKey.addEventListener("click", () => call?.ask());
  stop.addEventListener("click", () => {
    call?.hangUp();
    start.focus();
  });
  state.onChange((signIn) => {
    // Its requests would be refused.
    if (signIn.state !== "in") return call?.hangUp();
    if (!isGrant()) return undefined;
    const { channels = [], uid } = signIn.caller;
    const channel = channels[0]?.replace("*", "1") ?? "";
    return fillForm(form, uid === 0 ? { channel } : { channel, uid: "" });
  });
  setUpPanel("renew", TEXTS, state, form, status, chartCard(), logCard());
  new ResizeObserver(draw).observe(timeline);

  function chartCard(): HTMLElement {
    return el(
      "article",
      { class: "card", "aria-labelledby": "timeline-title" },
      el("div", { class: "card-head" }, el("h3", { id: "timeline-title" }, "Timeline"), clock),
      timeline,
      chartLegend(),
      el("h4", { id: "latency-title" }, "Latency of each request"),
      latency,
    );
  }

  function logCard(): HTMLElement {
    return el(
      "article",
      { class: "card", "aria-labelledby": "log-title" },
      el("div", { class: "card-head" }, el("h3", { id: "log-title" }, "What happened"), count),
      // It scrolls, so the keyboard must be able to reach it.
      el("section", { class: "log", "aria-labelledby": "log-title", tabindex: 0 }, list),
    );
  }
}
