import type { KeyInspection } from "../contract/responses.ts";
import { addressOf, chooseDeployment, chooseService } from "./choose-service.ts";
import { EXIT } from "./cli-error.ts";
import type { Command } from "./command.ts";
import type { CommandArguments } from "./command-arguments.ts";
import { inspectUnsigned } from "./inspect-unsigned.ts";
import { inspectionText } from "./inspection-text.ts";
import {
  HELP_OPTIONS,
  type Options,
  OUTPUT_OPTIONS,
  REMOTE_OPTIONS,
  SERVICE_OPTIONS,
  USER_OPTIONS,
  VARS_OPTION,
} from "./option-table.ts";
import type { Terminal } from "./terminal.ts";
import { unixNow } from "./unix-now.ts";

const { url } = REMOTE_OPTIONS;
const { offline } = SERVICE_OPTIONS;
const OPTIONS: Options = {
  channel: { value: "CHANNEL", field: "channel", help: "the channel to join with it" },
  ...USER_OPTIONS,
  "app-id": { value: "ID", help: "offline: the project; left out: APP_ID" },
  ...(url && { url }),
  ...(offline && { offline }),
  ...VARS_OPTION,
  ...OUTPUT_OPTIONS,
  ...HELP_OPTIONS,
};

export const inspectCommand: Command = {
  name: "inspect",
  summary: "say what a key or token contains, and what is wrong with it",
  options: OPTIONS,
  notes: [
    "It reads the key or token from stdin; at a terminal it asks for it. Channel keys (versions 1 " +
      "to 5) and access tokens (006, 007) are read, and what people paste by mistake is named.",
    "Offline it verifies the signature where APP_ID and APP_CERTIFICATE are in the environment. " +
      "With LATCHKEY_URL or --url that deployment verifies it, with SERVICE_KEY of the " +
      "environment. The exit code is 1 where Agora would refuse the key or token now.",
  ],
  examples: [
    "latchkey key --channel room-1 --uid 42 --quiet | latchkey inspect --channel room-1 --uid 42",
    "latchkey inspect < key.txt",
  ],
  optionOf: (path) => (path === "key" ? "stdin" : undefined),
  async run(args, terminal) {
    const inspect = await chooseInspector(args, terminal);
    const key = await terminal.readText("Paste a key or token, then press Enter: ");
    const inspection = await inspect({ key, ...args.request(OPTIONS, unixNow()) });
    if (args.has("json")) terminal.printJson(inspection);
    else terminal.print(inspectionText(inspection, unixNow()));
    return inspection.verdict === "refused" ? EXIT.refused : EXIT.done;
  },
};

type Inspect = (input: object) => KeyInspection | Promise<KeyInspection>;

/** The settings are checked before anything is read from stdin. */
async function chooseInspector(args: CommandArguments, terminal: Terminal): Promise<Inspect> {
  const isRemote = addressOf(args, terminal) !== undefined;
  const hasCertificate = terminal.setting("APP_CERTIFICATE") !== undefined;
  if (!isRemote && !hasCertificate) {
    const appId = args.text("app-id") ?? terminal.setting("APP_ID");
    return (input) => inspectUnsigned(input, appId, unixNow());
  }
  const service = isRemote
    ? await chooseDeployment(args, terminal)
    : await chooseService(args, terminal, "certificate");
  return (input) => service.ask("inspectKey", input);
}
