// Shows a problem of the service at the form that was sent: the message about a field beside the
// field, the rest above the form.

import type { Problem } from "../model/api.ts";
import { el } from "./dom.ts";

export function clearProblem(form: HTMLFormElement): void {
  for (const message of form.querySelectorAll(".field-error")) message.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    const described =
      input
        .getAttribute("aria-describedby")
        ?.split(" ")
        .filter((id) => !id.endsWith("-error")) ?? [];
    if (described.length > 0) input.setAttribute("aria-describedby", described.join(" "));
    else input.removeAttribute("aria-describedby");
  }
  const summary = summaryOf(form);
  summary.hidden = true;
  summary.replaceChildren();
}

/** Moves the focus to the first wrong field, or to the summary if no field is wrong. */
export function showProblem(
  form: HTMLFormElement,
  { title, detail, code, errors = [] }: Problem,
): void {
  clearProblem(form);
  const elsewhere = errors.filter(({ path, message }) => !showAtField(form, path, message));
  const summary = summaryOf(form);
  summary.replaceChildren(
    el("p", {}, el("strong", {}, title), " ", el("code", {}, code)),
    el("p", {}, detail),
    ...(elsewhere.length > 0
      ? [el("ul", {}, ...elsewhere.map(({ path, message }) => el("li", {}, `${path} ${message}`)))]
      : []),
  );
  summary.hidden = false;
  const first = form.querySelector<HTMLElement>("[aria-invalid]") ?? summary;
  first.focus();
}

function showAtField(form: HTMLFormElement, path: string, message: string): boolean {
  const field = form.querySelector(`[data-field="${CSS.escape(path)}"]`);
  const input = field?.querySelector("input, select, textarea");
  if (!field || !input) return false;
  const id = `${input.id}-error`;
  const already = document.getElementById(id);
  if (already) already.append(`; it ${message}`);
  else field.append(el("p", { class: "field-error", id }, message));
  input.setAttribute("aria-invalid", "true");
  if (!already)
    input.setAttribute(
      "aria-describedby",
      [input.getAttribute("aria-describedby"), id].filter(Boolean).join(" "),
    );
  return true;
}

function summaryOf(form: HTMLFormElement): HTMLElement {
  return form.querySelector<HTMLElement>(".problem") as HTMLElement;
}

/** The form's fields as typed. */
export function fieldsOf(form: HTMLFormElement): [string, string][] {
  return [...new FormData(form)].map(([name, value]) => [name, String(value)]);
}
