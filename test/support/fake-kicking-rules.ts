// A fake of Agora's kicking rules: it keeps rules, and answers as its documentation says, or as the
// test has it fail. Time and chance are the test's.

export interface FakeRule {
  readonly id: number;
  readonly cname: string;
  readonly uid: number;
  readonly endsAtMs: number;
}

/** How one request goes wrong. */
export type Fault =
  /** Refused: nothing is done. */
  | "429"
  | "401"
  | "403"
  | "400"
  /** An error: `done` says whether it was carried out all the same, or only later. */
  | { readonly status: number; readonly done: "yes" | "no" | "late" }
  /** No response: the connection ends, or nothing comes in time. */
  | { readonly silent: "reset" | "slow"; readonly done: "yes" | "no" | "late" }
  /** Carried out, and answered with something else. */
  | { readonly text: string };

export interface FakeWorld {
  nowMs(): number;
  after(milliseconds: number, run: () => void): void;
  /** Undefined: all goes well. */
  nextFault(method: string): Fault | undefined;
  /** Whether the list leaves a rule out. */
  isLeftOut(): boolean;
  latencyMilliseconds(): number;
  /** After how long a slow request ends without a response: where the caller would give it up. */
  readonly slowMilliseconds: number;
}

const LATE_MILLISECONDS = 12_000;

export class FakeKickingRules {
  readonly arrivals: number[] = [];
  readonly methods: string[] = [];
  /** What a request should not have been. */
  readonly complaints: string[] = [];
  readonly #world: FakeWorld;
  readonly #appId: string;
  readonly #credentials: string;
  #rules: FakeRule[] = [];
  #nextId = 1000;

  constructor(appId: string, credentials: string, world: FakeWorld) {
    this.#appId = appId;
    this.#credentials = credentials;
    this.#world = world;
  }

  live(cname: string, uid: number): FakeRule[] {
    const now = this.#world.nowMs();
    return this.#rules.filter(
      (rule) => rule.cname === cname && rule.uid === uid && rule.endsAtMs > now,
    );
  }

  /** The most requests that came within any second. */
  get mostInOneSecond(): number {
    return Math.max(
      0,
      ...this.arrivals.map(
        (start) => this.arrivals.filter((at) => at >= start && at < start + 1000).length,
      ),
    );
  }

  fetch = (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input));
    const method = init.method ?? "GET";
    const headers = new Headers(init.headers);
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
    this.arrivals.push(this.#world.nowMs());
    this.methods.push(method);
    this.#inspect(url, method, headers, body);
    if (init.redirect !== "manual") this.complaints.push("credentials may follow a redirection");
    if (!(init.signal instanceof AbortSignal)) this.complaints.push("it may never end");
    const fault = this.#world.nextFault(method);
    return new Promise((resolve, reject) => {
      const latency = this.#world.latencyMilliseconds();
      const doIt = () => this.#carryOut(method, body);
      const answer = (status: number, json: unknown, delay = latency) =>
        this.#world.after(delay, () => {
          const text = typeof json === "string" ? json : JSON.stringify(json);
          resolve(new Response(text, { status }));
        });
      if (fault === undefined) answer(200, doIt());
      else if (typeof fault === "string") answer(Number(fault), { message: "as the test has it" });
      else if ("text" in fault) {
        doIt();
        answer(200, fault.text);
      } else {
        if (fault.done === "yes") doIt();
        const isSlow = "silent" in fault ? fault.silent === "slow" : false;
        const delay = isSlow ? this.#world.slowMilliseconds : latency;
        if (fault.done === "late") this.#world.after(delay + LATE_MILLISECONDS, doIt);
        if ("status" in fault) answer(fault.status, { message: "as the test has it" });
        else this.#world.after(delay, () => reject(new TypeError("no response")));
      }
    });
  };

  #inspect(url: URL, method: string, headers: Headers, body: Record<string, unknown>): void {
    const complain = (what: string) => this.complaints.push(`${method}: ${what}`);
    if (url.pathname !== "/dev/v1/kicking-rule") complain(`path ${url.pathname}`);
    if (headers.get("Authorization") !== `Basic ${btoa(this.#credentials)}`)
      complain("credentials");
    const appId = method === "GET" ? url.searchParams.get("appid") : body?.appid;
    if (appId !== this.#appId) complain("appid");
    if (method !== "POST") return;
    const { uid, cname, time_in_seconds: seconds, privileges } = body;
    if (!Number.isInteger(uid) || (uid as number) < 1) complain("uid");
    if (typeof cname !== "string" || cname === "") complain("cname");
    if (!Number.isInteger(seconds) || (seconds as number) < 10 || (seconds as number) > 86_430)
      complain("time_in_seconds");
    if (JSON.stringify(privileges) !== '["join_channel"]') complain("privileges");
  }

  #carryOut(method: string, body: Record<string, unknown>): object {
    const now = this.#world.nowMs();
    if (method === "POST") {
      const id = this.#nextId++;
      const endsAtMs = now + (body.time_in_seconds as number) * 1000;
      this.#rules.push({ id, cname: String(body.cname), uid: Number(body.uid), endsAtMs });
      return { status: "success", id };
    }
    if (method === "DELETE") {
      this.#rules = this.#rules.filter(({ id }) => id !== body.id);
      return { status: "success", id: body.id };
    }
    const shown = this.#rules.filter(({ endsAtMs }) => endsAtMs > now && !this.#world.isLeftOut());
    const rules = shown.map(({ endsAtMs, ...rule }) => ({
      ...rule,
      appid: this.#appId,
      opid: 1406,
      ip: null,
      ts: new Date(endsAtMs).toISOString(),
      privileges: ["join_channel"],
    }));
    const others = {
      id: 1,
      appid: this.#appId,
      cname: "room-1",
      uid: 7,
      privileges: ["publish_audio"],
    };
    return { status: "success", rules: [others, ...rules] };
  }
}
