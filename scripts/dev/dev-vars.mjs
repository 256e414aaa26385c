// .dev.vars: the settings and secrets of this machine.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";

export const DEV_VARS = fileURLToPath(new URL("../../.dev.vars", import.meta.url));

/** The file's text; empty where there is no file. */
export function readDevVars(path = DEV_VARS) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}

/**
 * A variable's value, as wrangler reads it: with the same release of the same library. So quotes,
 * `export`, CRLF and a byte order mark mean the same here and there.
 */
export function readValue(name, text) {
  return parse(text)[name] || undefined;
}

/** Makes the file with random values; false where there is one already. */
export function makeDevVars() {
  try {
    writeFileSync(DEV_VARS, developmentSecrets(), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** 32 random bytes: nobody guesses them, and no shell needs them quoted. */
export function randomSecret() {
  return randomBytes(32).toString("base64url");
}

/** Random values, good for this machine alone: no project of the vendor's knows this App ID. */
function developmentSecrets() {
  const hex = () => randomBytes(16).toString("hex");
  return [
    "# Random values for development. They are worth nothing elsewhere, and git ignores this file.",
    "# For keys that Agora accepts, put your project's App ID and certificate here.",
    `APP_ID=${hex()}`,
    `APP_CERTIFICATE=${hex()}`,
    `SERVICE_KEY=${randomSecret()}`,
    `GRANT_SECRET=${randomSecret()}`,
    "",
  ].join("\n");
}
