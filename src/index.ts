import { createApp } from "./app.js";

export { RevocationList } from "./revocations/revocation-list.js";

export default createApp();
