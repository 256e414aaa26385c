import type { IssuedKey } from "../../contract/responses.ts";
import type { Post } from "../model/api.ts";
import { requestBody } from "../model/request.ts";
import { createCountdown } from "./countdown.ts";
import { byId, el } from "./dom.ts";
import { keyView } from "./key-view.ts";
import { clearProblem, fieldsOf, showProblem } from "./problems.ts";

export interface InspectedFields {
  readonly key: string;
  readonly channel: string;
  readonly uid: number | null;
  readonly account: string | undefined;
}

export function setUpMint(post: Post, inspect: (fields: InspectedFields) => void): void {
  const form = byId("mint-form", HTMLFormElement);
  const status = byId("mint-status", HTMLElement);
  const card = byId("mint-result", HTMLElement);
  const copy = byId("mint-copy", HTMLButtonElement);
  const inspectIt = byId("mint-inspect", HTMLButtonElement);
  const countDown = createCountdown(byId("mint-countdown", HTMLElement), (text) => {
    status.textContent = text;
  });
  let shown: IssuedKey | undefined;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const result = await post<IssuedKey>("/v1/keys", requestBody(fieldsOf(form)));
    if ("problem" in result) {
      status.textContent = "";
      return showProblem(form, result.problem);
    }
    clearProblem(form);
    show(result.body);
  });

  function show(issued: IssuedKey): void {
    shown = issued;
    byId("mint-empty", HTMLElement).hidden = true;
    card.hidden = false;
    byId("mint-result-title", HTMLElement).textContent = `Key, version ${issued.version}`;
    const isKeyless = issued.key === null;
    byId("mint-key", HTMLElement).replaceChildren(
      ...(isKeyless
        ? [el("p", { class: "key" }, "null: this project joins with its App ID alone")]
        : keyView(issued.key as string)),
    );
    copy.hidden = isKeyless;
    inspectIt.hidden = isKeyless;
    copy.textContent = "Copy";
    countDown(issued);
    status.textContent = `Key minted for ${userOf(issued)} in ${issued.channel}.`;
  }

  copy.addEventListener("click", async () => {
    // Without https, browsers have no clipboard.
    const copied = await navigator.clipboard?.writeText(shown?.key ?? "").then(
      () => true,
      () => false,
    );
    copy.textContent = copied ? "Copied" : "Not allowed";
    status.textContent = copied ? "Key copied." : "The browser did not let the key be copied.";
  });
  inspectIt.addEventListener("click", () => {
    if (!shown?.key) return;
    const { key, channel, uid = null, account } = shown;
    inspect({ key, channel, uid, account });
  });
}

function userOf({ uid, account }: IssuedKey): string {
  if (account !== undefined) return `account ${account}`;
  return uid === null || uid === 0 ? "anyone" : `uid ${uid}`;
}
