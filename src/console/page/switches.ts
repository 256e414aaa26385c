// The switches: what goes wrong in the call that is played, now.

import type { Faults } from "../model/faults.ts";
import { byId } from "./dom.ts";

const SWITCHES: Readonly<Record<string, keyof Faults>> = {
  "fault-offline": "isOffline",
  "fault-5xx": "isFailing",
  "fault-429": "isLimited",
  "fault-clock": "isClockWrong",
  "fault-grant": "isGrantEnding",
};

/** The object stays the same and follows the switches. `onSwitch` hears of each change, once made. */
export function setUpSwitches(onSwitch: (name: keyof Faults, isOn: boolean) => void): Faults {
  const faults: Faults = {
    isOffline: false,
    isFailing: false,
    isLimited: false,
    isClockWrong: false,
    isGrantEnding: false,
  };
  for (const [id, name] of Object.entries(SWITCHES)) {
    const input = byId(id, HTMLInputElement);
    // Browsers bring back what was switched when a page is loaded again.
    input.checked = false;
    input.addEventListener("change", () => {
      faults[name] = input.checked;
      onSwitch(name, input.checked);
    });
  }
  return faults;
}
