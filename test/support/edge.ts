// An edge: an app with its own memory and clock over the real bindings of the test's workerd.

import {
  createExecutionContext,
  runDurableObjectAlarm,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { snapshotName } from "../../src/revocations/snapshot.ts";
import { TestDeployment, testHost } from "./deployment.ts";
import { type Claims, signGrant } from "./grants.ts";
import { randomHex, type TestResponse } from "./settings.ts";

export type Bindings = Partial<
  Pick<
    typeof env,
    | "REVOCATION_LIST"
    | "REVOCATION_SNAPSHOTS"
    | "RATE_LIMIT_BY_SUBJECT"
    | "RATE_LIMIT_BY_SERVICE_KEY"
    | "RATE_LIMIT_BY_ADDRESS"
  >
>;

export const REVOCATION_BINDINGS: Bindings = {
  REVOCATION_LIST: env.REVOCATION_LIST,
  REVOCATION_SNAPSHOTS: env.REVOCATION_SNAPSHOTS,
};

export const nowSeconds = () => Math.floor(Date.now() / 1000);

export class Edge extends TestDeployment {
  constructor(appId: string, bindings: Bindings = REVOCATION_BINDINGS) {
    super({ env: { APP_ID: appId }, bindings, host: testHost() });
    this.host.time = nowSeconds();
  }

  /** Whatever a request leaves to be done behind it has been done when this returns. */
  override async call(...[path, call]: Parameters<TestDeployment["call"]>): Promise<TestResponse> {
    const context = createExecutionContext();
    const response = await super.call(path, { ...call, context });
    await waitOnExecutionContext(context);
    return response;
  }

  /** Asks for a key as a client. Without an error the code is "". */
  async ask(claims: Claims = {}, body: object = { channel: "room-1" }): Promise<string> {
    const { json } = await this.post("/v1/keys", body, { credential: await this.grant(claims) });
    return json.code ?? "";
  }

  grant(claims: Claims = {}): Promise<string> {
    return signGrant({ iat: nowSeconds(), exp: nowSeconds() + 80_000, ...claims });
  }

  revoke(body: object): Promise<TestResponse> {
    return this.post("/v1/revocations", body);
  }
}

/** The real bindings, which a test may cut off. */
export function fallibleBindings(): { isDown: boolean; readonly bindings: Bindings } {
  const state = { isDown: false, bindings: {} as Bindings };
  const down = () => Promise.reject(new Error("cut off by the test"));
  const unreachable = { add: down, page: down, remove: down, changes: down };
  const { REVOCATION_LIST: list, REVOCATION_SNAPSHOTS: snapshots } = env;
  state.bindings = {
    REVOCATION_LIST: {
      idFromName: (name: string) => list.idFromName(name),
      get: (id: DurableObjectId) => (state.isDown ? unreachable : list.get(id)),
    } as unknown as typeof list,
    REVOCATION_SNAPSHOTS: {
      getWithMetadata: (name: string, options: KVNamespaceGetOptions<"stream">) =>
        state.isDown ? down() : snapshots.getWithMetadata(name, options),
    } as unknown as typeof snapshots,
  };
  return state;
}

export function newAppId(): string {
  return randomHex(32);
}

/** Publishes the list now, as its alarm would in a second. */
export async function publish(appId: string): Promise<void> {
  const { REVOCATION_LIST } = env;
  await runDurableObjectAlarm(REVOCATION_LIST.get(REVOCATION_LIST.idFromName(snapshotName(appId))));
}
