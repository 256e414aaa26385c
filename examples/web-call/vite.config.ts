import { defineConfig } from "vite";

/** Where your grant endpoint is, such as ../grant-express. */
const GRANTS = "http://localhost:3000";

export default defineConfig({ server: { proxy: { "/grant": GRANTS } } });
