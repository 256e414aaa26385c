import { expect, inject, test } from "vitest";
import { openConsole, useBrowser } from "./support/page.ts";
import { useEverything } from "./support/walk.ts";

const browser = useBrowser();

test("every request stays at the origin, and has the credential in its header alone", async () => {
  const { page, requests } = await openConsole(browser(), { shipped: true });
  await useEverything(page);
  const serviceKey = inject("serviceKey");
  expect(requests.length).toBeGreaterThan(6);
  for (const request of requests) {
    expect(new URL(request.url()).origin).toBe(inject("origin"));
    expect(request.url()).not.toContain(serviceKey);
    expect(request.postData() ?? "").not.toContain(serviceKey);
    expect(await request.headerValue("referer")).toBeNull();
    expect(await request.headerValue("cookie")).toBeNull();
  }
  const minted = requests.find((request) => request.url().endsWith("/v1/keys"));
  expect(await minted?.headerValue("authorization")).toBe(`Bearer ${serviceKey}`);
  await page.context().close();
});

test("no credential is ever in the address, the page's text or the log", async () => {
  const { page } = await openConsole(browser(), { shipped: true });
  const logged: string[] = [];
  page.on("console", (message) => logged.push(message.text()));
  const secrets = [inject("serviceKey")];
  const look = async (name: string) => {
    // The grant that the page has made, before it signs in with it.
    const grant = await page.locator("#grants-text").inputValue();
    if (grant !== "" && !secrets.includes(grant)) secrets.push(grant);
    const seen = [page.url(), await page.title(), await page.content(), ...logged].join("\n");
    for (const secret of secrets) expect(seen.includes(secret), name).toBe(false);
  };
  await useEverything(page, look);
  expect(secrets).toHaveLength(2);
  await page.context().close();
});

test("the link's credential leaves the address at once, and is in no storage", async () => {
  const { page } = await openConsole(browser(), { shipped: true });
  const serviceKey = inject("serviceKey");
  expect(page.url()).toBe(`${inject("origin")}/`);
  await page.getByRole("button", { name: "Make key" }).click();
  await page.locator("#keys-result").waitFor();
  expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
  const kept = await page.evaluate(async () => ({
    storage: [{ ...localStorage }, { ...sessionStorage }],
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    cookies: document.cookie,
    state: history.state,
    name: window.name,
  }));
  expect(kept).toEqual({
    storage: [{}, {}],
    databases: [],
    caches: [],
    cookies: "",
    state: null,
    name: "",
  });
  expect(await page.context().cookies()).toEqual([]);
  expect(await page.content()).not.toContain(serviceKey);
  expect(await page.locator("#credential").inputValue()).toBe("");

  // A reload forgets it.
  await page.reload();
  await page.getByRole("button", { name: "Make key" }).click();
  await page.getByRole("alert").filter({ hasText: "no_credential" }).waitFor();
  await page.context().close();
});

test("a typed credential works, and is removed from the field", async () => {
  const { page } = await openConsole(browser(), { shipped: true });
  await page.goto("about:blank");
  await page.goto(inject("origin"));
  const field = page.getByLabel("Service key or grant");
  expect(await field.getAttribute("type")).toBe("password");
  expect(await field.getAttribute("autocomplete")).toBe("off");
  await field.fill(inject("serviceKey"));
  await field.press("Enter");
  expect(await field.inputValue()).toBe("");
  await page.getByRole("button", { name: "Make key" }).click();
  await page.locator("#keys-result").waitFor();
  expect(page.url()).toBe(`${inject("origin")}/`);
  await page.context().close();
});

test("the policy blocks an injected script, a handler, a foreign request and a frame", async () => {
  const { page } = await openConsole(browser(), { shipped: true });
  const blocked: string[] = [];
  await page.exposeFunction("tellBlocked", (directive: string) => blocked.push(directive));
  await page.evaluate(() => {
    const tell = (window as unknown as { tellBlocked(directive: string): void }).tellBlocked;
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
      tell(effectiveDirective),
    );
    try {
      document.body.innerHTML += "<img src=x onerror='window.injected = true'>";
    } catch (error) {
      tell(error instanceof TypeError ? "markup" : "");
    }
    // Elements, which an attacker may use where markup is refused.
    const script = document.createElement("script");
    script.append("window.injected = true");
    const frame = document.createElement("iframe");
    frame.src = "/docs";
    document.body.append(script, frame);
    fetch("https://example.com/").catch(() => tell("request"));
  });
  await expect
    .poll(() => blocked)
    .toEqual(
      expect.arrayContaining([
        "markup",
        "require-trusted-types-for",
        "frame-src",
        "connect-src",
        "request",
      ]),
    );
  expect(await page.evaluate(() => "injected" in window)).toBe(false);
  await page.context().close();
});

test("an inline script in the page itself does not run", async () => {
  const context = await browser().newContext();
  // The Worker's page with its headers, and a script that was added on the way.
  await context.route(`${inject("origin")}/`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(
      "</head>",
      "<script>window.injected = true</script></head>",
    );
    await route.fulfill({ response, body });
  });
  const page = await context.newPage();
  const refused: string[] = [];
  page.on("console", (message) => refused.push(message.text()));
  await page.goto(inject("origin"));
  expect(await page.content()).toContain("window.injected");
  expect(await page.evaluate(() => "injected" in window)).toBe(false);
  expect(refused.join()).toMatch(
    /inline script.*Content Security Policy directive.*script-src 'self'/,
  );
  await context.close();
});

test("every file of the console has the security headers", async () => {
  for (const path of ["/", "/console/console.js", "/console/style.css", "/console/icon.svg"]) {
    const { status, headers } = await fetch(inject("origin") + path);
    expect(status).toBe(200);
    const policy = headers.get("content-security-policy") ?? "";
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]) {
      expect(policy).toContain(directive);
    }
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  }
  const missing = await fetch(`${inject("origin")}/console/none.js`);
  expect([missing.status, ((await missing.json()) as { code: string }).code]).toEqual([
    404,
    "not_found",
  ]);
});

test('CONSOLE = "off" switches the console off, but not the service', async () => {
  const origin = inject("originWithoutConsole");
  for (const path of ["/", "/index.html", "/console/console.js", "/console/style.css"]) {
    const response = await fetch(origin + path);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(((await response.json()) as { code: string }).code).toBe("not_found");
  }
  expect((await fetch(`${origin}/ready`)).status).toBe(200);
});
