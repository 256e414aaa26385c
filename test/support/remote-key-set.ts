// A deployment whose grants are verified by the keys of a provider. The provider is a `fetch` that
// counts, and the clock is the test's.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import type { Host } from "../../src/platform/host.ts";
import { NOW, type Settings, TestDeployment, type TestResponse, testHost } from "./deployment.ts";
import type { Claims, GrantSigner } from "./grants.ts";

export const JWKS_URL = "https://keys.example/jwks.json";

/** What the provider answers, from now on. */
export type Provider = () => Response | Promise<Response>;

export const json =
  (value: unknown, status = 200): Provider =>
  () =>
    new Response(JSON.stringify(value), { status });

export const down: Provider = () => Promise.reject(new TypeError("connection refused"));

export class Remote {
  requests = 0;
  readonly urls: string[] = [];
  provider: Provider;
  readonly host = testHost({
    fetch: (input) => {
      this.requests++;
      this.urls.push(String(input));
      return Promise.resolve(this.provider());
    },
  });
  readonly deployment: TestDeployment;

  /** An isolate of its own. `bindings` as for TestDeployment. */
  constructor(
    provider: Provider,
    {
      env = {},
      bindings = {},
      cache,
    }: { env?: Settings; bindings?: object; cache?: Host["cache"] } = {},
  ) {
    this.provider = provider;
    if (cache) this.host.cache = cache;
    const secrets = { GRANT_SECRET: undefined, GRANT_SECRET_PREVIOUS: undefined };
    const settings = { GRANT_JWKS_URL: JWKS_URL, ...secrets, ...env };
    this.deployment = new TestDeployment({ env: settings, bindings, host: this.host });
  }

  get time(): number {
    return this.host.time - NOW;
  }

  /** Seconds after NOW. */
  set time(seconds: number) {
    this.host.time = NOW + seconds;
  }

  /**
   * Offers a grant that is good at every time up to 80,000; background work is done when this
   * returns.
   */
  async offer(
    signer: GrantSigner,
    header?: Record<string, unknown>,
    overrides: Claims = { exp: NOW + 80_000 },
  ): Promise<TestResponse> {
    return this.present(await signer.sign(overrides, header));
  }

  async present(credential: string, headers: Record<string, string> = {}): Promise<TestResponse> {
    const context = createExecutionContext();
    const body = { channel: "room-1" };
    const response = await this.deployment.post("/v1/keys", body, { credential, context, headers });
    await waitOnExecutionContext(context);
    return response;
  }

  /** The code of the response to a grant that is signed now; "" where there is none. */
  async code(signer: GrantSigner, header?: Record<string, unknown>): Promise<string> {
    const now = { iat: this.host.time, exp: this.host.time + 7200 };
    return (await this.offer(signer, header, now)).json.code ?? "";
  }

  /** What `GET /ready` says of GRANT_JWKS_URL, ready or not. */
  async findings(): Promise<string[]> {
    const { json } = await this.deployment.get("/ready");
    return [json.warnings, json.problems]
      .flatMap((found) => (found ?? []) as { name: string; message: string }[])
      .filter(({ name }) => name === "GRANT_JWKS_URL")
      .map(({ message }) => message);
  }
}
