// Paragraphs that the help of several commands shares.

export const WHERE_SIGNED =
  "Offline it signs with APP_ID (or --app-id) and APP_CERTIFICATE of the environment, by the same " +
  "rules and settings as a deployment (KEY_MODE, DEFAULT_KEY_VERSION, DEFAULT_EXPIRES_IN, " +
  "MAX_EXPIRES_IN, EXACT_TIMES). With LATCHKEY_URL or --url it asks that deployment, with " +
  "SERVICE_KEY of the environment.";

export const STDIN =
  "--stdin takes the one secret that is needed from stdin: APP_CERTIFICATE offline, else " +
  "SERVICE_KEY. At a terminal it asks for it.";

export const TIMES =
  "SECONDS may have a unit: 90, 15m, 4h, 1d. TIME is Unix seconds, a date (2027-01-31), a time " +
  "with its zone (2027-01-31T09:30Z), or how long from now: 4h.";
