import { addressOf, serviceKeyOf } from "./choose-service.ts";
import { EXIT, type ExitCode, usageError } from "./cli-error.ts";
import type { Command } from "./command.ts";
import type { Check } from "./doctor-check.ts";
import { runChecks } from "./doctor-checks.ts";
import { readAddress } from "./http-exchange.ts";
import { HELP_OPTIONS, type Options, OUTPUT_OPTIONS, REMOTE_OPTIONS } from "./option-table.ts";
import { plain } from "./report-text.ts";

const OPTIONS: Options = {
  origin: { value: "ORIGIN", help: "a web page's origin, such as https://app.example.com" },
  channel: { value: "CHANNEL", help: "the channel of the keys that it makes; left out: doctor" },
  ...REMOTE_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...HELP_OPTIONS,
};

export const doctorCommand: Command = {
  name: "doctor",
  summary: "check a deployment: ready, clock, CORS, headers, a key made and inspected",
  operand: "[URL]",
  options: OPTIONS,
  notes: [
    "It asks the deployment of URL (or --url, or LATCHKEY_URL). Without SERVICE_KEY in the " +
      "environment it makes no key. Each line begins with ok, warning, failed or skipped, and " +
      "says what to do. It runs every check, whatever fails. The keys and the grant that it " +
      "makes last a minute, and none of them is shown. The exit code is 1 where a check failed, " +
      "and 3 where nothing answers.",
  ],
  examples: [
    "latchkey doctor https://keys.example.com --origin https://app.example.com",
    "latchkey doctor http://localhost:8787 --vars .dev.vars",
  ],
  async run(args, terminal) {
    const [url] = args.positionals;
    if (url !== undefined && args.has("url")) throw usageError("URL and --url: give one of them");
    const address = url === undefined ? addressOf(args, terminal) : readAddress(url, "URL");
    if (address === undefined) throw usageError("name the deployment: latchkey doctor URL");
    const serviceKey = await serviceKeyOf(args, terminal);
    const origin = args.text("origin");
    const channel = args.text("channel") ?? "doctor";
    if (origin !== undefined && !/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/.test(origin)) {
      throw usageError("--origin must be such as https://app.example.com, in lower case");
    }
    const checks = await runChecks({ address, serviceKey, origin, channel });
    if (args.has("json")) terminal.printJson({ url: address, result: worst(checks), checks });
    else terminal.print(checksText(checks));
    return exitCodeOf(checks);
  },
};

function checksText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const count = (state: Check["state"]) => checks.filter((check) => check.state === state).length;
  const lines = checks.map(({ state, name, message, remedy }) => {
    const advice = remedy === undefined ? "" : ` -> ${remedy}`;
    return plain(`${state.padEnd(7)}  ${name.padEnd(width)}  ${message}${advice}`);
  });
  const warnings = `${count("warning")} warning${count("warning") === 1 ? "" : "s"}`;
  const sums = [`${count("ok")} ok`, warnings, `${count("failed")} failed`];
  return `${lines.join("\n")}\n\n${sums.join(", ")}, ${count("skipped")} skipped`;
}

function worst(checks: readonly Check[]): Check["state"] {
  const states = ["failed", "warning"] as const;
  return states.find((state) => checks.some((check) => check.state === state)) ?? "ok";
}

function exitCodeOf(checks: readonly Check[]): ExitCode {
  if (checks.some(({ isUnreachable }) => isUnreachable)) return EXIT.unreachable;
  return worst(checks) === "failed" ? EXIT.refused : EXIT.done;
}
