// No text of a grant in anything that is thrown or passed to a listener, whatever the grant is and
// whatever the platform, a proxy or the app's own function throws.

import fc from "fast-check";
import type { Fetch, KeySourceOptions } from "latchkey/client";
import { expect, test } from "vitest";
import { createCall } from "./simulation/call.ts";
import { makeGrant } from "./simulation/service.ts";

/** Every text that can be reached from a value: through causes, own properties and their names. */
function textsOf(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || seen.has(value)) return "";
  seen.add(value);
  const names = Reflect.ownKeys(value);
  return [
    ...names.map(String),
    ...names.map((name) => textsOf((value as Record<PropertyKey, unknown>)[name], seen)),
  ].join("\n");
}

/** Unlikely in any message of the platform. */
const MARK = "Zq7xK9wv";

const marked = (filler: fc.Arbitrary<string>) =>
  fc.tuple(filler, filler).map(([before, after]) => before + MARK + after);
const hostile = fc.oneof(
  marked(fc.string({ unit: "binary", maxLength: 12 })),
  marked(fc.string({ unit: fc.constantFrom("\n", "\r", "\0", " ", ".", "é", "a", '"', "\\") })),
  marked(fc.base64String({ maxLength: 12 })),
  fc.constant(makeGrant(1_900_000_000, MARK)),
  fc.constant(makeGrant(1_900_000_000, MARK).replace(".", ".\n")),
);

/** What a platform, or a library in place of `fetch`, throws or answers. */
const careless: Record<string, Fetch> = {
  "the platform": (_, { headers }) => {
    new Headers(headers);
    throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
  },
  "a library that quotes the header": async (_, { headers }) => {
    throw new Error(`Can't send ${headers.authorization}`, {
      cause: new Error(`Header: ${JSON.stringify(headers)}`),
    });
  },
  "a library that attaches the request": async (url, init) => {
    throw Object.assign(new Error("Network Error"), { config: { url, ...init }, request: init });
  },
  "something that is no error": async (_, init) => {
    throw init;
  },
  "a text": async (_, { headers }) => {
    throw headers.authorization;
  },
  "a proxy that quotes the request": async (_, { headers }) => ({
    status: 407,
    headers: { get: () => null },
    json: async () => ({
      code: headers.authorization,
      detail: `Refused: ${headers.authorization}`,
      errors: [{ path: "authorization", message: headers.authorization }],
    }),
  }),
};

const forms: Record<string, (text: string) => KeySourceOptions["grant"]> = {
  "as text": (text) => text,
  "from a function": (text) => async () => text,
  "as { grant } from a function": (text) => () => ({ grant: text }),
  "deeper in an object": (text) => async () => ({ grant: { grant: text } }) as never,
  "in a list": (text) => async () => [text] as never,
};

test.each(Object.keys(careless))("no text of a grant, with %s", async (name) => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom(...Object.keys(forms)), async (text, form) => {
      const happened: unknown[] = [];
      try {
        const grant = forms[form]?.(text) as KeySourceOptions["grant"];
        const call = createCall({ grant, fetch: careless[name] });
        const got = call.keys.get().catch((error) => happened.push(error));
        await call.time.runFor(20);
        happened.push(call.happened.retrying, call.happened.stopped);
        expect(happened.flat(2).length).toBeGreaterThan(0);
        call.keys.close();
        await got;
      } catch (error) {
        happened.push(error);
      }
      expect(textsOf(happened)).not.toContain(MARK);
    }),
    { numRuns: 60, seed: 4 },
  );
});

test("no text of a grant, if the grant function throws with a part of it", async () => {
  const grant = makeGrant(1_900_000_000, MARK);
  const call = createCall({
    // V8 quotes the start of the text: Unexpected token 'e', "eyJhbGciOi"... is not valid JSON
    grant: async () => JSON.parse(grant),
  });
  call.keys.get().catch(() => {});
  await call.time.runFor(5);
  const [{ detail } = { detail: undefined }] = call.happened.retrying;
  expect(detail?.error).toMatchObject({
    code: "grant_unavailable",
    cause: { name: "SyntaxError", message: expect.stringContaining("JSON") },
  });
  expect(textsOf(call.happened)).not.toContain("eyJ");
  call.keys.close();
});

test("an SDK that quotes its key: the error does not", async () => {
  const text = `005${"QUJDREVG".repeat(4)}`;
  const call = createCall({}, { change: () => ({ key: text }) });
  await call.join();
  call.sdk.renewToken = async (key) => {
    throw new Error(`invalid token ${key}`, { cause: key });
  };
  call.sdk.emit("token-privilege-will-expire");
  await call.time.runFor(1.5);
  const [{ detail } = { detail: undefined }] = call.happened.retrying;
  expect(detail?.error).toMatchObject({ code: "sdk", cause: { message: "invalid token ..." } });
  expect(textsOf(call.happened.retrying)).not.toContain(text);
  call.keys.close();
});

test("a cause still says what went wrong, and why", async () => {
  const call = createCall({
    fetch: async () => {
      const cause = Object.assign(new Error("connect ECONNREFUSED ::1:8787"), { code: "ECONN" });
      throw Object.assign(new TypeError("fetch failed", { cause }), { code: "E_FETCH" });
    },
  });
  call.keys.get().catch(() => {});
  await call.time.runFor(1);
  expect(call.happened.retrying[0]?.detail.error.cause).toMatchObject({
    name: "TypeError",
    message: "fetch failed",
    code: "E_FETCH",
    stack: expect.stringContaining("grant-secrecy.test.ts"),
    cause: "Error: connect ECONNREFUSED ::1:8787",
  });
  call.keys.close();
});

test("no part of a grant, where an error quotes the signature alone", async () => {
  const signature = `${MARK}-${MARK}`;
  const grant = makeGrant(1_900_000_000, MARK).replace(/[^.]*$/, signature);
  const call = createCall({
    grant,
    fetch: async () => {
      throw new Error(`bad signature ${signature} in the request`);
    },
  });
  call.keys.get().catch(() => {});
  await call.time.runFor(5);
  const told = textsOf(call.happened);
  expect(told).toContain("bad signature");
  expect(told).not.toContain(signature);
  call.keys.close();
});

test("a code that is no text is not passed on", async () => {
  const body = { code: { a: 1 }, detail: "no" };
  const fetch = async () => ({
    status: 418,
    headers: { get: () => null },
    json: async () => body,
  });
  const call = createCall({ fetch: fetch as Fetch });
  await expect(call.keys.get()).rejects.toMatchObject({ code: "http_418" });
  call.keys.close();
});

test.each<[string, () => never]>([
  [
    "an object whose properties throw",
    () => {
      throw {
        get message() {
          throw new Error("no");
        },
      };
    },
  ],
  [
    "undefined",
    () => {
      throw undefined;
    },
  ],
  [
    "a symbol",
    () => {
      throw Symbol("no");
    },
  ],
])("goes on when the grant function throws %s", async (_, grant) => {
  const call = createCall({ grant });
  call.keys.get().catch(() => {});
  await call.time.runFor(20);
  expect(call.happened.retrying.length).toBeGreaterThan(2);
  call.keys.close();
});
