// The pages of examples/ in a real browser: with the real web SDK and a fake of Agora's servers, in
// React's StrictMode, and React Native's with fakes of its modules.

import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { readVendorToken } from "../support/vendor-token.ts";
import { CHANNEL, UID } from "./support/app.ts";
import {
  bundleExample,
  bundleProgram,
  type OpenExample,
  openExample,
} from "./support/example-page.ts";
import { useBrowser } from "./support/page.ts";

const browser = useBrowser();

async function open(name: string, grant: object = {}): Promise<OpenExample> {
  return openExample(browser(), await bundleExample(name), grant);
}

const click = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const sees = (page: Page, text: string | RegExp) => page.getByText(text).waitFor();
const count = (paths: readonly string[], path: string) =>
  paths.filter((each) => each === path).length;

/** The vendor's code accepts it: a publisher's token of an hour for this channel and our user. */
function expectToken(token: unknown, channel = CHANNEL): void {
  const { expire, services } = readVendorToken(String(token), inject("appCertificate"));
  const privileges = { 1: expire, 2: expire, 3: expire, 4: expire };
  expect(services).toEqual([{ type: 1, channel_name: channel, uid: String(UID), privileges }]);
}

test("the page with the web SDK joins, renews, leaves, and joins again", async () => {
  const { page, gateway, paths } = await open("web-call");
  await click(page, "Join");
  await sees(page, `in ${CHANNEL} as ${UID}`);
  expect(gateway.joins).toHaveLength(1);
  expectToken(gateway.joins[0]?.token);
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  expectToken(gateway.renewals[0]);
  await click(page, "Leave");
  await sees(page, "not in a call");
  await click(page, "Join");
  await sees(page, `in ${CHANNEL} as ${UID}`);
  expect(gateway.joins).toHaveLength(2);
  expect(count(paths, "/grant")).toBe(2);
  await page.context().close();
});

test("the page with the web SDK joins again when its token has expired", async () => {
  const { page, gateway } = await open("web-call");
  await click(page, "Join");
  await sees(page, `in ${CHANNEL} as ${UID}`);
  gateway.say("on_token_privilege_did_expire");
  await expect.poll(() => gateway.joins).toHaveLength(2);
  await sees(page, `in ${CHANNEL} as ${UID}`);
  await page.context().close();
});

test.each([
  ["web-call", /^failed: .+ \(forbidden_channel\)$/],
  ["react-call", /^No more keys: .+ \(forbidden_channel\)$/],
  ["react-native-call", /^failed: .+ \(forbidden_channel\)$/],
  ["several-channels", /^room-1: failed: .+ \(forbidden_channel\)$/],
])("%s says why there will be no key", async (name, said) => {
  const grant = { channels: ["room-2"] };
  const { page, gateway } =
    name === "react-native-call" ? await openNative(grant) : await open(name, grant);
  await click(page, name === "several-channels" ? "Join both" : "Join");
  await sees(page, said);
  expect(gateway.joins).toEqual([]);
  await page.context().close();
});

test.each([
  ["web-call", "Join", /^joining; no key: /, `in ${CHANNEL} as ${UID}`],
  ["react-call", "Join", /^No key: /, `in ${CHANNEL} as ${UID}`],
  ["react-native-call", "Join", /^joining; no key: /, `in ${CHANNEL} as ${UID}`],
  ["several-channels", "Join both", /^room-1: joining; no key: /, `room-1: in as ${UID}`],
])("%s says that it gets no grant, and joins when it does", async (name, button, said, joined) => {
  const { page, setDown } = name === "react-native-call" ? await openNative() : await open(name);
  setDown(true);
  await click(page, button);
  const line = page.getByText(said);
  await line.waitFor();
  expect(await line.textContent()).toMatch(
    /: .*\/grant returned 502 \(grant_unavailable\)\. Trying again in \d+ s$/,
  );
  setDown(false);
  await page.getByText(joined, { exact: true }).waitFor();
  expect(await line.count()).toBe(0);
  await page.context().close();
});

test.each([
  ["web-call", "Join", /^failed: .*invalid token.*\(CAN_NOT_GET_GATEWAY_SERVER\)$/],
  ["react-call", "Join", /^Could not join: .*invalid token/],
  ["several-channels", "Join both", /^room-1: failed: .*invalid token/],
])("%s says that Agora refuses", async (name, button, said) => {
  const { page, gateway } = await open(name);
  gateway.refuse();
  await click(page, button);
  await sees(page, said);
  expect(await page.getByText(/joining/).count()).toBe(0);
  await page.context().close();
});

