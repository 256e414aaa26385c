import type { IssuedGrant } from "../../contract/responses.ts";
import { GRANT_SERVICES } from "../../contract/scope.ts";
import type { Ask } from "../model/api.ts";
import type { CallerState } from "../model/caller-state.ts";
import { grantBody } from "../model/request-body.ts";
import { instantText } from "../model/time-text.ts";
import { copyButton } from "./copy-button.ts";
import { el } from "./dom.ts";
import { createForm } from "./form.ts";
import { advanced, check, checks, field, pair } from "./form-fields.ts";
import { announcer, conceal, emptyCard, factList, reveal, setUpPanel } from "./panel.ts";
import { createSnippets } from "./snippets-view.ts";

const TEXTS = {
  title: "Make a grant",
  lead: "A client that holds it gets and renews keys by itself, until the grant ends.",
};
const SERVICE_TEXTS: Readonly<Record<string, string>> = {
  mediaChannel: "Media channel",
  recording: "Recording",
  publicSharing: "Public sharing",
  inChannelPermission: "In-channel permission",
  rtm: "RTM",
  chat: "Chat",
};

const FIELDS = [
  field("grants", "channels", "Channels, one on a line", {
    value: "room-1",
    rows: 2,
    hint: "team-* means every channel that begins so",
  }),
  pair(
    field("grants", "uid", "uid", { value: "42", isNumber: true, hint: "0 means any uid" }),
    field("grants", "account", "or account"),
  ),
  pair(
    field("grants", "expiresIn", "Ends in, s", { value: "14400", isNumber: true }),
    field("grants", "role", "Role", {
      options: [
        ["", "Default"],
        ["publisher", "Publisher"],
        ["subscriber", "Subscriber"],
      ],
    }),
  ),
  advanced(
    pair(
      field("grants", "maxKeyExpiresIn", "Each key at most, s", {
        isNumber: true,
        placeholder: "default",
      }),
      field("grants", "subject", "Subject", { placeholder: "random" }),
    ),
    checks(
      "Services",
      "None chosen: the media channel alone.",
      ...GRANT_SERVICES.map((name) =>
        check("grants", "services", SERVICE_TEXTS[name] ?? name, name),
      ),
    ),
  ),
];

/** `signIn` and `revoke` open another tab with what this one has made. */
export function setUpGrants(
  state: CallerState,
  ask: Ask,
  signIn: (grant: string) => void,
  revoke: (grant: { jti: string }) => void,
): void {
  let shown: IssuedGrant | undefined;
  const status = announcer("grants-status");
  const say = (text: string) => {
    status.textContent = text;
  };
  const snippets = createSnippets("grants", say);
  const facts = el("div", { id: "grants-facts" });
  const text = el("input", {
    id: "grants-text",
    type: "password",
    readonly: true,
    autocomplete: "off",
    "data-1p-ignore": true,
    "data-lpignore": "true",
  });
  const reveals = el("button", { type: "button", class: "quiet" }, "Show");
  const use = el("button", { type: "button", class: "quiet" }, "Sign in with it");
  const end = el("button", { type: "button", class: "quiet" }, "Revoke it");
  const empty = emptyCard(
    "grants-empty",
    "The grant will appear here",
    "with its id and its subject: with these you can revoke it.",
  );
  const card = el(
    "article",
    { class: "card", id: "grants-result", "aria-labelledby": "grants-result-title", hidden: true },
    el("div", { class: "card-head" }, el("h3", { id: "grants-result-title" }, "Grant"), use, end),
    el(
      "div",
      { class: "field" },
      el("label", { for: "grants-text" }, "For the client"),
      el(
        "div",
        { class: "secret" },
        text,
        reveals,
        copyButton("Copy", () => shown?.grant ?? "", say),
      ),
      el(
        "p",
        { class: "hint" },
        "Whoever has it gets keys with it. It can't be shown again later.",
      ),
    ),
    facts,
  );

  const mask = (isMasked: boolean) => {
    text.type = isMasked ? "password" : "text";
    reveals.textContent = isMasked ? "Show" : "Hide";
  };
  const form = createForm("grants-form", "Make grant", FIELDS, async (fields) => {
    const body = grantBody(fields);
    const result = await ask<IssuedGrant>("POST", "/v1/grants", body);
    if ("problem" in result) {
      say("");
      return result.problem;
    }
    shown = result.body;
    text.value = shown.grant;
    mask(true);
    facts.replaceChildren(
      factList([
        ["Ends", instantText(shown.expiresAt)],
        ["Id (jti)", el("code", {}, shown.jti)],
        ["Subject", el("code", {}, shown.subject)],
      ]),
    );
    snippets.show({ method: "POST", path: "/v1/grants", body, credential: "SERVICE_KEY" });
    reveal(card, empty);
    say(`Grant made. It ends at ${instantText(shown.expiresAt)}.`);
    return undefined;
  });

  noteCommas(form);
  reveals.addEventListener("click", () => mask(text.type === "text"));
  use.addEventListener("click", () => shown && signIn(shown.grant));
  end.addEventListener("click", () => shown && revoke({ jti: shown.jti }));
  state.onChange((signIn) => {
    if (signIn.state === "in") return;
    shown = undefined;
    text.value = "";
    facts.replaceChildren();
    snippets.card.hidden = true;
    conceal(card, empty);
  });
  setUpPanel("grants", TEXTS, state, form, status, empty, card, snippets.card);
}

/** A name may have a comma, so it is taken. More likely it was meant to separate two. */
function noteCommas(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLTextAreaElement>("#grants-channels");
  const note = el("div", { role: "status" });
  input?.closest(".field")?.append(note);
  input?.addEventListener("input", () => {
    const text = "This is one channel with a comma in its name. Write one on a line.";
    const hints = input.value.includes(",") ? [el("p", { class: "hint" }, text)] : [];
    note.replaceChildren(...hints);
  });
}
