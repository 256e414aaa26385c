// One client in a call: a device, the real client library, a service and an SDK.

import {
  createKeySource,
  type KeySource,
  type KeySourceEvents,
  type KeySourceOptions,
} from "latchkey/client";
import { Device } from "./device.ts";
import { createRandom } from "./random.ts";
import { FakeService, makeGrant, type ServiceOptions } from "./service.ts";
import { VirtualTime } from "./virtual-time.ts";
import { FakeWebSdk } from "./web-sdk.ts";

export const DAY_SECONDS = 86_400;

export type Happened = {
  [Name in keyof KeySourceEvents]: { atSeconds: number; detail: KeySourceEvents[Name] }[];
};

export interface Call {
  time: VirtualTime;
  device: Device;
  service: FakeService;
  keys: KeySource;
  sdk: FakeWebSdk;
  happened: Happened;
  /** Gets a key, joins with it, and attaches the SDK. */
  join(): Promise<void>;
}

export function createCall(
  options: Partial<KeySourceOptions> = {},
  serviceOptions: ServiceOptions = {},
  seed = 1,
): Call {
  const time = new VirtualTime();
  const device = new Device(time);
  const service = new FakeService(time, serviceOptions);
  const keys = createKeySource({
    ...(options.endpoints ? {} : { endpoint: "https://keys.example" }),
    grant: makeGrant(time.nowSeconds + DAY_SECONDS),
    channel: "room-1",
    fetch: service.fetch,
    random: createRandom(seed),
    ...device.platform,
    ...options,
  });
  const happened: Happened = { renewed: [], retrying: [], stopped: [] };
  for (const name of ["renewed", "retrying", "stopped"] as const) {
    keys.on(name, (detail) =>
      (happened[name] as unknown[]).push({ atSeconds: time.nowSeconds, detail }),
    );
  }
  const sdk = new FakeWebSdk(time, service.issued);
  const join = async () => {
    const key = keys.get();
    await time.runFor(1);
    sdk.join(await key);
    keys.attach(sdk);
  };
  return { time, device, service, keys, sdk, happened, join };
}
