import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { PROBLEMS } from "../../src/contract/problem-types.ts";
import { SCHEMA_EXAMPLES } from "../../src/contract/schema-examples.ts";
import { inspect } from "../../src/keys/inspect.ts";
import { ASSETS } from "../support/assets.ts";
import { TestDeployment, type TestResponse } from "../support/deployment.ts";
import { Edge, newAppId } from "../support/edge.ts";
import { signGrant } from "../support/grants.ts";
import { type Document, mismatches, responseSchema } from "../support/openapi.ts";

const deployment = new TestDeployment({ bindings: ASSETS });

async function describedApi(): Promise<Document> {
  return (await deployment.get("/openapi.json")).json as unknown as Document;
}

describe("GET /openapi.json", () => {
  test("is an OpenAPI 3.1 document, whatever the configuration", async () => {
    const response = await deployment.get("/openapi.json");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.json.openapi).toMatch(/^3\.1\.\d+$/);
    const env = { SERVICE_KEY: undefined };
    const unconfigured = await new TestDeployment({ env, bindings: ASSETS }).get("/openapi.json");
    expect(unconfigured.json).toEqual(response.json);
  });

  test("describes every route but itself and the pages, and no other", async () => {
    const routes = createApp()
      .routes.filter(({ method, path }) => method !== "ALL" && path !== "/*")
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    const { paths } = await describedApi();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const pages = [
      ...["GET /openapi.json", "GET /llms.txt", "GET /docs", "GET /docs/{file}"],
      ...["GET /", "GET /console/{file}"],
    ];
    expect([...new Set(routes)].filter((route) => !pages.includes(route)).sort()).toEqual(
      described.sort(),
    );
    for (const page of pages) expect(routes).toContain(page);
  });

  test("names every code among the problems, and each of a route's statuses", async () => {
    const { components, paths } = await describedApi();
    expect(components.schemas.Problem?.properties?.code?.enum).toEqual(Object.keys(PROBLEMS));
    const statuses = Object.keys(paths["/v1/keys"]?.post?.responses ?? {}).map(Number);
    const perRoute = [200, 400, 401, 403, 413, 415, 429, 500, 503];
    expect(statuses.sort()).toEqual(perRoute);
  });

  test("asks for a credential wherever the service does", async () => {
    const { paths } = await describedApi();
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const response = await deployment.call(path, {
          method: method.toUpperCase(),
          credential: null,
        });
        expect({ method, path, isOpen: security?.length === 0 }).toEqual({
          method,
          path,
          isOpen: response.status !== 401,
        });
      }
    }
  });

  describe("holds what is really answered:", () => {
    const rows: readonly [string, string, string, () => Promise<TestResponse>][] = [
      ["get", "/health", "200", () => deployment.get("/health")],
      ["get", "/ready", "200", () => deployment.get("/ready")],
      ["get", "/ready", "503", () => new TestDeployment({ env: { APP_ID: "x" } }).get("/ready")],
      ["post", "/v1/keys", "200", () => deployment.post("/v1/keys", { channel: "a", uid: 1 })],
      ["post", "/v1/keys", "200", () => deployment.post("/v1/keys", { channel: "a", version: 1 })],
      [
        "post",
        "/v1/keys",
        "200",
        () =>
          new TestDeployment({ env: { EXACT_TIMES: "on" } }).post("/v1/keys", {
            channel: "a",
            uid: 1,
            expiresIn: 0,
            issuedAt: 2 ** 32 - 1,
          }),
      ],
      [
        "post",
        "/v1/keys",
        "200",
        () =>
          new TestDeployment({ env: { KEY_MODE: "app-id" } }).post("/v1/keys", {
            channel: "a",
            uid: 1,
          }),
      ],
      [
        "post",
        "/v1/keys/batch",
        "200",
        () => deployment.post("/v1/keys/batch", { channel: "a", uids: [1, 2] }),
      ],
      [
        "post",
        "/v1/keys",
        "200",
        () => deployment.post("/v1/keys", { channel: "a", account: "b", version: 6 }),
      ],
      [
        "post",
        "/v1/keys/batch",
        "200",
        () => deployment.post("/v1/keys/batch", { channel: "a", accounts: ["b"] }),
      ],
      ["post", "/v1/tokens", "200", askForToken],
      ["post", "/v1/tokens", "400", () => deployment.post("/v1/tokens", { services: [{}] })],
      ["post", "/v1/keys/inspect", "200", () => deployment.post("/v1/keys/inspect", { key: "" })],
      ["post", "/v1/keys/inspect", "200", inspectAKey],
      [
        "post",
        "/v1/grants",
        "200",
        () => deployment.post("/v1/grants", { channels: ["a"], uid: 1, expiresIn: 60 }),
      ],
      ["get", "/v1/caller", "200", () => describeCaller()],
      ["get", "/v1/caller", "200", async () => describeCaller(await signGrant())],
      ["post", "/v1/keys", "400", () => deployment.post("/v1/keys", {})],
      ["post", "/v1/keys", "401", () => deployment.post("/v1/keys", {}, { credential: null })],
    ];

    test.each(rows)("%s %s %s", async (method, path, status, ask) => {
      const response = await ask();
      expect(String(response.status)).toBe(status);
      const document = await describedApi();
      const schema = responseSchema(document, path, method, status);
      expect(mismatches(document, schema, response.json)).toEqual([]);
      // The check itself can fail: no response is a number, and none has a field that its schema
      // does not list.
      expect(mismatches(document, schema, 42)).not.toEqual([]);
      expect(mismatches(document, schema, { ...response.json, undocumented: 1 })).not.toEqual([]);
    });
  });
});

