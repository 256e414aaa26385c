// As much of JSON Schema (2020-12) as our OpenAPI document uses. Stricter in one point: a field
// that a schema does not list is a mismatch, so that nothing is answered that is not described.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Operation {
  readonly security?: readonly unknown[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

export interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export function responseSchema(
  { paths }: Document,
  path: string,
  method: string,
  status: string,
): Schema {
  const [content] = Object.values(paths[path]?.[method]?.responses[status]?.content ?? {});
  if (!content) throw new Error(`no schema for ${method} ${path} ${status}`);
  return content.schema;
}

/** Where and how a value is not what its schema says. */
export function mismatches(document: Document, schema: Schema, value: unknown, at = ""): string[] {
  if (schema.$ref) {
    const target = document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
    return target
      ? mismatches(document, target, value, at)
      : [`${at}: ${schema.$ref} leads nowhere`];
  }
  const options = schema.anyOf ?? schema.oneOf;
  if (options) {
    return options.some((option) => mismatches(document, option, value, at).length === 0)
      ? []
      : [`${at}: none of its options`];
  }
  const wrong: string[] = [];
  if (schema.type && ![schema.type].flat().some((type) => isOfType(value, type)))
    wrong.push(`${at}: is not ${schema.type}`);
  if (schema.enum && !schema.enum.includes(value)) wrong.push(`${at}: is none of the enum`);
  if ("const" in schema && schema.const !== value) wrong.push(`${at}: is not the constant`);
  if (
    typeof value === "number" &&
    !(value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity))
  ) {
    wrong.push(`${at}: is out of bounds`);
  }
  if (Array.isArray(value)) {
    return wrong.concat(
      value.flatMap((item, i) =>
        schema.items ? mismatches(document, schema.items, item, `${at}[${i}]`) : [],
      ),
    );
  }
  if (typeof value !== "object" || value === null) return wrong;
  for (const name of schema.required ?? [])
    if (!Object.hasOwn(value, name)) wrong.push(`${at}.${name}: is missing`);
  for (const [name, field] of Object.entries(value)) {
    const described = schema.properties?.[name];
    wrong.push(
      ...(described
        ? mismatches(document, described, field, `${at}.${name}`)
        : [`${at}.${name}: is not described`]),
    );
  }
  return wrong;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object")
    return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}
