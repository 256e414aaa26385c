// The fields of the page's forms. Each has its label, its hint, and room for what is wrong with it.

import { el } from "./dom.ts";

interface FieldOptions {
  readonly value?: string;
  readonly placeholder?: string;
  readonly hint?: string;
  /** Makes it a choice; the first is chosen. */
  readonly options?: readonly (readonly [value: string, text: string])[];
  /** Makes it a field of so many lines. */
  readonly rows?: number;
  readonly isNumber?: boolean;
  readonly type?: "text" | "password" | "datetime-local";
}

/** Its id is the form's and the name, such as `keys-channel`. */
export function field(
  form: string,
  name: string,
  label: string,
  { hint, options, rows, isNumber, type = "text", ...rest }: FieldOptions = {},
): HTMLElement {
  const id = `${form}-${name}`;
  const hintId = `${id}-hint`;
  const shared = {
    id,
    name,
    "aria-describedby": hint === undefined ? undefined : hintId,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    placeholder: rest.placeholder,
  };
  const input = options
    ? el("select", shared, ...options.map(([value, text]) => el("option", { value }, text)))
    : rows !== undefined
      ? el("textarea", { ...shared, rows })
      : el("input", { ...shared, type, inputmode: isNumber ? "numeric" : undefined });
  if (rest.value !== undefined) input.value = rest.value;
  return el(
    "div",
    { class: "field", "data-field": name },
    el("label", { for: id }, label),
    input,
    hint !== undefined && el("p", { class: "hint", id: hintId }, hint),
  );
}

export function check(form: string, name: string, label: string, value = "on"): HTMLElement {
  const id = `${form}-${name}-${value}`;
  return el(
    "label",
    { class: "check", for: id },
    el("input", { type: "checkbox", id, name, value }),
    label,
  );
}

/** Several checkboxes with one name for all. */
export function checks(legend: string, hint: string, ...boxes: readonly HTMLElement[]): Element {
  return el(
    "fieldset",
    { class: "checks" },
    el("legend", {}, legend),
    el("div", { class: "check-row" }, ...boxes),
    el("p", { class: "hint" }, hint),
  );
}

export const pair = (...fields: readonly Node[]) => el("div", { class: "pair" }, ...fields);

/** What few need. */
export const advanced = (...fields: readonly Node[]) =>
  el(
    "details",
    { class: "advanced" },
    el("summary", {}, "Advanced"),
    el("div", { class: "form" }, ...fields),
  );
