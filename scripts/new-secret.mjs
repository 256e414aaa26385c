// `node scripts/new-secret.mjs` prints a new random secret, for a service key or a grant secret.
import { randomSecret } from "./dev/dev-vars.mjs";

console.log(randomSecret());
