// What the options of a command are, and how their texts become the fields of a request. A text
// that can't be read goes on as it is: the contract then says what the field must be.

export interface Option {
  /** What its value is called in the help; left out: it takes none. */
  readonly value?: string;
  readonly help: string;
  /** The field of the request that it fills. */
  readonly field?: string;
  readonly isList?: boolean;
  readonly read?: (text: string, nowSeconds: number) => unknown;
}

export type Options = Readonly<Record<string, Option>>;

export function readNumber(text: string): unknown {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds, or a number with a unit: 90, 90s, 15m, 4h, 1d. */
export function readSeconds(text: string): unknown {
  const [, digits, unit = "s"] = /^(\d{1,12})([smhd]?)$/.exec(text) ?? [];
  return digits === undefined ? text : Number(digits) * (UNIT_SECONDS[unit || "s"] ?? 1);
}

const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A time: Unix seconds, a date (in UTC), a time with its zone, or how long from now: 4h. */
export function readTime(text: string, nowSeconds: number): unknown {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const seconds = readSeconds(text);
  if (typeof seconds === "number") return nowSeconds + seconds;
  const milliseconds = DATE.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  return Number.isNaN(milliseconds) ? text : Math.floor(milliseconds / 1000);
}

/** How a text must be written that `read` reads; undefined where the contract says it well. */
export function formOf(read: Option["read"]): string | undefined {
  if (read === readSeconds) return "must be seconds, or a number with a unit: 90, 15m, 4h, 1d";
  if (read !== readTime) return undefined;
  return (
    "must be Unix seconds, a date (2027-01-31), a time with its zone (2027-01-31T09:30Z), or " +
    "how long from now: 4h"
  );
}

/** A member of an object, such as joinChannel=3600. */
export function readMember(text: string): readonly [name: string, value: string] | undefined {
  const at = text.indexOf("=");
  return at < 1 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}

/** What every command takes. */
export const HELP_OPTIONS: Options = {
  help: { help: "show this" },
};

export const VARS_OPTION: Options = {
  vars: { value: "FILE", help: "read settings from a file such as .dev.vars too" },
};

/** Of commands that ask a deployment. */
export const REMOTE_OPTIONS: Options = {
  url: { value: "URL", help: "the deployment to ask; left out: LATCHKEY_URL" },
  stdin: { help: "read the secret from stdin, not from the environment" },
  ...VARS_OPTION,
};

/** Of commands that also work without one. */
export const SERVICE_OPTIONS: Options = {
  ...REMOTE_OPTIONS,
  offline: { help: "ask no deployment, though LATCHKEY_URL is set" },
};

export const OUTPUT_OPTIONS: Options = {
  json: { help: "print JSON, for programs" },
};

export function quietOption(what: string): Options {
  return { quiet: { help: `print ${what} and nothing else` } };
}

/** Who joins. */
export const USER_OPTIONS: Options = {
  uid: { value: "UID", field: "uid", read: readNumber, help: "the user's number" },
  account: { value: "NAME", field: "account", help: "the user's name, in place of a uid" },
};
