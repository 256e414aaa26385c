// An inspection for people: the verdict first, then what it says, then what is wrong.

import type { InspectedService, KeyInspection } from "../contract/responses.ts";
import type { Finding } from "../keys/findings.ts";
import { describeUser } from "./issued-text.ts";
import { plain, type Row, rowsText, timeText } from "./report-text.ts";
import { describeService } from "./token-command.ts";

const VERDICTS: Readonly<Record<string, string>> = {
  accepted: "accepted: Agora would take it now",
  refused: "refused: Agora would not take it now",
  unknown: "unknown: nothing says that Agora would refuse it, and not all could be checked",
};

export function inspectionText(inspection: KeyInspection, nowSeconds: number): string {
  const { verdict, findings } = inspection;
  const rows = rowsText(rowsOf(inspection, nowSeconds));
  return [VERDICTS[verdict] ?? plain(`${verdict}`), rows, ...findings.map(findingText)].join(
    "\n\n",
  );
}

function rowsOf(inspection: KeyInspection, now: number): Row[] {
  const { version, service, appId, channel, permission, services = [] } = inspection;
  const { issuedAt, joinBefore, expiresAt, privileges, servicesLeftOut, sdks } = inspection;
  const { signature, unverifiedReason, uid, account } = inspection;
  const time = (at: number | null | undefined) =>
    at === undefined ? undefined : timeText(at, now);
  const kind = version === undefined ? "no key or token" : version <= 5 ? "channel key" : "token";
  const hasUser = uid !== undefined || account !== undefined;
  return [
    ["what", version === undefined ? kind : `${kind}, version ${version}`],
    ["service", service],
    ["app id", appId],
    ["channel", channel],
    ["user", hasUser ? describeUser(inspection) : undefined],
    ["permission", permission],
    ["issued", time(issuedAt)],
    ["join before", time(joinBefore)],
    ["expires", time(expiresAt)],
    ...services.map((each): Row => [each.type, serviceText(each)]),
    ["more", servicesLeftOut === undefined ? undefined : `${servicesLeftOut} services`],
    ...Object.entries(privileges ?? {}).map(([name, at]): Row => [name, time(at)]),
    ["for", sdks],
    ["signature", unverifiedReason === undefined ? signature : `${signature}: ${unverifiedReason}`],
  ];
}

function serviceText({ role: _, ...service }: InspectedService): string {
  return describeService(service);
}

/** With the number that an SDK shows, which is what people search for. */
function findingText({ code, message, sdkErrors }: Finding): string {
  const numbers = [...new Set(sdkErrors.map(({ number }) => number))];
  const sdk = numbers.length === 0 ? "" : ` (SDK error ${numbers.join(" or ")})`;
  return plain(`${code}: ${message}${sdk}`);
}
