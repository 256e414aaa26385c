import type { IssuedKey, IssuedToken } from "../../contract/responses.ts";
import type { Ask } from "../model/api.ts";
import type { CallerState } from "../model/caller-state.ts";
import { keyCall } from "../model/request-body.ts";
import { copyButton } from "./copy-button.ts";
import { createCountdown } from "./countdown.ts";
import { el } from "./dom.ts";
import { createForm, fillForm } from "./form.ts";
import { advanced, check, checks, field, pair } from "./form-fields.ts";
import { keyView } from "./key-view.ts";
import { announcer, conceal, emptyCard, reveal, setUpPanel } from "./panel.ts";
import { createSnippets } from "./snippets-view.ts";

export interface InspectedFields {
  readonly key: string;
  readonly channel: string;
  readonly uid: number | null;
  readonly account: string | undefined;
}

type Shown = Omit<IssuedKey, "service" | "randomInt">;

const TEXTS = {
  title: "Make a key or token",
  lead: "For one user in one channel. Empty fields get the deployment's defaults.",
};
const VERSIONS = [
  ["", "Default"],
  ["7", "7, access token 007"],
  ["6", "6, access token 006"],
  ...["5", "4", "3", "2", "1"].map((version) => [version, `${version}, channel key`] as const),
] as const;

const FIELDS = [
  field("keys", "channel", "Channel", { value: "room-1" }),
  pair(
    field("keys", "uid", "uid", { value: "42", isNumber: true, hint: "0 lets anyone in" }),
    field("keys", "account", "or account", { placeholder: "for tokens" }),
  ),
  pair(
    field("keys", "expiresIn", "Expires in, s", { isNumber: true, placeholder: "default" }),
    field("keys", "sdkVersion", "SDK version", { placeholder: "such as 4.24.8" }),
  ),
  advanced(
    pair(
      field("keys", "version", "Version", { options: VERSIONS }),
      field("keys", "platform", "Platform", {
        options: [
          ["", "Native or web"],
          ["native", "Native"],
          ["web", "Web"],
          ["flutter", "Flutter"],
        ],
      }),
    ),
    pair(
      field("keys", "role", "Role, of tokens", {
        options: [
          ["", "Default"],
          ["publisher", "Publisher"],
          ["subscriber", "Subscriber"],
        ],
      }),
      field("keys", "service", "Service", {
        options: [
          ["", "Media channel"],
          ["recording", "Recording"],
          ["publicSharing", "Public sharing"],
          ["inChannelPermission", "In-channel permission"],
        ],
      }),
    ),
    field("keys", "permission", "Permission", {
      options: [
        ["", "None"],
        ["noUpload", "No upload"],
        ["audioVideoUpload", "Audio and video upload"],
      ],
    }),
    checks(
      "One token also for",
      "A 007 token, whatever version and SDK say above.",
      check("keys", "rtm", "RTM"),
      check("keys", "chat", "Chat"),
    ),
  ),
];

export function setUpKeys(
  state: CallerState,
  ask: Ask,
  inspect: (fields: InspectedFields) => void,
): void {
  let shown: Shown | undefined;
  const status = announcer("keys-status");
  const say = (text: string) => {
    status.textContent = text;
  };
  const snippets = createSnippets("keys", say);
  const title = el("h3", { id: "keys-result-title" });
  const copy = copyButton("Copy", () => shown?.key ?? "", say);
  const inspectIt = el("button", { type: "button", class: "quiet" }, "Inspect it");
  const text = el("div", { id: "keys-text" });
  const countdown = el("div", { class: "countdown", id: "keys-countdown" });
  const segments = el("div", { id: "keys-segments" });
  const countDown = createCountdown(countdown, say);
  const empty = emptyCard(
    "keys-empty",
    "The key will appear here",
    "with the time left to join, and each of its segments explained.",
  );
  const card = el(
    "article",
    { class: "card", id: "keys-result", "aria-labelledby": "keys-result-title", hidden: true },
    el("div", { class: "card-head" }, title, copy, inspectIt),
    text,
    countdown,
    segments,
  );

  const form = createForm("keys-form", "Make key", FIELDS, async (fields) => {
    const { path, body } = keyCall(fields);
    const result = await ask<IssuedKey | IssuedToken>("POST", path, body);
    if ("problem" in result) {
      say("");
      return result.problem;
    }
    const signIn = state.current();
    const isGrant = signIn.state === "in" && signIn.caller.kind === "grant";
    const credential = isGrant ? "GRANT" : "SERVICE_KEY";
    show("token" in result.body ? keyOfToken(result.body) : result.body);
    snippets.show({ method: "POST", path, body, credential });
    return undefined;
  });

  function show(issued: Shown): void {
    shown = issued;
    const isToken = issued.version >= 6;
    title.textContent = `${isToken ? "Token" : "Key"}, version ${issued.version}`;
    const [marked, ...rest] =
      issued.key === null
        ? [el("p", { class: "key" }, "null: this project joins with its App ID alone")]
        : keyView(issued.key);
    text.replaceChildren(marked as HTMLElement);
    segments.replaceChildren(...rest);
    copy.hidden = issued.key === null;
    inspectIt.hidden = issued.key === null;
    countDown(issued);
    reveal(card, empty);
    say(`Made for ${userOf(issued)} in ${issued.channel}.`);
  }

  function clear(): void {
    shown = undefined;
    countDown(undefined);
    text.replaceChildren();
    segments.replaceChildren();
    snippets.card.hidden = true;
    conceal(card, empty);
  }

  inspectIt.addEventListener("click", () => {
    if (!shown?.key) return;
    const { key, channel, uid = null, account } = shown;
    inspect({ key, channel, uid, account });
  });
  state.onChange((signIn) => {
    if (signIn.state !== "in") clear();
    // A grant says who its user is, and where.
    if (signIn.state !== "in" || signIn.caller.kind !== "grant") return;
    const { channels = [], uid } = signIn.caller;
    const values = { channel: channels[0]?.replace("*", "1") ?? "" };
    fillForm(form, uid === 0 ? values : { ...values, uid: "", account: "" });
  });
  setUpPanel("keys", TEXTS, state, form, status, empty, card, snippets.card);
}

/** A token of several services has those of its channel as well. */
function keyOfToken({ token, services, ...rest }: IssuedToken): Shown {
  const { channel = "", uid, account } = services.find(({ type }) => type === "rtc") ?? {};
  const user = account === undefined ? { uid: uid ?? null } : { account };
  return { ...rest, ...user, channel, key: token, joinBefore: rest.expiresAt };
}

function userOf({ uid, account }: Shown): string {
  if (account !== undefined) return `account ${account}`;
  return uid === null || uid === 0 ? "anyone" : `uid ${uid}`;
}
