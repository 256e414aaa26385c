import type { ZodError } from "zod";
import type { FieldError } from "../keys/fields.ts";

/** Every wrong field of a body, each complaint once. A path reads `uids[3]`; the body itself has the path "". */
export function fieldErrors({ issues }: Pick<ZodError, "issues">): FieldError[] {
  const errors = issues.flatMap((issue): FieldError[] => {
    const path = pathText(issue.path);
    if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key.slice(0, 64)]),
      message: "is not a field of this request",
    }));
  });
  return [...new Map(errors.map((error) => [`${error.path}\n${error.message}`, error])).values()];
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}
