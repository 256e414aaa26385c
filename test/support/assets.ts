// The files that the build makes for the Worker to serve, as its ASSETS binding would give them.

import { env } from "cloudflare:workers";

export const ASSETS = { ASSETS: env.ASSETS };
