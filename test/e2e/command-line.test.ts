// The command line against a deployment: a workerd with the Worker as it is deployed.

import { once } from "node:events";
import { createServer, type RequestListener, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { latchkey, type Outcome } from "../support/command-line.ts";
import { APP_ID, SECRETS, settings } from "../support/settings.ts";
import { readVendorToken } from "../support/vendor-token.ts";
import { CLOCK_HEADER } from "../support/worker/fake-bindings.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";

const { APP_CERTIFICATE, SERVICE_KEY, GRANT_SECRET } = SECRETS;
const ORIGIN = "https://app.example.com";
const KEY = ["key", "--channel", "room-1", "--uid", "42"];

let worker: RunningWorker;
beforeAll(async () => {
  const options = { settings: settings({ ALLOWED_ORIGINS: ORIGIN }), hasTestClock: true };
  worker = await startWorker(inject("bundle"), options);
});
afterAll(() => worker?.stop());

/** What a test starts and its end stops. */
const stops: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

const ask = (args: readonly string[], more: Record<string, string> = {}): Promise<Outcome> =>
  latchkey(args, { env: { LATCHKEY_URL: worker.url, SERVICE_KEY, ...more } });

/** A server of the test's own; its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stands between the command line and the deployment, and changes what passes. */
function proxy(more: Record<string, string>, without: readonly string[]): Promise<string> {
  return serve((incoming, outgoing) => {
    const { method, headers, url = "" } = incoming;
    const passed = send(worker.url + url, { method, headers: { ...headers, ...more } }, (reply) => {
      const kept = Object.entries(reply.headers).filter(([name]) => !without.includes(name));
      outgoing.writeHead(reply.statusCode ?? 500, Object.fromEntries(kept));
      reply.pipe(outgoing);
    });
    incoming.pipe(passed);
  });
}

const stateOf = ({ stdout }: Outcome, name: string) =>
  new RegExp(`^(ok|warning|failed|skipped) +${name}  `, "m").exec(stdout)?.[1];

describe("key, token and grant", () => {
  test("are made by the deployment, with a service key and without a certificate", async () => {
    const key = await ask([...KEY, "--key-version", "7"]);
    expect(key.status).toBe(0);
    expect(readVendorToken(key.stdout.split("\n")[0] ?? "", APP_CERTIFICATE).appId).toBe(APP_ID);
    expect(key.stdout).toContain(`by ${worker.url}`);
    const token = await ask(["token", "--rtm", "alice", "--quiet"]);
    expect(readVendorToken(token.stdout.trim(), APP_CERTIFICATE).services).toMatchObject([
      { user_id: "alice" },
    ]);
    const args = ["grant", "--channel", "room-1", "--uid", "42", "--expires-in", "1h", "--quiet"];
    const grant = (await ask(args)).stdout.trim();
    const own = await latchkey(["key", "--channel", "room-1", "--json"], {
      env: { LATCHKEY_URL: `${worker.url}//`, SERVICE_KEY: grant },
    });
    expect(own.json).toMatchObject({ uid: 42 });
  });

  test("take a service key from stdin", async () => {
    const args = [...KEY, "--url", worker.url, "--stdin", "--json"];
    const { json } = await latchkey(args, { input: `${SERVICE_KEY}\n` });
    expect(json).toMatchObject({ appId: APP_ID });
  });

  test.each([
    [[...KEY, "--key-version", "1"]],
    [[...KEY, "--key-version", "6", "--expires-in", "0"]],
    [[...KEY, "--account", "alice", "--role", "publisher", "--service", "recording"]],
    [["key", "--channel", "a/b", "--uid", "x", "--sdk-version", "latest"]],
    [[...KEY, "--sdk-version", "2.2.0"]],
    [[...KEY, "--random-int", "7"]],
    [[...KEY, "--service", "inChannelPermission"]],
    [["token", "--rtc", "room-1", "--rtm", "a/b", "--chat", "Bob"]],
    [["token", "--chat", "bob", "--chat-app"]],
    [["token", "--rtc", "room-1", "--uid", "1", "--expires-in", "2d"]],
    [["grant", "--channel", "*a", "--uid", "1", "--account", "b", "--expires-in", "2d"]],
    [["grant", "--channel", "a", "--account", "42", "--expires-in", "1h", "--service", "rtm2"]],
  ])("are refused offline as the deployment refuses them: %j", async (args) => {
    const offline = { APP_ID, APP_CERTIFICATE, GRANT_SECRET };
    const [there, here] = await Promise.all([ask(args), latchkey(args, { env: offline })]);
    expect(there.status).toBeGreaterThan(0);
    expect(here).toEqual(there);
  });
});

test("inspect has the signature verified by the deployment", async () => {
  const { stdout: input } = await ask([...KEY, "--quiet"]);
  const env = { LATCHKEY_URL: worker.url, SERVICE_KEY };
  const args = ["inspect", "--channel", "room-1", "--uid"];
  const right = await latchkey([...args, "42"], { env, input });
  expect(right.status).toBe(0);
  expect(right.stdout).toMatch(/^accepted: /);
  const wrong = await latchkey([...args, "43", "--json"], { env, input });
  expect(wrong.status).toBe(1);
  expect(wrong.json).toMatchObject({ verdict: "refused", signature: "invalid" });
});

test("revoke adds an entry, lists it and ends it", async () => {
  const args = ["revoke", "--subject", "user-7", "--channel", "room-1", "--until", "2h", "--json"];
  const { json } = await ask(args);
  const entry = json as { id: string; until: number };
  expect(entry).toMatchObject({ sub: "user-7", channel: "room-1" });
  expect(Math.abs(entry.until - Date.now() / 1000 - 7200)).toBeLessThan(60);
  const list = await ask(["revoke", "--list"]);
  expect(list.stdout).toMatch(/^ {2}sub +user-7$/m);
  expect((await ask(["revoke", "--list", "--json"])).json).toEqual({ revocations: [entry] });
  expect(await ask(["revoke", "--end", entry.id])).toMatchObject({ status: 0, stdout: "ended\n" });
  expect((await ask(["revoke", "--list"])).stdout).toBe("nothing is revoked\n");
  const everyone = await ask(["revoke", "--issued-before", "0s", "--json"]);
  const { issuedBefore } = everyone.json as { issuedBefore: number };
  expect(Math.abs(issuedBefore - Date.now() / 1000)).toBeLessThan(60);
  // Without the vendor's credentials it can't be done, and the list says why.
  const ejected = await ask(["revoke", "--uid", "42", "--channel", "room-1", "--eject"]);
  expect(ejected.stdout).toMatch(/^revoked\n[\s\S]*^ {2}ejection +failed: \w/m);
  const removal = /^latchkey revoke: The user was not removed from the call: \w.*\n$/;
  expect(ejected.stderr).toMatch(removal);
  expect(ejected.status).toBe(1);
  const asJson = await ask(["revoke", "--uid", "42", "--channel", "room-1", "--eject", "--json"]);
  expect(asJson.json).toMatchObject({ uid: 42, ejection: { state: "failed" } });
  expect(JSON.parse(asJson.stderr)).toMatchObject({ code: "ejection_failed" });
  expect(asJson.status).toBe(1);
  const again = await ask(["revoke", "--end", entry.id]);
  expect(again.status).toBe(1);
  expect(again.stderr).toContain("(not_found)");
});

test("service-key new makes a key that the deployment of its entry takes, within its limits", async () => {
  const args = ["service-key", "new", "--id", "team", "--channel", "team-*", "--json"];
  const { json } = await latchkey([...args, "--allow", "keys", "--allow", "inspect"]);
  const { key, entry } = json as { key: string; entry: object };
  const own = { ...settings(), SERVICE_KEYS: JSON.stringify([entry]) };
  const team = await startWorker(inject("bundle"), { settings: own });
  stops.push(team.stop);
  const env = { LATCHKEY_URL: team.url, SERVICE_KEY: key };
  const made = await latchkey(["key", "--channel", "team-1", "--uid", "42"], { env });
  expect([made.stderr, made.status]).toEqual(["", 0]);
  const refused = await latchkey(KEY, { env });
  expect(refused.stderr).toContain("(forbidden_channel)");
  expect(refused.status).toBe(1);
  const outcome = await latchkey(["doctor", "--channel", "team-1"], { env });
  expect(outcome.stdout).toMatch(/^ok +service key +team: may keys, inspect, in team-\*$/m);
  const states = ["key", "inspection", "grant", "revocations"].map((name) =>
    stateOf(outcome, name),
  );
  expect(states).toEqual(["ok", "ok", "skipped", "skipped"]);
});

describe("doctor", () => {
  const doctor = (...args: string[]) => ask(["doctor", worker.url, "--origin", ORIGIN, ...args]);

  test("finds nothing in a good deployment, and shows nothing that it made", async () => {
    const outcome = await doctor();
    expect(outcome.stdout).toMatch(/^warning {2}https /m);
    expect(outcome.stdout).toMatch(/^ok +service key +SERVICE_KEY: may keys, batch, /m);
    expect(outcome.stdout).toMatch(/\n12 ok, 1 warning, 0 failed, 0 skipped\n$/);
    expect(outcome.status).toBe(0);
    expect(outcome.stdout).not.toMatch(/00[1-7][A-Za-z0-9+/]{20}|eyJ/);
    const { json } = await doctor("--json");
    expect(json).toMatchObject({ url: worker.url, result: "warning" });
  });

  test("says what it could not look at, without a service key and an origin", async () => {
    const outcome = await latchkey(["doctor", worker.url]);
    for (const name of ["cors", "service key"]) expect(stateOf(outcome, name)).toBe("skipped");
    for (const name of ["key", "grant", "revocations"])
      expect(stateOf(outcome, name)).toBeUndefined();
    expect(outcome.status).toBe(0);
  });

  test("names a wrong origin, and a wrong service key", async () => {
    const outcome = await latchkey(["doctor", worker.url, "--origin", "https://other.example"], {
      env: { SERVICE_KEY: SECRETS.GRANT_SECRET },
    });
    for (const name of ["cors", "service key", "key", "grant", "revocations"])
      expect(stateOf(outcome, name)).toBe("failed");
    expect(outcome.stdout).toContain("-> add it to ALLOWED_ORIGINS");
    expect(outcome.stdout).toContain("-> SERVICE_KEY must be one of this deployment's");
    expect(stateOf(outcome, "health")).toBe("ok");
    expect(outcome.status).toBe(1);
  });

  test("leaves out what its credential may not, and names it", async () => {
    const args = ["grant", "--channel", "doctor", "--uid", "42", "--expires-in", "1h", "--quiet"];
    const grant = (await ask(args)).stdout.trim();
    const outcome = await latchkey(["doctor", worker.url], { env: { SERVICE_KEY: grant } });
    expect(outcome.stdout).toMatch(
      /^ok +service key +[\w-]+: may keys, tokens, in doctor, until /m,
    );
    for (const name of ["key", "grant", "revocations"])
      expect(stateOf(outcome, name)).toBe("skipped");
    expect(outcome.stdout).toContain("-> use a service key that may");
    expect(outcome.stdout).not.toContain(grant.split(".")[1]);
    expect(outcome.status).toBe(0);
  });

  test("names each problem and each warning of a deployment that is not ready", async () => {
    const { APP_CERTIFICATE: _, ...left } = settings();
    const sick = await startWorker(inject("bundle"), { settings: left, hasBindings: false });
    stops.push(sick.stop);
    const outcome = await latchkey(["doctor", sick.url], { env: { SERVICE_KEY } });
    expect(outcome.stdout).toMatch(/^failed +ready +APP_CERTIFICATE is missing/m);
    expect(outcome.stdout).toMatch(/^failed +ready +REVOCATION_LIST is not bound/m);
    for (const name of ["key", "grant", "revocations"])
      expect(stateOf(outcome, name)).not.toBe("ok");
    expect(outcome.status).toBe(1);
  });

  test("says where access can't be revoked, and that a project has no certificate", async () => {
    const { APP_CERTIFICATE: _, APP_CERTIFICATE_PREVIOUS: __, ...left } = settings();
    const env = { ...left, KEY_MODE: "app-id", REVOCATIONS: "off" };
    const open = await startWorker(inject("bundle"), { settings: env, hasBindings: false });
    stops.push(open.stop);
    const outcome = await latchkey(["doctor", open.url], { env: { SERVICE_KEY } });
    expect(outcome.stdout).toMatch(/^ok +key +none, and that is right here/m);
    expect(stateOf(outcome, "revocations")).toBe("warning");
    expect(outcome.stdout).toMatch(/^warning +ready +RATE_LIMIT_BY_SUBJECT is not bound/m);
    expect(outcome.status).toBe(0);
  });

  test("sees a proxy that takes headers away, and a clock that is wrong", async () => {
    const url = await proxy({ [CLOCK_HEADER]: "3600" }, [
      "cache-control",
      "x-content-type-options",
    ]);
    const outcome = await latchkey(["doctor", url], { env: { SERVICE_KEY } });
    for (const name of ["headers", "key headers"]) expect(stateOf(outcome, name)).toBe("failed");
    expect(outcome.stdout).toContain("cache-control, x-content-type-options missing or changed");
    expect(outcome.stdout).toMatch(/^warning +clock +this machine's is .*(59 min|1 h).* behind/m);
    expect(outcome.status).toBe(1);
  });

  test("sees a proxy that lends everyone a service key", async () => {
    const url = await proxy({ authorization: `Bearer ${SERVICE_KEY}` }, []);
    const outcome = await latchkey(["doctor", url], { env: { SERVICE_KEY } });
    for (const name of ["strangers", "grant"]) expect(stateOf(outcome, name)).toBe("failed");
    expect(outcome.stdout).toContain("without a credential is answered with status 200, not 401");
  });
});

describe("what goes wrong on the way", () => {
  test("a deployment refuses: exit code 1, with the code", async () => {
    const { status, stderr } = await ask(KEY, { SERVICE_KEY: GRANT_SECRET });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^latchkey key: .* \(unauthenticated\)\n$/);
  });

  test.each([KEY, ["revoke", "--list"], ["doctor"]])(
    "nothing listens: exit code 3 (%s)",
    async (...args) => {
      // A port that was free a moment ago.
      const url = await serve(() => undefined);
      await Promise.all(stops.splice(0).map((stop) => stop()));
      const { status, stderr, stdout } = await ask(args, { LATCHKEY_URL: url });
      expect(status).toBe(3);
      expect(stderr + stdout).toContain("The deployment can't be reached: nothing listens there");
    },
  );

  test("https at a port of http: exit code 3, and it is said", async () => {
    const url = await serve((_, response) => response.end());
    const { status, stderr } = await ask(KEY, { LATCHKEY_URL: url.replace("http:", "https:") });
    expect(status).toBe(3);
    expect(stderr).toContain("it answers by http, not https");
  });

  test("an ejection that is not over yet is no failure", async () => {
    const url = await serve((_, response) => {
      const revocation = { id: "1", uid: 42, until: 1, ejection: { state: "pending" } };
      const type = { "Content-Type": "application/json" };
      response.writeHead(201, type).end(JSON.stringify(revocation));
    });
    const args = ["revoke", "--uid", "42", "--channel", "room-1", "--eject"];
    expect(await ask(args, { LATCHKEY_URL: url })).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([
    ["a page", 200, "text/html", "<p>Welcome</p>", "no Latchkey deployment"],
    ["other JSON", 200, "application/json", '{"hello":1}', "no Latchkey deployment"],
    ["another's error", 404, "text/html", "<p>Not found</p>", "no Latchkey deployment"],
    ["a gateway's error", 502, "text/html", "<p>Bad gateway</p>", "answers with status 502"],
    ["a redirect", 302, "text/html", "", "redirects elsewhere"],
  ])(
    "%s answers: exit code 3, and the credential goes nowhere else",
    async (_, status, type, body, message) => {
      let requests = 0;
      const target = await serve((_, response) => {
        requests++;
        response.end();
      });
      const url = await serve((_, response) => {
        response.writeHead(status, { "Content-Type": type, Location: target }).end(body);
      });
      const outcome = await ask(KEY, { LATCHKEY_URL: url });
      expect(outcome.stderr).toContain(message);
      expect([outcome.status, outcome.stdout]).toEqual([3, ""]);
      expect(requests).toBe(0);
    },
  );

  test("a server that sends the credential back, or signs that rewrite a screen", async () => {
    const url = await serve((request, response) => {
      const text = `\x1b[2J${request.headers.authorization}`;
      const problem = { code: text, detail: text, errors: [{ path: text, message: text }] };
      response.writeHead(400, { "Content-Type": "application/problem+json" });
      response.end(JSON.stringify(problem));
    });
    for (const args of [KEY, [...KEY, "--json"], ["doctor"]]) {
      const { stdout, stderr } = await ask(args, { LATCHKEY_URL: url });
      expect(stdout + stderr).not.toContain(SERVICE_KEY);
      expect(stdout + stderr).not.toContain("\x1b");
      expect(stdout + stderr).not.toContain("\\u001b");
    }
  });

  test("no name and no value of a server rewrites the screen, in any form of any command", async () => {
    // Terminal commands of one and two bytes, both line separators, and text that runs backwards.
    const signs = "\u001b[2J\u009b31m\u009d0;x\u0007\u2028\u2029\u202e\u2066\u200b\ufeff";
    const text = `a${signs}b`;
    const service = { type: text, account: text, privileges: { [text]: 1 } };
    const finding = { code: text, message: text, sdkErrors: [{ number: text }] };
    const url = await serve((request, response) => {
      const path = request.url ?? "";
      if (path.startsWith("/refused/")) {
        const errors = [{ path: text, message: text }];
        return response.writeHead(403).end(JSON.stringify({ code: text, detail: text, errors }));
      }
      const list = path.startsWith("/v1/revocations") && request.method === "GET";
      const body = {
        ...{ [text]: text, version: 7, appId: text, channel: text, account: text, role: text },
        ...(path === "/v1/keys" && { key: "007" }),
        ...(path === "/v1/tokens" && { token: "007", services: [service] }),
        ...(path === "/v1/grants" && { grant: "e30", jti: text, subject: text }),
        ...(path === "/v1/keys/inspect" && { verdict: text, signature: text, findings: [finding] }),
        ...(path === "/v1/caller" && { kind: text, id: text, allow: [text], channels: [text] }),
        ...(path === "/ready" && { status: "ready", warnings: [{ name: text, message: text }] }),
        ...(list
          ? { revocations: [{ id: "1", until: 1, [text]: text, ejection: { state: text } }] }
          : { id: "1", until: 1, sub: text }),
      };
      const status = request.method === "POST" && path === "/v1/revocations" ? 201 : 200;
      return response.writeHead(status).end(JSON.stringify(body));
    });
    const grant = ["grant", "--channel", "a", "--uid", "1", "--expires-in", "1h"];
    const commands = [KEY, ["token", "--rtm", "a"], grant, ["inspect"], ["doctor"]];
    const revoke = [
      ["revoke", "--list"],
      ["revoke", "--uid", "1"],
    ];
    for (const command of [...commands, ...revoke]) {
      for (const args of [command, [...command, "--json"]]) {
        for (const address of [url, `${url}/refused`]) {
          const { stdout, stderr } = await ask(args, { LATCHKEY_URL: address });
          const said = stdout + stderr;
          expect(said, args.join(" ")).toMatch(/\S/);
          expect(said, args.join(" ")).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/u);
          expect(said, args.join(" ")).not.toContain("defect");
        }
      }
    }
    // A program still reads what the server said.
    const { json } = await ask([...KEY, "--json"], { LATCHKEY_URL: url });
    expect(json).toMatchObject({ [text]: text });
  });

  test.each([
    ["grow for ever", (page: number) => `${page}`, 2_000],
    ["go round", (page: number) => `${page % 3}`, 3],
    ["are no numbers", (page: number) => `x${page}`, 1],
  ])("a list of revocations whose cursors %s is given up", async (_, cursorOf, pages) => {
    let asked = 0;
    const url = await serve((_request, response) => {
      response.end(JSON.stringify({ revocations: [], cursor: cursorOf(++asked) }));
    });
    const outcome = await ask(["revoke", "--list"], { LATCHKEY_URL: url });
    expect(outcome).toMatchObject({ status: 3, stdout: "" });
    expect(outcome.stderr).toContain("no Latchkey deployment: its list has no end");
    expect(asked).toBe(pages);
  });

  test.each([
    ["a line", "005\n--evil"],
    ["a list", ["005\n--evil"]],
    ["a terminal command", "005\u009b31m"],
    ["a change of direction", "005\u202e"],
  ])("a key with more than a key in it is not printed: %s", async (_, key) => {
    const url = await serve((_, response) => {
      const issued = { key, version: 5, serverTime: 0, expiresAt: 1, renewAt: 1 };
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(issued));
    });
    const { status, stdout } = await ask([...KEY, "--quiet"], { LATCHKEY_URL: url });
    expect([status, stdout]).toEqual([3, ""]);
  });

  test.each([
    [429, "rate_limited"],
    [503, "revocations_unavailable"],
  ])("status %i may pass: exit code 3, and how to go on", async (status, code) => {
    const url = await serve((_, response) => {
      const type = { "Content-Type": "application/problem+json" };
      response.writeHead(status, { ...type, "Retry-After": "90", "Request-Id": "a1-b2" });
      response.end(JSON.stringify({ code, detail: "Not now." }));
    });
    const outcome = await ask(KEY, { LATCHKEY_URL: url });
    expect(outcome.status).toBe(3);
    const help = "Not now. Try again in 1 min 30 s. The request's id is a1-b2.";
    expect(outcome.stderr).toBe(`latchkey key: ${help}\n`);
  });
});
