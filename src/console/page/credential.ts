// The credential: in a variable here, from the field or the address's fragment, and nowhere else. No storage, no cookie, no address.

import { isGrant } from "../model/api.ts";
import { credentialIn } from "../model/fragment.ts";
import { byId } from "./dom.ts";

export interface Credential {
  /** Undefined while there is none. */
  get(): string | undefined;
  /** The field, for whoever finds that there is none. */
  focus(): void;
}

export function setUpCredential(): Credential {
  const field = byId("credential", HTMLInputElement);
  const state = byId("credential-state", HTMLElement);
  const use = byId("credential-use", HTMLButtonElement);
  const forget = byId("credential-forget", HTMLButtonElement);
  let credential: string | undefined;

  const set = (value: string | undefined) => {
    credential = value;
    // The field is emptied: what it holds could be read back by a password manager or a restored tab.
    field.value = "";
    field.placeholder = value === undefined ? "" : "••••••••••••";
    forget.hidden = value === undefined;
    use.textContent = value === undefined ? "Use it" : "Replace it";
    state.textContent =
      value === undefined
        ? "Stays in this page's memory, and goes nowhere but to this deployment."
        : `${isGrant(value) ? "A grant" : "A service key"} is in this page's memory, until the page is closed or you forget it.`;
  };

  byId("credential-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = field.value.trim();
    if (typed !== "") set(typed);
  });
  forget.addEventListener("click", () => {
    set(undefined);
    field.focus();
  });

  /** Out of the address bar and the history before anything else happens. */
  const takeFromAddress = () => {
    const given = credentialIn(location.hash);
    if (given === undefined) return;
    history.replaceState(null, "", location.pathname + location.search);
    set(given);
  };
  takeFromAddress();
  addEventListener("hashchange", takeFromAddress);
  return { get: () => credential, focus: () => field.focus() };
}
