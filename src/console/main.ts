// The console. Each tab sets itself up; they share only who is signed in.

import { createAsk } from "./model/api.ts";
import { createCallerState } from "./model/caller-state.ts";
import { setUpGrants } from "./page/grants-tab.ts";
import { setUpInspect } from "./page/inspect-tab.ts";
import { setUpKeys } from "./page/keys-tab.ts";
import { setUpRenew } from "./page/renew-tab.ts";
import { setUpRevocations } from "./page/revocations-tab.ts";
import { setUpSignIn } from "./page/sign-in.ts";
import { setUpStatus } from "./page/status-tab.ts";
import { setUpTabs } from "./page/tabs.ts";
import { setUpTheme } from "./page/theme.ts";

const send: typeof fetch = (url, init) => fetch(url, init);
const state = createCallerState(send);
setUpSignIn(state);
setUpTheme();

const ask = createAsk(state.credential, send);
const tabs = setUpTabs();
const inspect = setUpInspect(state, ask);
const revoke = setUpRevocations(state, ask, tabs);
setUpKeys(state, ask, (fields) => {
  tabs.choose("inspect");
  inspect(fields);
});
setUpGrants(
  state,
  ask,
  (grant) => {
    tabs.choose("keys");
    state.signIn(grant);
  },
  revoke,
);
setUpRenew(state, ask);
setUpStatus(state, tabs, send);
tabs.start();