describe("the examples are what the service really takes and answers:", () => {
  const rows = [
    ["/v1/keys", "KeyRequest", "IssuedKey", 200],
    ["/v1/keys/batch", "KeysRequest", "IssuedKeys", 200],
    ["/v1/tokens", "TokenRequest", "IssuedToken", 200],
    ["/v1/grants", "GrantRequest", "IssuedGrant", 200],
    ["/v1/revocations", "RevocationRequest", "Revocation", 201],
  ] as const;

  test.each(rows)("POST %s", async (path, request, response, success) => {
    const { status, json } = await new Edge(newAppId()).post(path, SCHEMA_EXAMPLES[request]);
    expect(status).toBe(success);
    expect(Object.keys(SCHEMA_EXAMPLES[response]).sort()).toEqual(Object.keys(json).sort());
  });

  test("POST /v1/keys/inspect", async () => {
    const { KeyRequest, InspectRequest, KeyInspection } = SCHEMA_EXAMPLES;
    const aged = new TestDeployment();
    const { key } = (await aged.post("/v1/keys", KeyRequest)).json;
    aged.host.time += 1500;
    const { json } = await aged.post("/v1/keys/inspect", { ...InspectRequest, key });
    expect(Object.keys(KeyInspection).sort()).toEqual(Object.keys(json).sort());
    const { verdict, findings } = KeyInspection;
    expect(json).toMatchObject({ verdict, findings });
  });

  test("keys and tokens say what stands beside them", () => {
    const { IssuedKey, IssuedKeys, IssuedToken } = SCHEMA_EXAMPLES;
    for (const { key, randomInt } of [IssuedKey, ...IssuedKeys.keys]) {
      const { appId, issuedAt, expiresAt } = IssuedKey;
      const said = { appId, unixTs: issuedAt, expiredTs: expiresAt, randomInt };
      expect(inspect(String(key))).toMatchObject(said);
    }
    const { token, appId, issuedAt, salt } = IssuedToken;
    expect(inspect(token)).toMatchObject({ version: 7, appId, issueTs: issuedAt, salt });
  });
});

function describeCaller(credential?: string): Promise<TestResponse> {
  return deployment.call("/v1/caller", { method: "GET", ...(credential && { credential }) });
}

function askForToken(): Promise<TestResponse> {
  const permissions = { messageChannels: { read: ["b"], write: [] }, users: {} };
  const services = [
    { type: "rtc", channel: "a", uid: 1 },
    { type: "rtm", userId: "b" },
    { type: "rtm2", userId: "b", permissions },
    { type: "chat", app: true },
  ];
  return deployment.post("/v1/tokens", { services });
}

