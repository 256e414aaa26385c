// A deployment's operations, over HTTP.

import { ROUTES } from "../contract/routes.ts";
import { REQUEST_ID_HEADER } from "../http/request-id.ts";
import type { FieldError } from "../keys/fields.ts";
import { CliError, EXIT } from "./cli-error.ts";
import { exchange, type Reply, unreachable } from "./http-exchange.ts";
import { durationText, plain } from "./report-text.ts";
import type { Responses, Service } from "./service.ts";

/** The member by which the response to each operation is known; null where there is no body. */
const MARKS: Readonly<Record<keyof Responses, string | null>> = {
  issueKey: "key",
  issueToken: "token",
  issueGrant: "grant",
  inspectKey: "verdict",
  revoke: "id",
  listRevocations: "revocations",
  endRevocation: null,
  describeCaller: "allow",
};

/** `address` without a slash at its end. */
export function remoteService(address: string, credential: string): Service {
  return {
    place: address,
    async ask<O extends keyof Responses>(operation: O, input: object) {
      const { method } = ROUTES[operation];
      const { path, body } = requestOf(operation, input);
      const reply = await exchange(address, path, { method, credential, ...(body && { body }) });
      if (reply.status !== ROUTES[operation].status) throw refusal(reply);
      const mark = MARKS[operation];
      if (mark !== null && !(mark in reply.json)) throw stranger();
      assertOneLine(reply.json[mark ?? ""]);
      return reply.json as unknown as Responses[O];
    },
  };
}

/** Parameters go into the path, and what is left of a GET into the query. */
function requestOf(
  operation: keyof Responses,
  input: object,
): { readonly path: string; readonly body?: object } {
  const left = new Map(Object.entries(input));
  const path = ROUTES[operation].path.replace(/:(\w+)/g, (_, name: string) => {
    const value = left.get(name);
    left.delete(name);
    return encodeURIComponent(`${value}`);
  });
  if (ROUTES[operation].method === "POST") return { path, body: input };
  const query = new URLSearchParams(Array.from(left, ([name, value]) => [name, `${value}`]));
  return { path: left.size > 0 ? `${path}?${query}` : path };
}

/** What the deployment says, or else what its status means. */
export function refusal({ status, headers, json }: Reply): CliError {
  const { code, detail } = json;
  if (status >= 300 && status < 400) {
    return unreachable("it redirects elsewhere: name the address that it redirects to");
  }
  if (typeof code !== "string" || typeof detail !== "string") {
    return status >= 500 ? unreachable(`it answers with status ${status}`) : stranger();
  }
  const isLater = status === 429 || status >= 500;
  const exitCode = isLater ? EXIT.unreachable : status === 400 ? EXIT.usage : EXIT.refused;
  const details = { code: plain(code), errors: fieldErrors(json.errors) };
  const help = isLater ? helpLater(headers) : "";
  return new CliError(exitCode, plain(detail) + help, details);
}

/** When to try again, and by what the operator finds the request in the log. */
function helpLater(headers: Headers): string {
  const seconds = /^\d{1,6}$/.exec(headers.get("retry-after") ?? "")?.[0];
  const id = /^[\w-]{1,64}$/.exec(headers.get(REQUEST_ID_HEADER) ?? "")?.[0];
  const again = seconds === undefined ? "" : ` Try again in ${durationText(Number(seconds))}.`;
  return again + (id === undefined ? "" : ` The request's id is ${id}.`);
}

function stranger(): CliError {
  return unreachable("what answers there is no Latchkey deployment");
}

/** A credential that is printed alone must be that and nothing more. */
function assertOneLine(credential: unknown): void {
  if (plain(`${credential}`) !== `${credential}`) throw stranger();
}

function fieldErrors(errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => {
    const { path, message } = Object(error) as Record<string, unknown>;
    return { path: plain(`${path ?? ""}`), message: plain(`${message ?? "is wrong"}`) };
  });
}
