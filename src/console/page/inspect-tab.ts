import type { KeyInspection } from "../../contract/responses.ts";
import type { Finding } from "../../keys/findings.ts";
import { readPasted } from "../../keys/pasted-text.ts";
import { readCredential } from "../../keys/read-credential.ts";
import type { Verdict } from "../../keys/verdict.ts";
import type { Post } from "../model/api.ts";
import { decode } from "../model/decode.ts";
import { requestBody } from "../model/request.ts";
import { byId, el, svg } from "./dom.ts";
import { keyView } from "./key-view.ts";
import type { InspectedFields } from "./mint-tab.ts";
import { clearProblem, fieldsOf, showProblem } from "./problems.ts";

/** A check mark, a cross, a question mark. They are drawn: not every font has them. */
const VERDICTS: Readonly<Record<Verdict, { mark: string; text: string }>> = {
  accepted: { mark: "M5 10.5l3.5 3.5L15 6.5", text: "Agora would take it now" },
  refused: { mark: "M6 6l8 8m0-8l-8 8", text: "Agora would refuse it" },
  unknown: {
    mark: "M7 7.2a3 3 0 1 1 4.6 2.6c-1 .6-1.6 1.2-1.6 2.4m0 3.3v.1",
    text: "Can't tell yet whether Agora would take it",
  },
};
/** Without a service key the page decodes by itself, and verifies nothing. */
const DECODED_HERE: readonly string[] = ["no_credential", "forbidden"];
const SIGNATURES: Readonly<Record<KeyInspection["signature"], string>> = {
  valid: "The signature is valid.",
  invalid: "The signature is not valid.",
  unverified: "The signature was not verified.",
};

/** Returns a function with which another part of the page can inspect a key. */
export function setUpInspect(post: Post): (fields: InspectedFields) => void {
  const form = byId("inspect-form", HTMLFormElement);
  const key = byId("inspect-key", HTMLTextAreaElement);
  const channel = byId("inspect-channel", HTMLInputElement);
  const uid = byId("inspect-uid", HTMLInputElement);
  const account = byId("inspect-account", HTMLInputElement);
  const status = byId("inspect-status", HTMLElement);
  const card = byId("inspect-result", HTMLElement);
  const verdict = byId("inspect-verdict", HTMLElement);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // An empty key is inspected like any other text. It is malformed.
    const body = { key: "", ...requestBody(fieldsOf(form)) };
    let result = await post<KeyInspection>("/v1/keys/inspect", body);
    if ("problem" in result && DECODED_HERE.includes(result.problem.code))
      result = decode(body, Date.now());
    if ("problem" in result) {
      status.textContent = "";
      return showProblem(form, result.problem);
    }
    clearProblem(form);
    show(body.key, result.body);
  });

  function show(inspected: string, inspection: KeyInspection): void {
    const { signature, unverifiedReason, findings, version, uid: signedFor } = inspection;
    byId("inspect-empty", HTMLElement).hidden = true;
    card.hidden = false;
    const { mark, text } = VERDICTS[inspection.verdict];
    verdict.dataset.verdict = inspection.verdict;
    verdict.replaceChildren(
      svg(
        "svg",
        { class: "verdict-mark", viewBox: "0 0 20 20", "aria-hidden": "true" },
        svg("path", { d: mark }),
      ),
      text,
    );
    const about = [SIGNATURES[signature], unverifiedReason].filter(Boolean).join(" ");
    byId("inspect-signature", HTMLElement).textContent = about;
    byId("inspect-findings", HTMLElement).replaceChildren(
      findings.length > 0
        ? el("ul", { class: "findings", "aria-label": "Findings" }, ...findings.map(findingView))
        : el(
            "p",
            { class: "no-finding" },
            inspection.verdict === "accepted"
              ? "Nothing is wrong: it can be used to join now."
              : "Nothing is wrong so far.",
          ),
    );
    const who = inspection.account ?? (signedFor === 0 ? "anyone" : `uid ${signedFor}`);
    const whom = inspection.account === undefined && signedFor === undefined ? "" : `, for ${who}`;
    byId("inspect-parts", HTMLElement).replaceChildren(
      ...(version === undefined
        ? []
        : [el("h4", {}, `Version ${version}${whom}`), ...keyView(keyIn(inspected))]),
    );
    status.textContent = `${text}. ${about} Findings: ${findings.length}.`;
  }

  return (fields) => {
    key.value = fields.key;
    channel.value = fields.channel;
    account.value = fields.account ?? "";
    uid.value = fields.uid === null ? "" : String(fields.uid);
    form.requestSubmit();
    key.focus();
  };
}

/** The key or token in a pasted text, without what is around it. */
function keyIn(pasted: string): string {
  return readCredential(pasted).ok ? pasted : readPasted(pasted).text;
}

function findingView({ code, message, sdkErrors }: Finding): HTMLElement {
  return el(
    "li",
    { "data-grave": sdkErrors.length === 0 ? undefined : "true" },
    el(
      "p",
      { class: "finding-head" },
      el("code", {}, code),
      el("span", { class: "sdk-error" }, sdkErrorsText(sdkErrors)),
    ),
    el("p", {}, message),
  );
}

/** Each number once, with all its names. */
function sdkErrorsText(sdkErrors: Finding["sdkErrors"]): string {
  const names = new Map<number, string[]>();
  for (const { number, name } of sdkErrors)
    names.set(number, [...(names.get(number) ?? []), ...(name === undefined ? [] : [name])]);
  const texts = Array.from(names, ([number, ofNumber]) =>
    [`SDK error ${number}`, ofNumber.join(", ")].filter(Boolean).join(" · "),
  );
  return texts.join("; ") || "no SDK error";
}
