import type { Finding, KeyInspection } from "../../contract/responses.ts";
import type { Post } from "../model/api.ts";
import { requestBody } from "../model/request.ts";
import { byId, el, svg } from "./dom.ts";
import { keyView } from "./key-view.ts";
import type { InspectedFields } from "./mint-tab.ts";
import { clearProblem, fieldsOf, showProblem } from "./problems.ts";

/** A check mark, a cross, a dash. They are drawn: not every font has them. */
const VERDICTS = {
  valid: { mark: "M5 10.5l3.5 3.5L15 6.5", text: "The signature is valid" },
  invalid: { mark: "M6 6l8 8m0-8l-8 8", text: "The signature is not valid" },
  unverified: { mark: "M5.5 10h9", text: "The signature was not verified" },
} as const;

// The SDKs' names for the numbers that the findings carry.
const SDK_ERRORS: Readonly<Record<number, string>> = {
  101: "ERR_INVALID_APP_ID",
  109: "ERR_CHANNEL_KEY_EXPIRED",
  110: "ERR_INVALID_CHANNEL_KEY",
};

/** Returns a function with which another part of the page can inspect a key. */
export function setUpInspect(post: Post): (fields: InspectedFields) => void {
  const form = byId("inspect-form", HTMLFormElement);
  const key = byId("inspect-key", HTMLTextAreaElement);
  const channel = byId("inspect-channel", HTMLInputElement);
  const uid = byId("inspect-uid", HTMLInputElement);
  const status = byId("inspect-status", HTMLElement);
  const card = byId("inspect-result", HTMLElement);
  const verdict = byId("inspect-verdict", HTMLElement);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // An empty key is inspected like any other text. It is malformed.
    const body = { key: "", ...requestBody(fieldsOf(form)) };
    const result = await post<KeyInspection>("/v1/keys/inspect", body);
    if ("problem" in result) {
      status.textContent = "";
      return showProblem(form, result.problem);
    }
    clearProblem(form);
    show(body.key, result.body);
  });

  function show(
    inspected: string,
    { signature, findings, version, uid: signedFor }: KeyInspection,
  ): void {
    byId("inspect-empty", HTMLElement).hidden = true;
    card.hidden = false;
    const { mark, text } = VERDICTS[signature];
    verdict.dataset.signature = signature;
    verdict.replaceChildren(
      svg(
        "svg",
        { class: "verdict-mark", viewBox: "0 0 20 20", "aria-hidden": "true" },
        svg("path", { d: mark }),
      ),
      text,
    );
    byId("inspect-findings", HTMLElement).replaceChildren(
      findings.length > 0
        ? el("ul", { class: "findings", "aria-label": "Findings" }, ...findings.map(findingView))
        : el(
            "p",
            { class: "no-finding" },
            signature === "valid"
              ? "Nothing is wrong: the key can be used to join now."
              : "Nothing is wrong so far. Enter channel and uid to verify the signature.",
          ),
    );
    const whom =
      signedFor === undefined ? "" : `, for ${signedFor === 0 ? "anyone" : `uid ${signedFor}`}`;
    byId("inspect-parts", HTMLElement).replaceChildren(
      ...(version === undefined
        ? []
        : [el("h4", {}, `Version ${version}${whom}`), ...keyView(inspected)]),
    );
    status.textContent = `${text}. Findings: ${findings.length}.`;
  }

  return (fields) => {
    key.value = fields.key;
    channel.value = fields.channel;
    uid.value = fields.uid === null ? "" : String(fields.uid);
    form.requestSubmit();
    key.focus();
  };
}

function findingView({ code, message, sdkError }: Finding): HTMLElement {
  return el(
    "li",
    { "data-grave": sdkError === undefined ? undefined : "true" },
    el(
      "p",
      { class: "finding-head" },
      el("code", {}, code),
      el(
        "span",
        { class: "sdk-error" },
        sdkError === undefined
          ? "no SDK error"
          : `SDK error ${sdkError} · ${SDK_ERRORS[sdkError] ?? ""}`,
      ),
    ),
    el("p", {}, message),
  );
}
