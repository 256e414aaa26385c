// Once for all files: one deployment with its console, one without, and one browser.

import type { TestProject } from "vitest/node";
import { launchBrowser } from "./browser.ts";
import { startDeployment } from "./deployment.ts";

declare module "vitest" {
  interface ProvidedContext {
    origin: string;
    originWithoutConsole: string;
    appId: string;
    serviceKey: string;
    browserEndpoint: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [deployment, withoutConsole, browser] = await Promise.all([
    startDeployment(),
    startDeployment({ CONSOLE: "off" }),
    launchBrowser(),
  ]);
  project.provide("origin", deployment.origin);
  project.provide("originWithoutConsole", withoutConsole.origin);
  project.provide("appId", deployment.appId);
  project.provide("serviceKey", deployment.serviceKey);
  project.provide("browserEndpoint", browser.wsEndpoint());
  return async () => {
    await Promise.all([browser.close(), deployment.close(), withoutConsole.close()]);
  };
}
