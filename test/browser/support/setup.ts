// Once for all files: a Worker with its console, one without, and one browser.

import type { TestProject } from "vitest/node";
import { APP_ID, SECRETS, settings } from "../../support/settings.ts";
import type {} from "../../support/worker/setup.ts";
import { startWorker } from "../../support/worker/worker.ts";
import { launchBrowser } from "./browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    origin: string;
    originWithoutConsole: string;
    appId: string;
    appCertificate: string;
    serviceKey: string;
    browserEndpoint: string;
  }
}

/** Comes after test/support/worker/setup.ts, which makes the bundle. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { bundle } = project.getProvidedContext();
  const [worker, withoutConsole, browser] = await Promise.all([
    startWorker(bundle, { settings: settings({ EXACT_TIMES: "on" }) }),
    startWorker(bundle, { settings: settings({ CONSOLE: "off" }) }),
    launchBrowser(),
  ]);
  project.provide("origin", worker.url);
  project.provide("originWithoutConsole", withoutConsole.url);
  project.provide("appId", APP_ID);
  project.provide("appCertificate", SECRETS.APP_CERTIFICATE);
  project.provide("serviceKey", SECRETS.SERVICE_KEY);
  project.provide("browserEndpoint", browser.wsEndpoint());
  return async () => {
    await Promise.all([browser.close(), worker.stop(), withoutConsole.stop()]);
  };
}
