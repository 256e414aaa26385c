// A fake of the key service in virtual time, and of the network between it and a client.

import type { Fetch, IssuedKey } from "latchkey/client";
import type { VirtualTime } from "./virtual-time.ts";

/** Instead of a key: no network, no response, or an error of the service. */
export type Fault =
  | "offline"
  | "silence"
  | { status: number; code?: string; retryAfter?: string; body?: unknown };

export interface SeenRequest {
  atSeconds: number;
  endpoint: string;
  authorization: string;
  body: Record<string, unknown>;
  init: Parameters<Fetch>[1];
}

export interface ServiceOptions {
  expiresIn?: number;
  latencyMs?: () => number;
  /** Keeps no requests and keys: those of a crowd would fill the memory. */
  isForgetful?: boolean;
  /** Changes fields of a response. */
  change?: (issued: IssuedKey) => Partial<IssuedKey>;
}

export const JOIN_WINDOW_SECONDS = 300;

/** The last half of a key's life is for renewing it, or the last half hour if that is less. */
export function renewAt(issuedAt: number, expiresAt: number): number {
  return expiresAt - Math.min(1800, Math.floor((expiresAt - issuedAt) / 2));
}

/** A grant as a client sees it: three parts, of which it can read the second. */
export function makeGrant(expiresAtSeconds: number, jti = "1"): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { aud: "latchkey", uid: 42, exp: Math.floor(expiresAtSeconds), jti };
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.c2ln`;
}

export class FakeService {
  readonly requests: SeenRequest[] = [];
  /** By the text of the key. */
  readonly issued = new Map<string, IssuedKey>();
  /** The first that returns a fault decides. */
  readonly faults: ((request: SeenRequest) => Fault | undefined)[] = [];
  inFlight = 0;
  mostInFlight = 0;
  private readonly time: VirtualTime;
  private readonly options: ServiceOptions;

  constructor(time: VirtualTime, options: ServiceOptions = {}) {
    this.time = time;
    this.options = options;
  }

  /** From `fromSeconds` for `seconds`, counted from now. */
  faultDuring(fromSeconds: number, seconds: number, fault: Fault, endpoint?: string): void {
    const start = this.time.nowSeconds + fromSeconds;
    this.faults.push((request) =>
      request.atSeconds >= start &&
      request.atSeconds < start + seconds &&
      (endpoint ?? request.endpoint) === request.endpoint
        ? fault
        : undefined,
    );
  }

  readonly fetch: Fetch = (url, init) => {
    const request: SeenRequest = {
      atSeconds: this.time.nowSeconds,
      endpoint: url.replace(/\/v1\/keys$/, ""),
      authorization: init.headers.authorization ?? "",
      body: JSON.parse(init.body),
      init,
    };
    if (!this.options.isForgetful) this.requests.push(request);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    this.time.settle();
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        init.signal.removeEventListener("abort", abort);
        this.inFlight--;
        this.time.settle();
        finish();
      };
      const fault = this.faults.map((find) => find(request)).find((found) => found !== undefined);
      const responseEvent =
        fault === "silence"
          ? undefined
          : this.time.after(this.options.latencyMs?.() ?? 50, () =>
              end(() =>
                fault === "offline"
                  ? reject(new TypeError("fetch failed"))
                  : resolve(this.respond(request, fault)),
              ),
            );
      const abort = () => {
        if (responseEvent) responseEvent.run = undefined;
        end(() => reject(new DOMException("This operation was aborted", "AbortError")));
      };
      if (init.signal.aborted) abort();
      else if (!this.options.isForgetful) init.signal.addEventListener("abort", abort);
    });
  };

  private respond({ authorization, body }: SeenRequest, fault?: Exclude<Fault, string>) {
    const now = Math.floor(this.time.nowSeconds);
    if (fault)
      return makeResponse(
        fault.status,
        fault.body ?? problem(fault.status, fault.code),
        fault.retryAfter,
      );
    const grantEnd = JSON.parse(
      Buffer.from(authorization.split(".")[1] ?? "", "base64url").toString() || "{}",
    ).exp;
    if (!grantEnd) return makeResponse(401, problem(401, "unauthenticated"));
    if (now >= grantEnd) return makeResponse(401, problem(401, "grant_expired"));
    const expiresIn = (body.expiresIn as number | undefined) ?? this.options.expiresIn ?? 3600;
    const expiresAt = expiresIn === 0 ? grantEnd : Math.min(now + expiresIn, grantEnd);
    const issued: IssuedKey = {
      key: `005key${this.issued.size + 1}`,
      version: 5,
      service: "mediaChannel",
      appId: "0".repeat(32),
      channel: body.channel as string,
      ...(body.account
        ? { account: body.account as string }
        : { uid: (body.uid as number | undefined) ?? 42 }),
      randomInt: 1,
      issuedAt: now,
      joinBefore: now + JOIN_WINDOW_SECONDS,
      expiresAt,
      renewAt: renewAt(now, expiresAt),
      serverTime: now,
    };
    Object.assign(issued, this.options.change?.(issued));
    if (!this.options.isForgetful) this.issued.set(String(issued.key), issued);
    return makeResponse(200, issued);
  }
}

function problem(status: number, code?: string) {
  return (
    code && {
      type: `urn:latchkey:${code}`,
      title: code,
      status,
      detail: `Because of ${code}`,
      code,
    }
  );
}

function makeResponse(status: number, content: unknown, retryAfter?: string) {
  return {
    status,
    headers: {
      get: (name: string) => (name.toLowerCase() === "retry-after" ? (retryAfter ?? null) : null),
    },
    json: async () => {
      if (content === undefined || content === "")
        throw new SyntaxError("Unexpected end of JSON input");
      return content;
    },
  };
}
