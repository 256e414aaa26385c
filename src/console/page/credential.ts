// The credential. It comes from the field or from the address's fragment, and is kept in a variable
// here: in no storage, no cookie and no address.

import { isGrant } from "../model/api.ts";
import { credentialIn } from "../model/fragment.ts";
import { byId } from "./dom.ts";

export interface Credential {
  /** Undefined while there is none. */
  get(): string | undefined;
}

export function setUpCredential(): Credential {
  const field = byId("credential", HTMLInputElement);
  const state = byId("credential-state", HTMLElement);
  const use = byId("credential-use", HTMLButtonElement);
  const forget = byId("credential-forget", HTMLButtonElement);
  let credential: string | undefined;

  const set = (value: string | undefined) => {
    credential = value;
    // A password manager or a restored tab could read back what the field holds, so it is emptied.
    field.value = "";
    field.placeholder = value === undefined ? "" : "••••••••••••";
    forget.hidden = value === undefined;
    use.textContent = value === undefined ? "Use it" : "Replace it";
    const kind = value && isGrant(value) ? "grant" : "service key";
    state.textContent =
      value === undefined
        ? "Stays in this page's memory, and is sent only to this deployment."
        : `A ${kind} is in this page's memory, until you close the page or forget the ${kind}.`;
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

  /** Removes it from the address bar and the history before anything else happens. */
  const takeFromAddress = () => {
    const given = credentialIn(location.hash);
    if (given === undefined) return;
    history.replaceState(null, "", location.pathname + location.search);
    set(given);
  };
  takeFromAddress();
  addEventListener("hashchange", takeFromAddress);
  return { get: () => credential };
}
