// What tests of a deployment share wherever they run: its settings, its clock's time, and how an
// response is read. Every secret is made at run time.

/** The clock of every test deployment, Unix seconds, unless a test says otherwise. */
export const NOW = 1_800_000_000;

export type Settings = Readonly<Record<string, string | undefined>>;

export function randomHex(digits: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(digits / 2));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const APP_ID = randomHex(32);

export const SECRETS = {
  APP_CERTIFICATE: randomHex(32),
  APP_CERTIFICATE_PREVIOUS: randomHex(32),
  SERVICE_KEY: `service-${randomHex(40)}`,
  SERVICE_KEY_PREVIOUS: `service-${randomHex(40)}`,
  GRANT_SECRET: `grant-${randomHex(40)}`,
  GRANT_SECRET_PREVIOUS: `grant-${randomHex(40)}`,
} as const;

/** The issuer of the grants of test/support/grants.ts. */
export const ISSUER = "app.example";

/**
 * A whole configuration: beside a key set it names the issuer. A setting given as undefined is left
 * out.
 */
export function settings(overrides: Settings = {}): Record<string, string> {
  const hasKeySet = Boolean(overrides.GRANT_JWKS || overrides.GRANT_JWKS_URL);
  const all: Settings = {
    APP_ID,
    ...SECRETS,
    ...(hasKeySet && { GRANT_ISSUER: ISSUER }),
    ...overrides,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The fields that answers of all kinds have between them: a test reads those that it expects. */
export interface ResponseBody {
  readonly [field: string]: unknown;
  readonly key?: string | null;
  readonly keys?: readonly {
    readonly uid?: number;
    readonly account?: string;
    readonly key: string | null;
    readonly randomInt: number;
  }[];
  readonly uid?: number | null;
  readonly account?: string;
  readonly role?: string;
  readonly issuedAt?: number;
  readonly expiresAt?: number | null;
  readonly grant?: string;
  readonly jti?: string;
  readonly subject?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly verdict?: string;
  readonly signature?: string;
  readonly unverifiedReason?: string;
  readonly findings?: readonly {
    readonly code: string;
    readonly message: string;
    readonly sdkErrors: readonly { readonly number: number; readonly name?: string }[];
  }[];
  readonly problems?: readonly { readonly name: string; readonly message: string }[];
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where the response is not JSON. */
  readonly json: ResponseBody;
}

export async function readResponse(response: Response): Promise<TestResponse> {
  const text = await response.text();
  const isJson = text !== "" && /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : {},
  };
}

/** The wrong fields that a problem names, in its order. */
export function wrongFields({ json }: TestResponse): string[] {
  return (json.errors ?? []).map(({ path }) => path);
}
