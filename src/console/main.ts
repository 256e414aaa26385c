// The console. Each part sets itself up on the page's elements; they share only the credential.

import { createPost } from "./model/api.ts";
import { setUpCredential } from "./page/credential.ts";
import { setUpInspect } from "./page/inspect-tab.ts";
import { setUpMint } from "./page/mint-tab.ts";
import { setUpRenew } from "./page/renew-tab.ts";
import { setUpTabs } from "./page/tabs.ts";
import { setUpTheme } from "./page/theme.ts";

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
