// The switches for the faults of a simulated call.

import type { Faults } from "../model/faults.ts";
import { byId } from "./dom.ts";

const SWITCHES: Readonly<Record<string, keyof Faults>> = {
  "fault-offline": "isOffline",
  "fault-5xx": "isFailing",
  "fault-429": "isLimited",
  "fault-clock": "isClockWrong",
  "fault-grant": "isGrantEnding",
};

/** The returned object follows the switches. `onSwitch` is called after each change. */
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
    // Browsers restore the switches when a page is loaded again.
    input.checked = false;
    input.addEventListener("change", () => {
      faults[name] = input.checked;
      onSwitch(name, input.checked);
    });
  }
  return faults;
}
