import { el } from "./dom.ts";

const BACK_AFTER_MS = 2000;

/** `announce` is told whether it worked. Without https, browsers have no clipboard. */
export function copyButton(
  name: string,
  textOf: () => string,
  announce: (text: string) => void,
): HTMLButtonElement {
  const button = el("button", { type: "button", class: "quiet copy" }, name);
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard?.writeText(textOf()).then(
      () => true,
      () => false,
    );
    button.textContent = copied ? "Copied" : "Not allowed";
    announce(copied ? "Copied." : "The browser did not let it be copied.");
    setTimeout(() => {
      button.textContent = name;
    }, BACK_AFTER_MS);
  });
  return button;
}
