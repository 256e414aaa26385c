// A simulated call: starts it, draws it, and lists what happens.

import { isGrant, type Post } from "../model/api.ts";
import { type Call, startCall } from "../model/call.ts";
import { requestBody } from "../model/request.ts";
import { clockText } from "../model/time-text.ts";
import { chartOf, describe, type Entry, toneOf } from "../model/timeline.ts";
import type { Credential } from "./credential.ts";
import { byId, el, prefersStill } from "./dom.ts";
import { latencyView } from "./latency-view.ts";
import { clearProblem, fieldsOf, showProblem } from "./problems.ts";
import { setUpSwitches } from "./switches.ts";
import { timelineView } from "./timeline-view.ts";

const DRAW_EVERY_MS = 100;
const DRAW_STILL_EVERY_MS = 1000;
/** The log drops the oldest: a call at 600 times real speed would fill the memory. */
const ENTRIES_MAX = 400;

const real = {
  now: () => performance.now(),
  setTimeout: (callback: () => void, delay: number) => setTimeout(callback, delay),
  clearTimeout: (timer: unknown) =>
    clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
};

export function setUpRenew(post: Post, credential: Credential): void {
  const form = byId("renew-form", HTMLFormElement);
  const speed = byId("renew-speed", HTMLSelectElement);
  const start = byId("renew-start", HTMLButtonElement);
  const stop = byId("renew-stop", HTMLButtonElement);
  const ask = byId("renew-ask", HTMLButtonElement);
  const status = byId("renew-status", HTMLElement);
  const clock = byId("renew-clock", HTMLElement);
  const count = byId("renew-count", HTMLElement);
  const log = byId("renew-log", HTMLOListElement);
  const timeline = byId("timeline", HTMLElement);
  const latency = byId("latency", HTMLElement);
  let entries: Entry[] = [];
  let renewals = 0;
  let call: Call | undefined;
  let drawing: ReturnType<typeof setInterval> | undefined;

  const faults = setUpSwitches((name, isOn) => {
    if (name === "isGrantEnding" && isOn) call?.expireGrant();
  });
  speed.addEventListener("change", () => call?.setSpeed(Number(speed.value)));
  ask.addEventListener("click", () => call?.ask());
  stop.addEventListener("click", () => {
    call?.hangUp();
    start.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = requestBody(fieldsOf(form));
    // The first request is only for the form: its response says which fields are wrong.
    const tried = await post("/v1/keys", wanted);
    const given = credential.get();
    if ("problem" in tried || given === undefined) {
      if ("problem" in tried) showProblem(form, tried.problem);
      return;
    }
    clearProblem(form);
    begin(given, wanted as { channel: string; uid?: number; expiresIn?: number });
  });

  function begin(
    given: string,
    { channel, uid, expiresIn }: { channel: string; uid?: number; expiresIn?: number },
  ): void {
    entries = [];
    renewals = 0;
    log.replaceChildren();
    setRunning(true);
    status.textContent = "The call has started.";
    const options = {
      credential: given,
      channel,
      uid,
      expiresIn,
      speed: Number(speed.value),
      faults,
      post,
      real,
    };
    call = startCall({
      ...options,
      fetch: (url, init) => fetch(url, init),
      wallNow: () => Date.now(),
      onEntry,
    });
    drawing = setInterval(draw, prefersStill() ? DRAW_STILL_EVERY_MS : DRAW_EVERY_MS);
    stop.focus();
  }

  function onEntry(entry: Entry): void {
    entries = [...entries.slice(1 - ENTRIES_MAX), entry];
    log.prepend(
      el(
        "li",
        { "data-tone": toneOf(entry), "data-type": entry.type },
        el("time", {}, clockText(entry.at)),
        el("span", {}, describe(entry)),
      ),
    );
    while (log.childElementCount > ENTRIES_MAX) log.lastElementChild?.remove();
    if (entry.type === "renewed" && log.querySelector('[data-type="joined"]')) renewals++;
    count.textContent = `${renewals} renewal${renewals === 1 ? "" : "s"}`;
    // Screen readers read these aloud at once, but not every request.
    if (["joined", "retrying", "stopped", "renewed", "hungUp"].includes(entry.type))
      status.textContent = describe(entry);
    if (entry.type === "hungUp" || entry.type === "stopped") queueMicrotask(finish);
  }

  function finish(): void {
    draw();
    clearInterval(drawing);
    call = undefined;
    setRunning(false);
  }

  function draw(): void {
    const now = call?.now() ?? entries.at(-1)?.at ?? 0;
    const chart = chartOf(entries, now);
    clock.textContent = clockText(now);
    timeline.replaceChildren(timelineView(chart, now, timeline.clientWidth));
    latency.replaceChildren(...latencyView(chart.requests));
  }

  function setRunning(isRunning: boolean): void {
    start.hidden = isRunning;
    stop.hidden = !isRunning;
    ask.hidden = !isRunning;
    const isFixedGrant = isRunning && isGrant(credential.get() ?? "");
    byId("fault-grant-note", HTMLElement).textContent = isFixedGrant
      ? "the grant expires, and there is no other"
      : "the grant expires, the next ones last 60 s";
  }

  // It scrolls, so the keyboard must be able to reach it.
  byId("log", HTMLElement).tabIndex = 0;
  draw();
}
