// Secrets come in by the environment or stdin. None is in what a command prints, whatever is asked,
// and none that somebody puts where it does not belong.

import { describe, expect, test } from "vitest";
import { latchkey, type Surroundings } from "../support/command-line.ts";
import { APP_ID, SECRETS } from "../support/settings.ts";

/** Nothing listens at port 9 of loopback. */
const URL = "http://127.0.0.1:9";
const everySecret = { APP_ID, ...SECRETS };
const KEY = ["key", "--channel", "room-1", "--uid", "42"];
const COMMANDS: readonly (readonly string[])[] = [
  KEY,
  ["token", "--rtc", "room-1", "--uid", "42"],
  ["grant", "--channel", "room-1", "--uid", "42", "--expires-in", "1h"],
  ["inspect", "--channel", "room-1", "--uid", "42"],
  ["revoke", "--uid", "42"],
  ["service-key", "new", "--id", "backend"],
  ["doctor"],
];
const FORMS: readonly (readonly string[])[] = [
  [],
  ["--json"],
  ["--quiet"],
  ["--url", URL],
  ["--url", URL, "--json"],
  ["--no-such-option"],
];
/** The others read their arguments in the same way. */
const COMMANDS_FOR_PLACES = ["key", "service-key", "doctor"];

/** Every spelling of a secret that must not be found. */
const NEEDLES = Object.values(SECRETS).flatMap((secret) => [
  secret,
  secret.toUpperCase(),
  // A part of it is too much.
  secret.slice(0, 20),
  secret.slice(-20),
]);

/** A secret that is piped in, beside the others in the environment. */
function fromStdin(name: keyof typeof SECRETS): Surroundings {
  const { [name]: input, ...others } = SECRETS;
  return { env: { APP_ID, ...others }, input };
}

async function secretsIn(args: readonly string[], surroundings: Surroundings): Promise<string[]> {
  const { stdout, stderr } = await latchkey(args, surroundings);
  return NEEDLES.filter((needle) => `${stdout}${stderr}`.includes(needle));
}

describe.each(COMMANDS.map((command) => [command] as const))("%j", (command) => {
  test("prints no secret of its environment or stdin, whatever comes of it", async () => {
    for (const form of FORMS) {
      const args = [...command, ...form];
      expect(await secretsIn(args, { env: everySecret, input: SECRETS.SERVICE_KEY })).toEqual([]);
    }
    expect(await secretsIn([...command, "--stdin"], fromStdin("SERVICE_KEY"))).toEqual([]);
  });
});

test.each(Object.keys(SECRETS) as (keyof typeof SECRETS)[])(
  "%s out of stdin is not printed",
  async (name) => {
    for (const args of [KEY, [...KEY, "--url", URL]])
      expect(await secretsIn([...args, "--stdin"], fromStdin(name))).toEqual([]);
  },
);

const placed = COMMANDS.filter(([name = ""]) => COMMANDS_FOR_PLACES.includes(name));
describe.each(placed.map((command) => [command] as const))("%j", (command) => {
  test("prints no secret that stands in a wrong place", async () => {
    const secret = SECRETS.SERVICE_KEY;
    const places = [
      [secret],
      ["--", secret],
      [`--${secret}`],
      [`-${secret}`],
      [`--channel=${secret}/`],
      ["--uid", secret],
      ["--role", secret],
      ["--expires-in", secret],
      ["--url", secret],
      ["--url", `https://${secret}@keys.example.com`],
      ["--vars", secret],
      ["--privilege", `${secret}=1`],
      ["--permission", `${secret}.read=a`],
      ["--id", `${secret}_`],
      ["--origin", secret],
      ["--service-key", secret],
      [`--certificate=${SECRETS.APP_CERTIFICATE}`],
      ["--json", secret],
    ];
    const env = { APP_ID, APP_CERTIFICATE: SECRETS.APP_CERTIFICATE };
    for (const place of places)
      expect(await secretsIn([...command, ...place], { env })).toEqual([]);
  });
});

test.each([
  "--certificate",
  "--app-certificate",
  "--APP_CERTIFICATE",
  "--service-key",
  "--grant-secret",
  "--key",
  "--token",
  "--grant",
])("%s is refused, and the reason given", async (option) => {
  for (const args of [[option, "abc"], [`${option}=abc`]]) {
    const { status, stdout, stderr } = await latchkey(["inspect", ...args]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Every user of this machine can see arguments (ps)");
  }
});

test("a secret that is given again as a value is not printed", async () => {
  const { APP_CERTIFICATE, GRANT_SECRET } = SECRETS;
  const env = { APP_ID, GRANT_SECRET, APP_CERTIFICATE };
  const grant = ["grant", "--channel", "room-1", "--uid", "42", "--expires-in", "1h"];
  const { stdout } = await latchkey([...grant, "--subject", GRANT_SECRET], { env });
  expect(stdout).toMatch(/^ {2}subject +…$/m);
  expect(await secretsIn(["key", "--channel", APP_CERTIFICATE, "--uid", "1"], { env })).toEqual([]);
});
