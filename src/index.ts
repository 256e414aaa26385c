import { createApp } from "./app.ts";

export { RevocationList } from "./revocations/revocation-list.ts";

export default createApp();
