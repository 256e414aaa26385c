// `node scripts/secret.mjs SERVICE_KEY` prints a secret of .dev.vars, or of another file that
// follows the name, for use in a command line.
import { DEV_VARS, readDevVars, readValue } from "./dev/dev-vars.mjs";

const [name, path = DEV_VARS] = process.argv.slice(2);
const value = name === undefined ? undefined : readValue(name, readDevVars(path));
if (value === undefined) {
  console.error(
    name === undefined
      ? "Name a secret: node scripts/secret.mjs SERVICE_KEY"
      : `There is no ${name} in ${path}. \`npm start\` makes .dev.vars.`,
  );
  process.exit(1);
}
console.log(value);
