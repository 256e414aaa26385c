// The console. Each part sets itself up on the page's elements; the credential is the one thing they share.

import { createPost } from "./model/api.js";
import { setUpCredential } from "./page/credential.js";
import { setUpInspect } from "./page/inspect.js";
import { setUpMint } from "./page/mint.js";
import { setUpRenew } from "./page/renew.js";
import { setUpTabs } from "./page/tabs.js";
import { setUpTheme } from "./page/theme.js";

const credential = setUpCredential();
const post = createPost(credential.get, (url, init) => fetch(url, init));
const tabs = setUpTabs();
const inspect = setUpInspect(post);
setUpTheme();
setUpMint(post, (fields) => {
  tabs.choose("inspect");
  inspect(fields);
});
setUpRenew(post, credential);
