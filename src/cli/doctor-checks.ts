// What a friend would look at in a deployment. Each check is by itself: none stops the others.

import { CliError } from "./cli-error.ts";
import { type Check, clockCheck, guarded, headersCheck, type Patient } from "./doctor-check.ts";
import { checkCaller, checkGrant, checkKey, checkRevocations } from "./doctor-credentials.ts";
import { exchange, type Outgoing, type Reply } from "./http-exchange.ts";

/** The checks in the order in which they are printed; they run side by side. */
export async function runChecks(patient: Patient): Promise<Check[]> {
  const checks = await Promise.all([
    checkHttps(patient),
    checkHealth(patient),
    checkReady(patient),
    checkClock(patient),
    checkHeaders(patient),
    checkCors(patient),
    checkStrangers(patient),
    guarded("service key", () => checkCaller(patient)),
    guarded("key", () => checkKey(patient)),
    guarded("grant", () => checkGrant(patient)),
    guarded("revocations", () => checkRevocations(patient)),
  ]);
  return checks.flat();
}

function ask({ address }: Patient, path: string, outgoing: Outgoing = {}): Promise<Reply> {
  return exchange(address, path, outgoing);
}

async function checkHttps({ address }: Patient): Promise<Check[]> {
  if (address.startsWith("https:")) {
    return [{ name: "https", state: "ok", message: "its address begins with https" }];
  }
  const message = "plain http, which is right for this machine and network alone";
  return [{ name: "https", state: "warning", message, remedy: "deploy it: clients need https" }];
}

async function checkHealth(patient: Patient): Promise<Check[]> {
  const name = "health";
  try {
    const { status, json, milliseconds } = await ask(patient, "/health");
    if (status === 200 && json.status === "ok") {
      return [{ name, state: "ok", message: `answers, in ${milliseconds} ms` }];
    }
    const message = `GET /health answers with status ${status}, and not as Latchkey does`;
    const remedy = "check the address: a path too many, or another service";
    return [{ name, state: "failed", message, remedy }];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const remedy = "check the address, and that it is deployed: npx wrangler deployments list";
    return [{ name, state: "failed", message: error.message, remedy, isUnreachable: true }];
  }
}

/** Each problem and each warning that the deployment knows of itself. */
function checkReady(patient: Patient): Promise<Check[]> {
  return guarded("ready", async () => {
    const { json } = await ask(patient, "/ready");
    if (json.status !== "ready" && json.status !== "not_ready") {
      return [
        { name: "ready", state: "failed", message: "GET /ready does not answer as it should" },
      ];
    }
    const remedy = "see docs/configuration.md";
    const found = [
      ...named(json.problems).map((message) => ({ state: "failed" as const, message })),
      ...named(json.warnings).map((message) => ({ state: "warning" as const, message })),
    ];
    if (found.length > 0) return found.map((each) => ({ name: "ready", ...each, remedy }));
    return [{ name: "ready", state: "ok", message: "it can make keys, and warns of nothing" }];
  });
}

function named(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.map((each) => {
    const { name, message } = Object(each) as Record<string, unknown>;
    return `${name} ${message}`;
  });
}

/** By the header Date. With a service key, the check of a key compares more closely. */
function checkClock(patient: Patient): Promise<Check[]> {
  if (patient.serviceKey !== undefined) return Promise.resolve([]);
  return guarded("clock", async () => {
    const { headers, receivedAt } = await ask(patient, "/health");
    const theirs = Date.parse(headers.get("date") ?? "") / 1000;
    if (!Number.isNaN(theirs)) return [clockCheck(theirs, receivedAt)];
    const message = "its responses have no Date to compare with";
    return [{ name: "clock", state: "skipped", message }];
  });
}

function checkHeaders(patient: Patient): Promise<Check[]> {
  return guarded("headers", async () => {
    const { headers } = await ask(patient, "/ready");
    return [headersCheck("headers", "of a response", headers)];
  });
}

/** As a browser asks before a page of that origin may send its request. */
function checkCors(patient: Patient): Promise<Check[]> {
  const name = "cors";
  const { origin } = patient;
  if (origin === undefined) {
    const remedy = "name your page's origin: --origin https://app.example.com";
    return Promise.resolve([{ name, state: "skipped", message: "no origin is named", remedy }]);
  }
  return guarded(name, async () => {
    const headers = {
      Origin: origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization,content-type",
    };
    const [preflight, simple] = await Promise.all([
      ask(patient, "/v1/keys", { method: "OPTIONS", headers }),
      ask(patient, "/ready", { headers: { Origin: origin } }),
    ]);
    const isAllowed = [preflight, simple].every(({ headers }) =>
      ["*", origin].includes(headers.get("access-control-allow-origin") ?? ""),
    );
    if (!isAllowed) {
      const remedy = "add it to ALLOWED_ORIGINS, exactly as the browser sends it";
      return [{ name, state: "failed", message: "pages of this origin may not call", remedy }];
    }
    const listed = (header: string) =>
      (preflight.headers.get(header) ?? "").toLowerCase().split(/\s*,\s*/);
    const may = listed("access-control-allow-headers");
    const isWhole =
      listed("access-control-allow-methods").includes("post") &&
      ["authorization", "content-type"].every((header) => may.includes(header));
    if (isWhole) return [{ name, state: "ok", message: "pages of this origin may call" }];
    const message = "a preflight request gets no leave for POST, Authorization and Content-Type";
    const remedy = "look for a proxy or a rule of your zone that answers OPTIONS";
    return [{ name, state: "failed", message, remedy }];
  });
}

/** Nobody gets a key without a credential. */
function checkStrangers(patient: Patient): Promise<Check[]> {
  const name = "strangers";
  return guarded(name, async () => {
    const body = { channel: patient.channel, uid: 1 };
    const { status, json } = await ask(patient, "/v1/keys", { method: "POST", body });
    if (status === 401 && json.code === "unauthenticated") {
      return [{ name, state: "ok", message: "no key without a credential" }];
    }
    if (status === 503) {
      return [{ name, state: "skipped", message: "it issues nothing while it is not ready" }];
    }
    const message = `a request without a credential is answered with status ${status}, not 401`;
    return [{ name, state: "failed", message, remedy: "check that this is a Latchkey deployment" }];
  });
}
