// The checks that need a service key: a key, a grant and the list of revocations. What is made
// lasts a minute and is never shown.

import { CliError, EXIT } from "./cli-error.ts";
import { type Check, clockCheck, headersCheck, type Patient } from "./doctor-check.ts";
import { exchange } from "./http-exchange.ts";
import { refusal, remoteService } from "./remote-service.ts";
import { timeText } from "./report-text.ts";
import type { Service } from "./service.ts";
import { unixNow } from "./unix-now.ts";

/** Long enough for a slow check, and of no use afterwards. */
const LIFETIME_SECONDS = 60;
const VERSION = 7;

const NO_SERVICE_KEY = {
  state: "skipped",
  message: "there is no SERVICE_KEY, so no key and no grant is made",
  remedy: "put it into the environment, or use --vars or --stdin",
} as const;

/** Whose the credential is, and what it may. */
export async function checkCaller({ address, serviceKey }: Patient): Promise<Check[]> {
  const name = "service key";
  if (serviceKey === undefined) return [{ name, ...NO_SERVICE_KEY }];
  try {
    const caller = await remoteService(address, serviceKey).ask("describeCaller", {});
    const { id, allow, channels, expiresAt } = caller;
    const limits = [
      `may ${allow.join(", ")}`,
      ...(channels === undefined ? [] : [`in ${channels.join(", ")}`]),
      ...(expiresAt === undefined ? [] : [`until ${timeText(expiresAt, unixNow())}`]),
    ];
    return [{ name, state: "ok", message: `${id}: ${limits.join(", ")}` }];
  } catch (error) {
    return [refusedCheck(name, error)];
  }
}

/** A key is made, and the deployment itself finds nothing wrong with it. */
export async function checkKey(patient: Patient): Promise<Check[]> {
  const { address, serviceKey, channel } = patient;
  if (serviceKey === undefined) return [];
  const user = { channel, uid: randomUid() };
  const reply = await exchange(address, "/v1/keys", {
    method: "POST",
    credential: serviceKey,
    body: { ...user, version: VERSION, expiresIn: LIFETIME_SECONDS },
  });
  if (reply.status !== 200) return [refusedCheck("key", refusal(reply))];
  const { key, serverTime } = reply.json;
  const others = [
    headersCheck("key headers", "of a key", reply.headers),
    clockCheck(Number(serverTime), reply.receivedAt),
  ];
  if (key === null) {
    const message = "none, and that is right here: this project uses its App ID alone";
    return [{ name: "key", state: "ok", message }, ...others];
  }
  const made: Check = { name: "key", state: "ok", message: `made, in ${reply.milliseconds} ms` };
  const service = remoteService(address, serviceKey);
  const inspected = await checkInspection(service, { ...user, key });
  return [made, inspected, ...others];
}

async function checkInspection(service: Service, input: object): Promise<Check> {
  const name = "inspection";
  try {
    const { verdict, findings } = await service.ask("inspectKey", input);
    if (verdict === "accepted") {
      return { name, state: "ok", message: "Agora would take that key now" };
    }
    const codes = findings.map(({ code }) => code).join(", ");
    const remedy = "compare APP_ID and APP_CERTIFICATE with the vendor's console";
    return { name, state: "failed", message: `${verdict}: ${codes}`, remedy };
  } catch (error) {
    return refusedCheck(name, error);
  }
}

/** A grant yields a key for its own channel, and none for another. */
export async function checkGrant({ address, serviceKey, channel }: Patient): Promise<Check[]> {
  const name = "grant";
  if (serviceKey === undefined) return [];
  try {
    const { grant } = await remoteService(address, serviceKey).ask("issueGrant", {
      channels: [channel],
      uid: randomUid(),
      expiresIn: LIFETIME_SECONDS,
    });
    const client = remoteService(address, grant);
    const [own, other] = await Promise.allSettled([
      client.ask("issueKey", { channel }),
      client.ask("issueKey", { channel: otherChannel(channel) }),
    ]);
    if (own.status === "rejected") return [grantFailure(own.reason)];
    if (other.status === "rejected" && codeOf(other.reason) === "forbidden_channel") {
      const message = "made, and it yields a key for its channel and none for another";
      return [{ name, state: "ok", message }];
    }
    if (other.status === "rejected") return [grantFailure(other.reason)];
    const message = "it yields a key for a channel that it is not for";
    const remedy = "deploy the service as it is released";
    return [{ name, state: "failed", message, remedy }];
  } catch (error) {
    return [refusedCheck(name, error)];
  }
}

export async function checkRevocations({ address, serviceKey }: Patient): Promise<Check[]> {
  const name = "revocations";
  if (serviceKey === undefined) return [];
  try {
    const page = await remoteService(address, serviceKey).ask("listRevocations", {});
    const count = page.revocations.length;
    const shown = page.cursor === undefined ? `${count}` : `more than ${count}`;
    return [{ name, state: "ok", message: `the list can be read: it has ${shown}` }];
  } catch (error) {
    if (codeOf(error) !== "not_configured") return [refusedCheck(name, error)];
    const message = "access can't be revoked here";
    const remedy = 'bind the list and set REVOCATIONS to "on", unless this is meant';
    return [{ name, state: "warning", message, remedy }];
  }
}

/** What a client would see with its grant. */
function grantFailure(error: unknown): Check {
  const { message } = asCliError(error);
  const remedy = "a client would fail in the same way: see ready above, and GRANT_KEY_VERSIONS";
  return { name: "grant", state: "failed", message, remedy };
}

/** What a service key was refused. One that may do less is none the worse. */
function refusedCheck(name: string, error: unknown): Check {
  const { code, message, exitCode } = asCliError(error);
  if (code.startsWith("forbidden")) {
    const remedy = "use a service key that may, or name a channel of its own: --channel";
    return { name, state: "skipped", message: `this service key may not: ${message}`, remedy };
  }
  if (code === "unauthenticated") {
    const remedy = "SERVICE_KEY must be one of this deployment's";
    return { name, state: "failed", message, remedy };
  }
  if (exitCode !== EXIT.unreachable) return { name, state: "failed", message };
  return { name, state: "failed", message, remedy: "see ready above, or try again" };
}

function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof CliError ? error.code : undefined;
}

/** Never 0, which is anyone. */
function randomUid(): number {
  return 1 + Math.floor(Math.random() * 0xffff_fffe);
}

/** Of the same length or one longer, up to the longest that a channel may be. */
function otherChannel(channel: string): string {
  return channel.length < 64
    ? `${channel}2`
    : `${channel.slice(0, -1)}${channel.endsWith("2") ? "3" : "2"}`;
}
