// The recipes for business servers, run as printed against a real Worker, where this machine has
// their interpreter or compiler.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { IssuedKey, IssuedToken } from "../../src/contract/responses.ts";
import { SECRETS, settings as workerSettings } from "../support/settings.ts";
import { readVendorToken } from "../support/vendor-token.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";
import { expectVendorsKey } from "./oracle.ts";
import { type Recipe, type RunRecipe, SERVER_RECIPES } from "./toolchains.ts";

/** Compilers on a busy machine. */
const TIMEOUT_MS = 240_000;

// Every kind of character that a shell, a header or JSON might take for something else.
const CHANNEL = "room 1!#$%&()+-:;<=.>?@[]^_{}|~,";
const MAX_UID = "4294967295";
const NOT_A_UID = ["0", "4294967296", "abc", ""];

let worker: RunningWorker;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/latchkey-recipes-build-`);
  worker = await startWorker(inject("bundle"), { settings: workerSettings() });
}, TIMEOUT_MS);

afterAll(async () => {
  await worker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test.each(SERVER_RECIPES.map(({ file }) => file))(
  "%s is ASCII, so that it compiles whatever the locale",
  (file) => {
    expect(readFileSync(`docs/recipes/${file}`, "latin1")).toMatch(/^[\n\t -~]*$/);
  },
);

function describeRecipes(
  task: Recipe["task"],
  define: (prepared: () => Promise<RunRecipe>) => void,
): void {
  for (const recipe of SERVER_RECIPES.filter((each) => each.task === task)) {
    const { language, file, needs, isHere } = recipe;
    if (!isHere) {
      // A machine need not have every language. The results name what was not run.
      test.skip(`${language} (${file}) was not run: no ${needs} here`, () => {});
      continue;
    }
    let prepared: Promise<RunRecipe> | undefined;
    describe(`${language} (${file})`, () => {
      define(() => {
        prepared ??= recipe.prepare(folder);
        return prepared;
      });
    });
  }
}

/** What each kind of request is sent to, and what must come back for CHANNEL and MAX_UID. */
const REQUESTS = {
  "channel key": {
    path: "/v1/keys",
    expectIssued(issued: IssuedKey) {
      expect(issued).toMatchObject({
        channel: CHANNEL,
        uid: Number(MAX_UID),
        expiresAt: issued.issuedAt + 3600,
      });
      expectVendorsKey(issued);
    },
  },
  "access token": {
    path: "/v1/tokens",
    expectIssued: ({ token, expiresAt, issuedAt }: IssuedToken) => {
      expect(expiresAt).toBe(issuedAt + 3600);
      const { issueTs, services } = readVendorToken(token, SECRETS.APP_CERTIFICATE);
      expect(issueTs).toBe(issuedAt);
      // The vendor's numbers: 1 and 2 are RTC and RTM; 1 is to join or log in, 2 to 4 to publish.
      const publisher = { 1: 3600, 2: 3600, 3: 3600, 4: 3600 };
      expect(services).toEqual([
        { type: 1, channel_name: CHANNEL, uid: MAX_UID, privileges: publisher },
        { type: 2, user_id: MAX_UID, privileges: { 1: 3600 } },
      ]);
    },
  },
};

describe.each(["channel key", "access token"] as const)(
  "a business server asks for: %s",
  (task) => {
    const { path, expectIssued } = REQUESTS[task];
    describeRecipes(task, (prepared) => {
      const settings = () => ({
        LATCHKEY_URL: worker.url,
        SERVICE_KEY: SECRETS.SERVICE_KEY,
      });

      test("and gets the one that the vendor's code makes", {
        timeout: TIMEOUT_MS,
      }, async () => {
        const recipe = await prepared();
        // A key read from a file often ends with a newline.
        const SERVICE_KEY = `${SECRETS.SERVICE_KEY}\n`;
        // An address is often copied with the slash at its end.
        const LATCHKEY_URL = `${worker.url}/`;
        const { status, stdout, stderr } = await recipe([CHANNEL, MAX_UID], {
          LATCHKEY_URL,
          SERVICE_KEY,
        });
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expectIssued(JSON.parse(stdout));
      });

      test("says why it was refused, and never the service key", {
        timeout: TIMEOUT_MS,
      }, async () => {
        const recipe = await prepared();
        const SERVICE_KEY = "not-the-service-key-of-this-deployment";
        const { status, stdout, stderr } = await recipe(["room-1", "42"], {
          ...settings(),
          SERVICE_KEY,
        });
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toMatch(/401.*unauthenticated/);
        expect(stderr).not.toContain(SERVICE_KEY);
      });

      test("asks for no invalid uid, and for nothing without its settings", {
        timeout: TIMEOUT_MS,
      }, async () => {
        const recipe = await prepared();
        await Promise.all(
          NOT_A_UID.map(async (uid) => {
            const { status, stdout, stderr } = await recipe(["room-1", uid], settings());
            expect({ uid, status, stdout }).toEqual({ uid, status: 1, stdout: "" });
            expect(stderr).toContain("uid must be");
          }),
        );
        const { status, stdout, stderr } = await recipe(["room-1", "42"], {
          ...settings(),
          SERVICE_KEY: "",
        });
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toContain("SERVICE_KEY");
      });

      test("says that nobody responds, and sends the service key to no other address", {
        timeout: TIMEOUT_MS,
      }, async () => {
        const recipe = await prepared();
        const paths: string[] = [];
        const elsewhere = createServer((request, response) => {
          paths.push(request.url ?? "");
          response.writeHead(302, { Location: "/elsewhere" }).end();
        });
        await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
        const LATCHKEY_URL = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
        const redirected = await recipe(["room-1", "42"], { ...settings(), LATCHKEY_URL });
        await new Promise((resolve) => elsewhere.close(resolve));
        expect(redirected).toMatchObject({ status: 1, stdout: "" });
        expect(paths).toEqual([path]);

        const { status, stdout, stderr } = await recipe(["room-1", "42"], {
          ...settings(),
          LATCHKEY_URL,
        });
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr.trim()).not.toBe("");
        expect(stderr).not.toContain(SECRETS.SERVICE_KEY);
      });
    });
  },
);

describe("a business server signs a grant", () => {
  describeRecipes("grant", (prepared) => {
    const settings = () => ({ GRANT_SECRET: SECRETS.GRANT_SECRET });

    test("and gets a key for it", { timeout: TIMEOUT_MS }, async () => {
      const recipe = await prepared();
      const { status, stdout, stderr } = await recipe([CHANNEL, MAX_UID], settings());
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const grant = stdout.trim();
      const response = await fetch(`${worker.url}/v1/keys`, {
        method: "POST",
        headers: { Authorization: `Bearer ${grant}`, "Content-Type": "application/json" },
        body: JSON.stringify({ channel: CHANNEL, expiresIn: 7200 }),
      });
      const issued: IssuedKey = await response.json();
      expect(response.status, JSON.stringify(issued)).toBe(200);
      // The recipe's grant allows a key 3600 seconds.
      expect(issued).toMatchObject({ uid: Number(MAX_UID), expiresAt: issued.issuedAt + 3600 });
      expectVendorsKey(issued);
    });

    test("with the claims of the contract, and an id of its own each time", {
      timeout: TIMEOUT_MS,
    }, async () => {
      const recipe = await prepared();
      const secret = new TextEncoder().encode(SECRETS.GRANT_SECRET);
      const ids = new Set<unknown>();
      for (let i = 0; i < 2; i++) {
        const { stdout } = await recipe(["team-*", "42"], settings());
        const options = {
          algorithms: ["HS256"],
          audience: "latchkey",
          issuer: "business-server",
          typ: "JWT",
        };
        const { payload } = await jwtVerify(stdout.trim(), secret, options);
        const { jti, iat, exp, ...rest } = payload;
        expect(rest).toEqual({
          iss: "business-server",
          aud: "latchkey",
          sub: "user-42",
          channels: ["team-*"],
          uid: 42,
          maxKeyExpiresIn: 3600,
        });
        expect(Number(exp) - Number(iat)).toBe(4 * 3600);
        ids.add(jti);
      }
      expect(ids.size).toBe(2);
    });

    test("signs for no invalid uid, and nothing without its secret", {
      timeout: TIMEOUT_MS,
    }, async () => {
      const recipe = await prepared();
      await Promise.all(
        NOT_A_UID.map(async (uid) => {
          const { status, stdout, stderr } = await recipe(["room-1", uid], settings());
          expect({ uid, status, stdout }).toEqual({ uid, status: 1, stdout: "" });
          expect(stderr).toContain("uid must be");
        }),
      );
      const { status, stdout, stderr } = await recipe(["room-1", "42"], { GRANT_SECRET: "" });
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain("GRANT_SECRET");
    });
  });
});
