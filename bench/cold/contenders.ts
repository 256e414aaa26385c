// What is started cold: each with the request that ends its start.

import { signGrant } from "../../test/support/grants.ts";
import { APP_ID, settings as allSettings, SECRETS } from "../../test/support/settings.ts";
import type { Bundle } from "../../test/support/worker/bundle.ts";
import type { FakeKv } from "../../test/support/worker/fake-kv.ts";
import { startWorker } from "../../test/support/worker/worker.ts";
import { startProcess, type WorkerProcess } from "../../test/support/worker/worker-process.ts";
import type { WorkerDescription } from "../../test/support/worker/workerd-config.ts";
import { checkOne } from "../check-key.ts";
import { bundleSmallWorker } from "../small-worker.ts";

export type ContenderId = "empty" | "hono-jose" | "service-key" | "grant";

export interface ColdContender {
  readonly id: ContenderId;
  readonly name: string;
  /** Starts a process of its own, with one Worker. */
  start(): Promise<WorkerProcess>;
  /** `POST /v1/keys` with this credential and body; neither: `GET /`. */
  request(): Promise<{ readonly credential?: string; readonly body?: object }>;
  /** Throws where the response's body is wrong. */
  check(body: string): void;
}

/** A deployment with one secret of each kind. */
const settings = allSettings({
  APP_CERTIFICATE_PREVIOUS: undefined,
  SERVICE_KEY_PREVIOUS: undefined,
  GRANT_SECRET_PREVIOUS: undefined,
});
const project = { APP_ID, APP_CERTIFICATE: SECRETS.APP_CERTIFICATE };

export async function coldContenders(bundle: Bundle, kv: FakeKv): Promise<ColdContender[]> {
  const small = (name: string) =>
    bundleSmallWorker(bundle, name, new URL(`${name}-worker.ts`, import.meta.url));
  const empty = await small("empty");
  const honoJose = { ...(await small("hono-jose")), texts: settings };
  // The fake of the assets is a Worker too: its start is not the service's.
  const withoutAssets = { ...bundle, bindings: { ...bundle.bindings, assets: undefined } };
  const startService = () => startWorker(withoutAssets, { settings, kv });
  return [
    {
      id: "empty",
      name: "an empty Worker",
      start: () => startAlone(empty),
      request: async () => ({}),
      check: expectText("ok"),
    },
    {
      id: "hono-jose",
      name: "Hono and jose: one route, one JWT verified",
      start: () => startAlone(honoJose),
      request: async () => ({ credential: await newGrant(), body: { channel: "room-1" } }),
      check: expectText('{"subject":"user-7"}'),
    },
    {
      id: "service-key",
      name: "the service: a key by service key",
      start: startService,
      request: async () => ({
        credential: SECRETS.SERVICE_KEY,
        body: { channel: "room-1", uid: 42 },
      }),
      check: (body) => checkOne(project, body),
    },
    {
      id: "grant",
      name: "the service: a key by grant (HS256)",
      start: startService,
      request: async () => ({ credential: await newGrant(), body: { channel: "room-1" } }),
      check: (body) => checkOne(project, body),
    },
  ];
}

function startAlone(worker: WorkerDescription): Promise<WorkerProcess> {
  return startProcess({ workers: { worker } });
}

function newGrant(): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  return signGrant({ iat, exp: iat + 3600 });
}

function expectText(expected: string): (body: string) => void {
  return (body) => {
    if (body !== expected) throw new Error(`${body} instead of ${expected}`);
  };
}
