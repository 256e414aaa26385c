// Makes the body of a request from what was typed. It corrects nothing: the service says what is
// wrong with a field.

const NUMBERS: ReadonlySet<string> = new Set(["uid", "version", "expiresIn", "maxKeyExpiresIn"]);
/** A name may begin or end with a space. */
const NAMES: ReadonlySet<string> = new Set(["channel", "account"]);

export type Body = Readonly<Record<string, unknown>>;
export type Fields = readonly (readonly [name: string, value: string])[];

/**
 * An empty field is left out. Digits become a number where the contract has a number; anything else
 * stays as typed.
 */
export function requestBody(fields: Fields): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, typed] of fields) {
    const value = NAMES.has(name) ? typed : typed.trim();
    if (value === "") continue;
    body[name] = NUMBERS.has(name) && /^\d{1,15}$/.test(value) ? Number(value) : value;
  }
  return body;
}

export interface KeyCall {
  readonly path: "/v1/keys" | "/v1/tokens";
  readonly body: Body;
}

/** With `rtm` or `chat`: one 007 token for these too, for the same user. */
export function keyCall(fields: Fields): KeyCall {
  const { rtm, chat, ...body } = requestBody(fields);
  if (!rtm && !chat) return { path: "/v1/keys", body };
  const { channel, uid, account, role, expiresIn } = body;
  const userId = account ?? (uid === undefined ? undefined : String(uid));
  const services = [
    { type: "rtc", channel, uid, account, role },
    ...(rtm ? [{ type: "rtm", userId }] : []),
    ...(chat ? [{ type: "chat", userId }] : []),
  ];
  return { path: "/v1/tokens", body: withoutUndefined({ services, expiresIn }) };
}

/** Channels stand one on a line: a comma and a space may be a part of their names. */
export function grantBody(fields: Fields): Body {
  const services = fields.filter(([name]) => name === "services").map(([, value]) => value);
  const rest = requestBody(fields.filter(([name]) => name !== "services"));
  const channels = String(rest.channels ?? "")
    .split(/\r?\n/)
    .filter((name) => name !== "");
  return { ...rest, channels, ...(services.length > 0 && { services }) };
}

/** A date as the browser's field has it, in the device's time, becomes Unix seconds. */
export function revocationBody(fields: Fields): Body {
  const { until, issuedBefore, eject, ...body } = requestBody(fields);
  const times = { until: secondsOf(until), issuedBefore: secondsOf(issuedBefore) };
  return withoutUndefined({ ...body, ...times, eject: eject === undefined ? undefined : true });
}

function secondsOf(date: unknown): number | undefined {
  const milliseconds = Date.parse(String(date));
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

function withoutUndefined(body: Body): Body {
  return JSON.parse(JSON.stringify(body));
}
