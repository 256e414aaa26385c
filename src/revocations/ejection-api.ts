// The vendor's kicking rules over HTTP: https://docs.agora.io, "Ban user privileges". It throws
// nothing, and tells no more of a response than what this service needs.

import { parseJson } from "../platform/json.ts";
import { EJECTION_RESPONSE_MAX_BYTES, EJECTION_TIMEOUT_SECONDS } from "../platform/limits.ts";
import { readText } from "../platform/utf8.ts";
import type { EjectionFailure, EjectionOutcome } from "./ejection-plan.ts";

export interface KickingRuleSettings {
  readonly appId: string;
  readonly customerId: string;
  readonly customerSecret: string;
  readonly url: URL;
}

/** A rule that bans one user from joining one channel. */
export interface ListedRule {
  readonly id: number;
  readonly channel: string;
  readonly uid: number;
  /** Unix seconds; undefined where the list does not say. */
  readonly endsAt: number | undefined;
}

type Json = Readonly<Record<string, unknown>>;

export class KickingRules {
  readonly #settings: KickingRuleSettings;
  readonly #fetch: typeof fetch;

  constructor(settings: KickingRuleSettings, fetcher: typeof fetch) {
    this.#settings = settings;
    this.#fetch = fetcher;
  }

  /** The id of the new rule. */
  async create(channel: string, uid: number, seconds: number): Promise<EjectionOutcome<number>> {
    const rule = { cname: channel, uid, time_in_seconds: seconds, privileges: ["join_channel"] };
    const sent = await this.#send("POST", rule);
    if (!sent.ok) return sent;
    const id = readId(sent.value.id);
    return id === undefined ? UNREADABLE : { ok: true, value: id };
  }

  /** Every rule of the project that bans one user from one channel. */
  async list(): Promise<EjectionOutcome<ListedRule[]>> {
    const sent = await this.#send("GET");
    if (!sent.ok) return sent;
    const { rules } = sent.value;
    return Array.isArray(rules) ? { ok: true, value: rules.flatMap(readRule) } : UNREADABLE;
  }

  /** A rule that is gone already counts as deleted. */
  async delete(id: number): Promise<EjectionOutcome<undefined>> {
    const sent = await this.#send("DELETE", { id });
    return sent.ok || sent.status === 404 ? { ok: true, value: undefined } : sent;
  }

  async #send(
    method: string,
    fields?: object,
  ): Promise<EjectionOutcome<Json> & { readonly status?: number }> {
    const { appId, customerId, customerSecret, url } = this.#settings;
    // The path is set on the address itself. As a text of its own it might name another host.
    const address = new URL(url);
    address.pathname = `${url.pathname.replace(/\/$/, "")}/dev/v1/kicking-rule`;
    if (!fields) address.searchParams.set("appid", appId);
    try {
      const response = await this.#fetch(address.href, {
        method,
        headers: {
          Authorization: `Basic ${btoa(`${customerId}:${customerSecret}`)}`,
          Accept: "application/json",
          ...(fields && { "Content-Type": "application/json" }),
        },
        ...(fields && { body: JSON.stringify({ appid: appId, ...fields }) }),
        // A redirection would take the credentials elsewhere.
        redirect: "manual",
        signal: AbortSignal.timeout(EJECTION_TIMEOUT_SECONDS * 1000),
      });
      const { status, body } = response;
      if (status !== 200) {
        await body?.cancel();
        return { ok: false, status, ...statusFailure(status) };
      }
      const text = await readText(body, EJECTION_RESPONSE_MAX_BYTES);
      const json = text.ok ? parseJson(text.value) : text;
      return json.ok && isJson(json.value) && json.value.status === "success"
        ? { ok: true, value: json.value }
        : UNREADABLE;
    } catch {
      return { ok: false, reason: "silent", isRefusal: false };
    }
  }
}

const UNREADABLE = { ok: false, reason: "unreadable", isRefusal: false } as const;

/** What is neither success nor refusal may have been carried out. */
function statusFailure(status: number): EjectionFailure {
  const isRefusal = status >= 400 && status < 500 && status !== 408;
  if (status === 401 || status === 403) return { reason: "credentials", isRefusal };
  if (status === 429) return { reason: "tooMany", isRefusal };
  return { reason: isRefusal ? "refused" : "fails", isRefusal };
}

/** A rule that also names an address is about fewer users than ours. */
function readRule(rule: unknown): ListedRule[] {
  if (!isJson(rule)) return [];
  const { cname, ip, privileges, ts } = rule;
  const id = readId(rule.id);
  const uid = readId(rule.uid);
  const isBan = Array.isArray(privileges) && privileges.includes("join_channel");
  if (id === undefined || uid === undefined || typeof cname !== "string") return [];
  if (!isBan || cname === "" || ip) return [];
  const endsAt = Math.floor(Date.parse(String(ts)) / 1000) || undefined;
  return [{ id, channel: cname, uid, endsAt }];
}

/** The list gives numbers, and some of its releases the digits as text. */
function readId(value: unknown): number | undefined {
  const id = typeof value === "string" ? Number(value) : value;
  return Number.isSafeInteger(id) && (id as number) > 0 ? (id as number) : undefined;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}