async function inspectAKey(): Promise<TestResponse> {
  const asked = { channel: "a", uid: 1 };
  const { json } = await deployment.post("/v1/keys", {
    ...asked,
    service: "inChannelPermission",
    permission: "noUpload",
  });
  return deployment.post("/v1/keys/inspect", { ...asked, key: json.key });
}

describe("GET /docs", () => {
  test("is a page that runs this deployment's files alone, and talks to it alone", async () => {
    const response = await deployment.get("/docs");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/html; charset=utf-8$/i);
    const policy = (response.headers.get("content-security-policy") ?? "").split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.filter((directive) => /\*|https?:|blob:|eval/.test(directive))).toEqual([]);
    const loose = policy.filter((directive) => directive.includes("unsafe"));
    expect(loose).toEqual(["style-src 'self' 'unsafe-inline'"]);
  });

  test("refers to nothing outside the deployment, and to nothing that is missing", async () => {
    const { text } = await deployment.get("/docs");
    const references = Array.from(
      text.matchAll(/(?:href|src|srcset|action|poster|data)\s*=\s*"([^"]*)"/g),
      ([, to = ""]) => to,
    );
    expect(references.length).toBeGreaterThan(5);
    expect(text).not.toMatch(/@import|url\(|https?:\/\/|\/\/[a-z]/i);
    for (const to of new Set(references)) {
      if (to === "#") continue;
      if (to.startsWith("#")) expect(text).toContain(`id="${to.slice(1)}"`);
      else expect([to, (await deployment.get(to)).status]).toEqual([to, 200]);
    }
  });

  test("has each code with its cause and remedy, without a script", async () => {
    const { text } = await deployment.get("/docs");
    for (const [code, { title }] of Object.entries(PROBLEMS)) {
      const section = new RegExp(`<section id="${code}"[\\s\\S]*?</section>`).exec(text)?.[0] ?? "";
      expect(section).toContain(title.replaceAll("'", "&#39;"));
      expect(section).toMatch(/<b>Cause\.<\/b> \S.*[\s\S]*<b>Remedy\.<\/b> \S/);
    }
  });

  test("is where a problem's type leads", async () => {
    const { json } = await deployment.get("/nowhere");
    const [path, id] = String(json.type).split("#");
    expect((await deployment.get(String(path))).text).toContain(`id="${id}"`);
  });

  test("has no file but its own", async () => {
    for (const path of ["/docs/none.js", "/docs/none.md", "/docs/a/b"]) {
      expect(await deployment.get(path)).toMatchObject({
        status: 404,
        json: { code: "not_found" },
      });
    }
  });
});

describe("GET /llms.txt", () => {
  test("is plain text in the form of llmstxt.org", async () => {
    const { status, headers, text } = await deployment.get("/llms.txt");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/plain; charset=utf-8$/i);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';/);
    // A title, a summary, text without headings, then sections with lists.
    expect(text).toMatch(/^# Latchkey\n\n(> .*\n)+\n[^#>]+(## \w+\n\n(- .*\n)+\n?)+$/);
  });

  test("leads to what there is, by links that all answer", async () => {
    const links = linksOf((await deployment.get("/llms.txt")).text);
    expect(links).toEqual(expect.arrayContaining(["/openapi.json", "/docs", "/docs/api.md"]));
    for (const link of links) {
      const { status, text } = await deployment.get(link);
      expect([link, status]).toEqual([link, 200]);
      if (!link.endsWith(".md")) continue;
      for (const within of linksOf(text)) {
        if (/^(https:|#)/.test(within)) continue;
        const path = new URL(within, `https://a.test${link}`).pathname;
        expect([within, (await deployment.get(path)).status]).toEqual([within, 200]);
      }
    }
  });

  test("names every operation and every code", async () => {
    const { text } = await deployment.get("/llms.txt");
    for (const [path, methods] of Object.entries((await describedApi()).paths)) {
      for (const method of Object.keys(methods))
        expect(text).toContain(`\`${method.toUpperCase()} ${path}\``);
    }
    for (const code of Object.keys(PROBLEMS)) expect(text).toContain(`- \`${code}\``);
  });
});

function linksOf(markdown: string): string[] {
  return Array.from(markdown.matchAll(/\]\(([^)\s]+)\)/g), ([, to = ""]) => to);
}
