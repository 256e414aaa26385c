// What the commands that make credentials print.

import type { KeyTimes } from "../contract/responses.ts";
import type { CommandArguments } from "./command-arguments.ts";
import { type Row, rowsText, timeText } from "./report-text.ts";
import type { Terminal } from "./terminal.ts";

/** The credential alone, or the response as JSON, or the credential and what it is. */
export function printCredential(
  args: CommandArguments,
  terminal: Terminal,
  response: object,
  credential: string | null,
  rows: readonly Row[],
): void {
  if (args.has("json")) terminal.printJson(response);
  else if (args.has("quiet")) terminal.print(credential ?? "");
  else {
    if (credential !== null) terminal.print(`${credential}\n`);
    terminal.print(rowsText(rows));
  }
}

interface SignedTimes extends Omit<KeyTimes, "joinBefore"> {
  readonly joinBefore?: number;
  readonly appId: string;
  readonly serverTime: number;
}

export function signedRows(times: SignedTimes): Row[] {
  const { appId, serverTime, joinBefore, renewAt, expiresAt } = times;
  return [
    ["app id", appId],
    ["join before", joinBefore === undefined ? undefined : timeText(joinBefore, serverTime)],
    ["renew at", renewAt === null ? undefined : timeText(renewAt, serverTime)],
    ["expires", timeText(expiresAt, serverTime)],
  ];
}

type UserFields = {
  readonly uid?: number | null | undefined;
  readonly account?: string | undefined;
};

export function describeUser({ uid, account }: UserFields): string {
  if (account !== undefined) return `account ${account}`;
  return uid === null || uid === undefined || uid === 0 ? "anyone" : `uid ${uid}`;
}

export function placeText(place: string): string {
  return place === "offline" ? "offline, by this program" : `by ${place}`;
}
