// A form of the page: while its request is under way it says so, and takes no other. A problem of
// the service is shown beside its field, the rest above the form.

import type { Problem } from "../model/api.ts";
import type { Fields } from "../model/request-body.ts";
import { byId, el } from "./dom.ts";

/** `submit` returns what went wrong. `extras` stand beside the button, `below` below it. */
export function createForm(
  id: string,
  button: string,
  fields: readonly Node[],
  submit: (fields: Fields) => Promise<Problem | undefined>,
  extras: readonly Node[] = [],
  ...below: readonly Node[]
): HTMLFormElement {
  const form = el(
    "form",
    { id, class: "card form", novalidate: true },
    el("div", { class: "problem", role: "alert", tabindex: -1, hidden: true }),
    ...fields,
    el(
      "div",
      { class: "actions" },
      el("button", { type: "submit", class: "primary" }, button),
      ...extras,
      el("p", { class: "pending hint" }, "Waiting for the service…"),
    ),
    ...below,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    clearProblem(form);
    form.ariaBusy = "true";
    try {
      const problem = await submit(fieldsOf(form));
      if (problem) showProblem(form, problem);
    } finally {
      form.ariaBusy = null;
    }
  });
  return form;
}

function clearProblem(form: HTMLFormElement): void {
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

/**
 * Moves the focus to the first wrong field, or to the summary if no field is wrong, or to the field
 * for signing in.
 */
function showProblem(form: HTMLFormElement, problem: Problem): void {
  const { errors = [] } = problem;
  const elsewhere = errors.filter(({ path, message }) => !showAtField(form, path, message));
  const summary = summaryOf(form);
  summary.replaceChildren(...problemView({ ...problem, errors: elsewhere }));
  summary.hidden = false;
  const first =
    problem.code === "no_credential"
      ? byId("credential", HTMLInputElement)
      : (form.querySelector<HTMLElement>("[aria-invalid]") ?? summary);
  first.focus();
}

export function problemView({ type, title, code, detail, errors = [] }: Problem): HTMLElement[] {
  // In a tab of its own: this one would lose the credential.
  const shownCode =
    type === undefined
      ? el("code", {}, code)
      : el("a", { href: type, target: "_blank", rel: "noopener" }, el("code", {}, code));
  const lines = errors.map(({ path, message }) => el("li", {}, `${path} ${message}`));
  return [
    el("p", {}, el("strong", {}, title), " ", shownCode),
    el("p", {}, detail),
    ...(lines.length > 0 ? [el("ul", {}, ...lines)] : []),
  ];
}

/** `services[0].channel` belongs to the field `channel`, and `channels[1]` to `channels`. */
function showAtField(form: HTMLFormElement, path: string, message: string): boolean {
  const names = [path, path.replace(/\[.*$/, ""), path.replace(/^.*\./, "")];
  const field = names
    .map((name) => form.querySelector(`[data-field="${CSS.escape(name)}"]`))
    .find((found) => found !== null);
  const input = field?.querySelector("input, select, textarea");
  if (!field || !input) return false;
  const details = field.closest("details");
  if (details) details.open = true;
  const id = `${input.id}-error`;
  const already = document.getElementById(id);
  if (already) {
    already.append(`; it ${message}`);
    return true;
  }
  field.append(el("p", { class: "field-error", id }, message));
  input.setAttribute("aria-invalid", "true");
  const described = [input.getAttribute("aria-describedby"), id].filter(Boolean).join(" ");
  input.setAttribute("aria-describedby", described);
  return true;
}

function summaryOf(form: HTMLFormElement): HTMLElement {
  return form.querySelector<HTMLElement>(".problem") as HTMLElement;
}

/** The form's fields as typed. */
function fieldsOf(form: HTMLFormElement): Fields {
  return [...new FormData(form)].map(([name, value]) => [name, String(value)] as const);
}

/** Fills fields by their names; a field that is not named stays as it is. */
export function fillForm(
  form: HTMLFormElement,
  values: Readonly<Record<string, string | number | null | undefined>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    const input = form.elements.namedItem(name);
    if (input && "value" in input) input.value = String(value ?? "");
  }
}
