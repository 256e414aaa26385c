// Signing in: the credential comes from the field or from the address's fragment, and the service
// says at once who it is.

import type { CallerDescription } from "../../contract/responses.ts";
import type { Problem } from "../model/api.ts";
import type { CallerState, SignIn } from "../model/caller-state.ts";
import { callerFacts } from "../model/caller-text.ts";
import { credentialIn } from "../model/fragment.ts";
import { clockText } from "../model/time-text.ts";
import { byId, el } from "./dom.ts";
import { problemView } from "./form.ts";
import { factList } from "./panel.ts";

const TICK_MS = 1000;
const HINT = "It stays in this page's memory, and is sent only to this deployment.";
const LINK_IGNORED: Problem = {
  title: "Already signed in",
  code: "link_ignored",
  detail: "A link brought another credential. To use it, sign out, then open the link again.",
};

export function setUpSignIn(state: CallerState): void {
  const form = byId("sign-in-form", HTMLFormElement);
  const input = byId("credential", HTMLInputElement);
  const button = byId("sign-in", HTMLButtonElement);
  const hint = byId("sign-in-hint", HTMLElement);
  const said = byId("sign-in-status", HTMLElement);
  const problem = byId("sign-in-problem", HTMLElement);
  const signedIn = byId("signed-in", HTMLElement);
  const signOut = byId("sign-out", HTMLButtonElement);
  const forget = byId("forget", HTMLButtonElement);
  let ticking: ReturnType<typeof setInterval> | undefined;

  const signInWith = (credential: string) => {
    // A password manager or a restored tab could read back what the field holds, so it is emptied.
    input.value = "";
    return state.signIn(credential);
  };
  const showCaller = (caller: CallerDescription) => {
    const facts = factList(callerFacts(caller));
    signedIn.replaceChildren(facts, signOut);
    if (caller.expiresAt !== undefined) ticking = countDown(facts, caller.expiresAt);
  };

  const showProblem = (shown: Problem | undefined) => {
    problem.hidden = shown === undefined;
    problem.replaceChildren(...(shown ? problemView(shown) : []));
  };

  state.onChange((signIn: SignIn) => {
    const failed = signIn.state === "out" ? signIn.problem : undefined;
    const canTryAgain = signIn.state === "out" && signIn.canTryAgain === true;
    clearInterval(ticking);
    form.hidden = signIn.state === "in";
    form.ariaBusy = signIn.state === "checking" ? "true" : null;
    signedIn.hidden = signIn.state !== "in";
    showProblem(failed);
    button.textContent = canTryAgain ? "Try again" : "Sign in";
    forget.hidden = !canTryAgain;
    hint.textContent = signIn.state === "checking" ? "Asking the service who this is…" : HINT;
    said.textContent = "";
    if (signIn.state !== "in") return;
    showCaller(signIn.caller);
    said.textContent = "Signed in.";
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = input.value.trim();
    await (typed === "" ? state.tryAgain() : signInWith(typed));
    if (state.current().state === "in") signOut.focus();
    else input.focus();
  });
  for (const leave of [signOut, forget]) {
    leave.addEventListener("click", () => {
      state.signOut();
      input.focus();
    });
  }

  /**
   * Removes it from the address bar and the history before anything else happens. While
   * somebody is signed in it is ignored: whoever sent the link would see what they make with it.
   */
  const takeFromAddress = () => {
    const given = credentialIn(location.hash);
    if (given === undefined) return;
    history.replaceState(null, "", location.pathname + location.search);
    if (state.current().state === "out") signInWith(given);
    else showProblem(LINK_IGNORED);
  };
  takeFromAddress();
  addEventListener("hashchange", takeFromAddress);
}

/** Adds to the last fact, which is when the credential ends, how long that is from now. */
function countDown(facts: HTMLElement, expiresAt: number): ReturnType<typeof setInterval> {
  const left = el("span", { class: "left figure" });
  facts.querySelector("div:last-child dd")?.append(" ", left);
  const tick = () => {
    const seconds = expiresAt - Date.now() / 1000;
    left.textContent = seconds > 0 ? `· in ${clockText(seconds)}` : "· it has ended";
    left.toggleAttribute("data-ended", seconds <= 0);
  };
  tick();
  return setInterval(tick, TICK_MS);
}
