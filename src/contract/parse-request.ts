// A request becomes typed values here, or `invalid_request` with every wrong field at once.

import * as v from "valibot";
import type { FieldError } from "../keys/fields.ts";
import { FIELD_NAME_MAX_CHARACTERS, REPORTED_ERRORS_MAX } from "../platform/limits.ts";
import { failure, type Result, success } from "../platform/result.ts";
import { valid } from "./service-error.ts";

/** The schema of a JSON object. */
export type ObjectSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

/**
 * Rules between fields. `fields` holds those that are valid by themselves; `invalid` names those
 * that were given and are not: a rule says nothing that depends on them.
 */
export type Rules<S extends ObjectSchema> = (
  fields: Partial<v.InferOutput<S>>,
  invalid: ReadonlySet<string>,
) => readonly FieldError[];

export const UNKNOWN_FIELD_MESSAGE = "unknown field";

const NO_FIELDS: ReadonlySet<string> = new Set();

/** Throws `invalid_request` with every wrong field, at most 20 of them. */
export function parse<S extends ObjectSchema>(
  schema: S,
  input: unknown,
  rules?: Rules<S>,
): v.InferOutput<S> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return valid(failure([{ path: "", message: "must be a JSON object" }]));
  }
  const { issues, output } = v.safeParse(schema, input);
  const unknown = unknownFields(schema, input);
  if (issues === undefined && unknown.length === 0) {
    const broken = rules?.(output as Partial<v.InferOutput<S>>, NO_FIELDS) ?? [];
    return valid(broken.length === 0 ? success(output as v.InferOutput<S>) : failure(broken));
  }
  const errors = fieldErrors(issues ?? []);
  const invalid = new Set((issues ?? []).map(({ path }) => String(path?.[0]?.key)));
  const fields = Object.entries(output as object).filter(([name]) => !invalid.has(name));
  const broken = rules?.(Object.fromEntries(fields) as Partial<v.InferOutput<S>>, invalid) ?? [];
  return valid(failure([...errors, ...unknown, ...broken].slice(0, REPORTED_ERRORS_MAX)));
}

/** The same for input that knows no rules between fields and may hold more than the schema does. */
export function parseLoosely<S extends v.GenericSchema>(
  schema: S,
  input: unknown,
): Result<v.InferOutput<S>, FieldError> {
  const { success: isValid, issues, output } = v.safeParse(schema, input);
  return isValid
    ? success(output)
    : failure(fieldErrors(issues ?? []).slice(0, REPORTED_ERRORS_MAX));
}

/** Each wrong field once for each message. */
function fieldErrors(issues: readonly v.BaseIssue<unknown>[]): FieldError[] {
  const errors = issues.map((issue) => ({
    path: pathText(issue.path?.map(({ key }) => key) ?? []),
    message: keyMessage(issue) ?? issue.message + quotesHint(issue),
  }));
  return [...new Map(errors.map((error) => [`${error.path}\n${error.message}`, error])).values()];
}

/** A missing or unknown key is an issue of the object, which knows no better message. */
function keyMessage({ type, input, expected, path }: v.BaseIssue<unknown>): string | undefined {
  if (path === undefined || (type !== "object" && type !== "strict_object")) return undefined;
  if (expected === "never") return UNKNOWN_FIELD_MESSAGE;
  return input === undefined ? "is required" : undefined;
}

/** `"42"` looks like a number to whoever sent it. */
function quotesHint({ input, expected }: v.BaseIssue<unknown>): string {
  const isNumber = expected === "number" || expected?.startsWith("(1 |");
  return isNumber && typeof input === "string" && /^\d+$/.test(input) ? ", without quotes" : "";
}

function unknownFields(schema: ObjectSchema, input: object): FieldError[] {
  return Object.keys(input)
    .filter((name) => !Object.hasOwn(schema.entries, name))
    .slice(0, REPORTED_ERRORS_MAX)
    .map((name) => ({
      path: name.slice(0, FIELD_NAME_MAX_CHARACTERS),
      message: UNKNOWN_FIELD_MESSAGE,
    }));
}

/** `uids[3]`, `services[0].type`; the body itself has the path "". */
function pathText(path: readonly unknown[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = String(part).slice(0, FIELD_NAME_MAX_CHARACTERS);
    return text === "" ? name : `${text}.${name}`;
  }, "");
}
