// ALLOWED_ORIGINS: each origin must be spelled as browsers send it (RFC 6454, section 6), since
// the two are compared as texts.

export type AllowedOrigins = "*" | ReadonlySet<string>;

/** The origins of a list. "*" is any origin. */
export function readOrigins(text: string): AllowedOrigins {
  const trimmed = text.trim();
  return trimmed === "*" ? trimmed : new Set(originsOf(trimmed));
}

/** What is wrong with a list, by the place of each origin in it; undefined where nothing is. */
export function originsProblem(text: string): string | undefined {
  if (text.trim() === "*") return undefined;
  const problems = originsOf(text).flatMap((origin, i) =>
    originProblems(origin).map((problem) => `origin ${i + 1} ${problem}`),
  );
  return problems.length === 0 ? undefined : problems.join("; ");
}

function originsOf(text: string): string[] {
  return text.split(",").flatMap((origin) => origin.trim() || []);
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Of a web page; apps and browser extensions have schemes of their own. */
const WEB_SCHEME = /^https?:/i;
const APP_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[\w.-]+(:\d+)?$/;
const DEFAULT_PORT = /^(https:\/\/[^/]*:443|http:\/\/[^/]*:80)(?!\d)/i;

function originProblems(origin: string): string[] {
  if (origin.includes("*")) {
    return ['has a *: list every origin by itself, or let the whole setting be "*"'];
  }
  if (!SCHEME.test(origin)) return ["must start with its scheme, such as https://"];
  const problems: string[] = [];
  if (origin.endsWith("/")) problems.push("ends with /: remove it");
  if (WEB_SCHEME.test(origin)) {
    if (/[A-Z]/.test(origin)) problems.push("has capitals: write it in lower case");
    if (DEFAULT_PORT.test(origin)) problems.push("has the default port: remove it");
  }
  if (problems.length > 0 || isOrigin(origin)) return problems;
  return ["must be a scheme, a host and a port if any, such as https://app.example.com"];
}

/**
 * Of schemes that it does not know, URL.parse gives no origin: capacitor://, chrome-extension://.
 */
function isOrigin(origin: string): boolean {
  if (!WEB_SCHEME.test(origin)) return APP_ORIGIN.test(origin);
  return URL.parse(origin)?.origin === origin;
}
