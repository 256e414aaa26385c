// The request that was just sent, as code to copy.

import { type Snippet, type SnippetRequest, snippetsOf } from "../model/snippets.ts";
import { copyButton } from "./copy-button.ts";
import { el } from "./dom.ts";

type ShownRequest = Omit<SnippetRequest, "origin">;

/** Hidden until there is a request to show. */
export function createSnippets(
  name: string,
  announce: (text: string) => void,
): { readonly card: HTMLElement; show(request: ShownRequest): void } {
  const titleId = `${name}-code-title`;
  const code = el("pre", { class: "code", id: `${name}-code`, translate: "no" });
  const choices = el("div", { class: "choices", role: "group", "aria-labelledby": titleId });
  const why = el("p", { class: "hint" });
  const copy = copyButton("Copy", () => code.textContent ?? "", announce);
  const card = el(
    "article",
    { class: "card", "aria-labelledby": titleId, hidden: true },
    el("div", { class: "card-head" }, el("h3", { id: titleId }, "In your code"), choices, copy),
    code,
    why,
  );
  let chosen = "curl";

  const draw = (snippets: readonly Snippet[]) => {
    const shown = snippets.find((snippet) => snippet.name === chosen) ?? snippets[0];
    code.textContent = shown?.text ?? "";
    for (const button of choices.children) {
      button.ariaPressed = String(button.textContent === shown?.name);
    }
  };
  return {
    card,
    show(request) {
      const snippets = snippetsOf({ ...request, origin: location.origin });
      const buttons = snippets.map((snippet) => {
        const button = el("button", { type: "button", class: "quiet" }, snippet.name);
        button.addEventListener("click", () => {
          chosen = snippet.name;
          draw(snippets);
        });
        return button;
      });
      choices.replaceChildren(...buttons);
      why.textContent =
        `$${request.credential} stands for your credential. ` +
        "It is left out because code that is copied ends up in files, chats and shell histories.";
      draw(snippets);
      card.hidden = false;
    },
  };
}
