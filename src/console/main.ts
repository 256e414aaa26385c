// The console. Each part sets itself up on the page's elements; the credential is the one thing they share.

import { createPost } from "./model/api.ts";
import { setUpCredential } from "./page/credential.ts";
import { setUpInspect } from "./page/inspect.ts";
import { setUpMint } from "./page/mint.ts";
import { setUpRenew } from "./page/renew.ts";
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
