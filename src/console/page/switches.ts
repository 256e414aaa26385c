// The switches for the faults of a simulated call.

import type { Faults } from "../model/faults.ts";
import { el } from "./dom.ts";

const SWITCHES: readonly (readonly [keyof Faults, id: string, name: string, note: string])[] = [
  ["isOffline", "offline", "Offline", "no request leaves the page"],
  ["isFailing", "5xx", "5xx", "every response is 503"],
  ["isLimited", "429", "429", "Retry-After: 20"],
  ["isClockWrong", "clock", "Wrong clock", "the device is an hour ahead"],
  ["isGrantEnding", "grant", "Grant expires", "the grant expires, the next ones last 60 s"],
];

export interface Switches {
  readonly fieldset: HTMLElement;
  /** Follow the switches. */
  readonly faults: Faults;
  /** What the switch of the grant does. */
  note(text: string): void;
}

/** `onSwitch` is called after each change. */
export function createSwitches(onSwitch: (name: keyof Faults, isOn: boolean) => void): Switches {
  const faults: Faults = {
    isOffline: false,
    isFailing: false,
    isLimited: false,
    isClockWrong: false,
    isGrantEnding: false,
  };
  const notes = SWITCHES.map(([, , , note]) => el("small", {}, note));
  const rows = SWITCHES.map(([fault, id, name], index) => {
    const input = el("input", { type: "checkbox", id: `fault-${id}` });
    input.addEventListener("change", () => {
      faults[fault] = input.checked;
      onSwitch(fault, input.checked);
    });
    const text = el("span", {}, el("b", {}, name), " ", notes[index]);
    return el("label", { class: "switch" }, input, text);
  });
  return {
    fieldset: el("fieldset", { class: "switches" }, el("legend", {}, "Simulated faults"), ...rows),
    faults,
    note: (text) => notes.at(-1)?.replaceChildren(text),
  };
}