test("with React in StrictMode: joins, renews, leaves, and joins again", async () => {
  const { page, gateway, paths } = await open("react-call");
  await click(page, "Join");
  await sees(page, `in ${CHANNEL} as ${UID}`);
  expect(gateway.joins).toHaveLength(1);
  expectToken(gateway.joins[0]?.token);
  // The source that StrictMode's first run made, and closed, has asked for nothing.
  expect(paths).toEqual(["/grant", "/v1/keys"]);
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  expectToken(gateway.renewals[0]);
  expect(count(paths, "/v1/keys")).toBe(2);
  await click(page, "Leave");
  await sees(page, "not in a call");
  await click(page, "Join");
  await sees(page, `in ${CHANNEL} as ${UID}`);
  expect(gateway.joins).toHaveLength(2);
  await page.context().close();
});

test("with React: begins again when the token has expired", async () => {
  const { page, gateway } = await open("react-call");
  await click(page, "Join");
  await sees(page, `in ${CHANNEL} as ${UID}`);
  gateway.say("on_token_privilege_did_expire");
  await expect.poll(() => gateway.joins).toHaveLength(2);
  await sees(page, `in ${CHANNEL} as ${UID}`);
  gateway.say("on_token_privilege_will_expire");
  await expect.poll(() => gateway.renewals).toHaveLength(1);
  await page.context().close();
});

/** A component in StrictMode that shows the key that it gets, or why it gets none. */
const component = (useKeys: string) => `
  import { createKeySource } from "latchkey/client";
  import { StrictMode, useEffect, useMemo, useState } from "react";
  import { createRoot } from "react-dom/client";
  import { useKeySource } from "./react-call/src/use-key-source.ts";
  const options = { endpoint: "", channel: "${CHANNEL}", version: 7, grant: async () =>
    (await fetch("/grant", { method: "POST" })).json() };
  function useMemoized() {
    const keys = useMemo(() => createKeySource(options), []);
    useEffect(() => () => keys.close(), [keys]);
    return keys;
  }
  function Key() {
    const keys = ${useKeys};
    const [text, setText] = useState("waiting");
    useEffect(() => void keys?.get().then(setText, ({ code }) => setText(code)), [keys]);
    return <output>{text}</output>;
  }
  createRoot(document.getElementById("root")).render(<StrictMode><Key /></StrictMode>);`;

test.each([
  ["useKeySource gives keys", "useKeySource(options)", /^007/],
  ["a source of useMemo stays closed", "useMemoized()", /^closed$/],
])("in StrictMode %s", async (_, useKeys, shown) => {
  const { page } = await openExample(browser(), await bundleProgram(component(useKeys)));
  const output = page.locator("output");
  await expect.poll(() => output.textContent()).toMatch(shown);
  await page.context().close();
});

async function openNative(grant: object = {}): Promise<OpenExample> {
  const program = `
    import { createRoot } from "react-dom/client";
    import App from "./react-native-call/app.tsx";
    createRoot(document.getElementById("root")).render(<App />);`;
  return openExample(browser(), await bundleProgram(program), grant);
}

interface FakeAgora {
  readonly engines: readonly {
    readonly calls: readonly (readonly unknown[])[];
    readonly handlers: readonly { onRequestToken(): void }[];
  }[];
}

test("with React Native in StrictMode: joins by one engine, renews, and leaves", async () => {
  const { page } = await openNative();
  const engines = () =>
    page.evaluate(() =>
      (globalThis as unknown as { agora: FakeAgora }).agora.engines.map(({ calls }) => calls),
    );
  await click(page, "Join");
  await sees(page, `in ${CHANNEL} as ${UID}`);
  const [calls = []] = await engines();
  expect(calls).toEqual([
    ["initialize", { appId: inject("appId") }],
    ["joinChannel", expect.any(String), CHANNEL, UID, {}],
  ]);
  expectToken(calls[1]?.[1]);
  await page.evaluate(() => {
    const [engine] = (globalThis as unknown as { agora: FakeAgora }).agora.engines;
    for (const { onRequestToken } of engine?.handlers ?? []) onRequestToken();
  });
  await expect.poll(async () => (await engines())[0]?.at(-1)?.[0]).toBe("renewToken");
  expectToken((await engines())[0]?.at(-1)?.[1]);
  await click(page, "Leave");
  await sees(page, "not in a call");
  const all = await engines();
  expect(all).toHaveLength(1);
  expect(all[0]?.slice(-2)).toEqual([["leaveChannel"], ["release"]]);
  await page.context().close();
});

test("one grant serves several channels, also those that are joined later", async () => {
  const { page, gateway, paths } = await open("several-channels");
  await click(page, "Join both");
  for (const channel of [CHANNEL, "team-red"]) await sees(page, `${channel}: in as ${UID}`);
  await click(page, "To the other team");
  await sees(page, "team-red: left");
  await sees(page, `team-blue: in as ${UID}`);
  expect(count(paths, "/grant")).toBe(1);
  expect(count(paths, "/v1/keys")).toBe(3);
  const channels = gateway.joins.map(({ channel, token }) => {
    expectToken(token, channel);
    return channel;
  });
  expect(channels.sort()).toEqual([CHANNEL, "team-blue", "team-red"]);
  await page.context().close();
});
