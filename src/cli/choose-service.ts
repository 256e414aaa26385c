// Which service carries out a command: a deployment where one is named, else this program.

import { usageError } from "./cli-error.ts";
import type { CommandArguments } from "./command-arguments.ts";
import { readAddress } from "./http-exchange.ts";
import { offlineService } from "./offline-service.ts";
import { remoteService } from "./remote-service.ts";
import type { Service } from "./service.ts";
import type { Terminal } from "./terminal.ts";

/** What can stand in a header; a service key has no other character. */
const CREDENTIAL = /^[A-Za-z0-9._~+/=-]+$/;

/** The address of the deployment to ask; undefined: none is named, or `--offline` is given. */
export function addressOf(args: CommandArguments, terminal: Terminal): string | undefined {
  const url = args.text("url");
  if (args.has("offline")) {
    if (url !== undefined) throw usageError("--offline can't be given together with --url");
    return undefined;
  }
  if (url !== undefined) return readAddress(url, "--url");
  const setting = terminal.setting("LATCHKEY_URL");
  return setting === undefined ? undefined : readAddress(setting, "LATCHKEY_URL");
}

/** The service key; undefined where there is none. */
export async function serviceKeyOf(
  args: CommandArguments,
  terminal: Terminal,
): Promise<string | undefined> {
  const secret = args.has("stdin")
    ? await terminal.readSecret("SERVICE_KEY")
    : terminal.setting("SERVICE_KEY");
  if (secret !== undefined && !CREDENTIAL.test(secret)) {
    throw usageError("SERVICE_KEY has a character that no service key has, such as a space");
  }
  return secret;
}

/** For commands that need a deployment. */
export async function chooseDeployment(
  args: CommandArguments,
  terminal: Terminal,
): Promise<Service> {
  const address = addressOf(args, terminal);
  if (address === undefined) throw usageError("name the deployment: --url, or LATCHKEY_URL");
  const serviceKey = await serviceKeyOf(args, terminal);
  if (serviceKey !== undefined) return remoteService(address, serviceKey);
  throw usageError("SERVICE_KEY is missing: put it into the environment, or pipe it (--stdin)");
}

/** For commands that work without one too. */
export async function chooseService(
  args: CommandArguments,
  terminal: Terminal,
  signsWith: "certificate" | "grantSecret",
): Promise<Service> {
  if (addressOf(args, terminal) !== undefined) return chooseDeployment(args, terminal);
  if (args.has("stdin")) {
    await terminal.readSecret(signsWith === "certificate" ? "APP_CERTIFICATE" : "GRANT_SECRET");
  }
  const appId = args.text("app-id");
  const environment = { ...terminal.environment, ...(appId !== undefined && { APP_ID: appId }) };
  return offlineService(environment, signsWith);
}
