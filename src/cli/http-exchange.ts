// One request to a deployment, and its reply. It never follows a redirect: a credential goes to the
// address that was named and to no other.

import { isNearby } from "../http/plain-http.ts";
import { CliError, EXIT, usageError } from "./cli-error.ts";
import { unixNow } from "./unix-now.ts";

const TIMEOUT_MILLISECONDS = 10_000;
/** More than any response of a deployment has. */
const REPLY_MAX_BYTES = 1_000_000;

export interface Outgoing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly credential?: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The members of a JSON object; empty where there is none. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly milliseconds: number;
  /** By this machine's clock, Unix seconds. */
  readonly receivedAt: number;
}

/** A deployment's address, without a slash at its end. `source`: the option or setting. */
export function readAddress(text: string, source: string): string {
  const nearby = nearbyHost(text);
  if (nearby !== undefined)
    throw usageError(`${source} must begin with http:// or https://: write http://${nearby}`);
  const url = urlOf(text);
  if (url === undefined) {
    throw usageError(`${source} must be an address such as https://keys.example.com`);
  }
  const { protocol, hostname, username, password, search, hash, origin, pathname } = url;
  if (protocol !== "https:" && !(protocol === "http:" && isNearby(hostname))) {
    const why = "over plain http anyone on the way can read the credential";
    throw usageError(`${source} must begin with https://, unless it is this machine's: ${why}`);
  }
  if (username !== "" || password !== "" || search !== "" || hash !== "") {
    throw usageError(`${source} must be an address alone, without a name, a query or a fragment`);
  }
  if (/\/v1(\/|$)/.test(pathname)) {
    throw usageError(`${source} must be the address without /v1, which is added to it`);
  }
  return origin + pathname.replace(/\/+$/, "");
}

/** `localhost:8787` and the like, typed without http://. It can be no secret. */
function nearbyHost(text: string): string | undefined {
  if (!/^[\w.[\]:-]+\/?$/.test(text)) return undefined;
  const { hostname, host } = urlOf(`http://${text}`) ?? {};
  return hostname !== undefined && isNearby(hostname) ? host : undefined;
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Throws a CliError where no reply comes. */
export async function exchange(address: string, path: string, outgoing: Outgoing): Promise<Reply> {
  const { method = "GET", headers = {}, body, credential } = outgoing;
  const start = performance.now();
  try {
    const response = await fetch(address + path, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      headers: {
        ...headers,
        ...(credential !== undefined && { Authorization: `Bearer ${credential}` }),
        ...(body && { "Content-Type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const milliseconds = Math.round(performance.now() - start);
    const receivedAt = unixNow();
    const json = membersOf(await readBody(response));
    const { status, headers: received } = response;
    return { status, headers: received, json, milliseconds, receivedAt };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw unreachable(reasonOf(error));
  }
}

export function unreachable(reason: string): CliError {
  return new CliError(EXIT.unreachable, `The deployment can't be reached: ${reason}.`);
}

async function readBody(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > REPLY_MAX_BYTES) throw unreachable("what answers there is no Latchkey");
  }
  return text;
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its host's name can't be looked up now",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was closed",
  UND_ERR_SOCKET: "the connection was closed",
  ETIMEDOUT: "it does not answer",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_SSL_WRONG_VERSION_NUMBER: "it answers by http, not https",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

/** By the error's code alone: messages may quote the request. */
function reasonOf(error: unknown): string {
  const { name, cause } = Object(error) as { name?: string; cause?: unknown };
  if (name === "TimeoutError") return `no answer within ${TIMEOUT_MILLISECONDS / 1000} s`;
  const { code, errors } = Object(cause) as { code?: unknown; errors?: unknown };
  const first = Array.isArray(errors) ? Object(errors[0]).code : undefined;
  const known = [code, first].find((each) => typeof each === "string" && /^[A-Z_]+$/.test(each));
  return typeof known === "string" ? (REASONS[known] ?? known) : "the request failed";
}
