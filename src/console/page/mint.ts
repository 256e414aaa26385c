import type { Post } from "../model/api.ts";
import { requestBody } from "../model/request.ts";
import { createCountdown, type Times } from "./countdown.ts";
import { byId, el } from "./dom.ts";
import { keyView } from "./key-view.ts";
import { clearProblem, fieldsOf, showProblem } from "./problems.ts";

/** What the console uses of the answer of `POST /v1/keys`. */
interface IssuedKey extends Times {
  readonly key: string | null;
  readonly version: number;
  readonly channel: string;
  readonly uid: number | null;
}

export interface InspectedFields {
  readonly key: string;
  readonly channel: string;
  readonly uid: number | null;
}

export function setUpMint(post: Post, inspect: (fields: InspectedFields) => void): void {
  const form = byId("mint-form", HTMLFormElement);
  const status = byId("mint-status", HTMLElement);
  const result = byId("mint-result", HTMLElement);
  const copy = byId("mint-copy", HTMLButtonElement);
  const inspectIt = byId("mint-inspect", HTMLButtonElement);
  const countDown = createCountdown(byId("mint-countdown", HTMLElement), (text) => {
    status.textContent = text;
  });
  let issued: IssuedKey | undefined;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post<IssuedKey>("/v1/keys", requestBody(fieldsOf(form)));
    if ("problem" in answer) {
      status.textContent = "";
      return showProblem(form, answer.problem);
    }
    clearProblem(form);
    show(answer.body);
  });

  function show(answer: IssuedKey): void {
    issued = answer;
    byId("mint-empty", HTMLElement).hidden = true;
    result.hidden = false;
    byId("mint-result-title", HTMLElement).textContent = `Key, version ${answer.version}`;
    const isKeyless = answer.key === null;
    byId("mint-key", HTMLElement).replaceChildren(
      ...(isKeyless
        ? [el("p", { class: "key" }, "null: this project joins with its App ID alone")]
        : keyView(answer.key as string)),
    );
    copy.hidden = isKeyless;
    inspectIt.hidden = isKeyless;
    copy.textContent = "Copy";
    countDown(answer);
    status.textContent = `Key minted for ${answer.uid === null ? "anyone" : `uid ${answer.uid}`} in ${answer.channel}.`;
  }

  copy.addEventListener("click", async () => {
    // Where the page is not served over https, browsers have no clipboard to give.
    const copied = await navigator.clipboard?.writeText(issued?.key ?? "").then(
      () => true,
      () => false,
    );
    copy.textContent = copied ? "Copied" : "Not allowed";
    status.textContent = copied ? "Key copied." : "The browser did not let the key be copied.";
  });
  inspectIt.addEventListener("click", () => {
    if (issued?.key) inspect({ key: issued.key, channel: issued.channel, uid: issued.uid });
  });
}
