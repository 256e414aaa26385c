import { expect, test, vi } from "vitest";
import { createPost, isGrant } from "../../src/console/model/api.ts";
import { credentialIn } from "../../src/console/model/fragment.ts";
import { requestBody } from "../../src/console/model/request.ts";
import { clockText, instantText, millisecondsText } from "../../src/console/model/time-text.ts";

test("an empty field is left out, digits become a number, and what is wrong stays as typed", () => {
  const fields: [string, string][] = [
    ["channel", " a room "],
    ["uid", " 42 "],
    ["version", "5"],
    ["sdkVersion", "1.14"],
    ["service", ""],
    ["expiresIn", "an hour"],
  ];
  expect(requestBody(fields)).toEqual({
    channel: " a room ",
    uid: 42,
    version: 5,
    sdkVersion: "1.14",
    expiresIn: "an hour",
  });
  expect(requestBody([["uid", "-1"]])).toEqual({ uid: "-1" });
  // A channel of digits is text all the same.
  expect(requestBody([["channel", "7"]])).toEqual({ channel: "7" });
});

test("the credential of a fragment", () => {
  expect(credentialIn("#key=abc_-~%2F+=")).toBe("abc_-~/+=");
  expect(credentialIn("#key=")).toBeUndefined();
  expect(credentialIn("#other=abc")).toBeUndefined();
  expect(credentialIn("")).toBeUndefined();
  expect([isGrant("a.b.c"), isGrant("abc~/+=")]).toEqual([true, false]);
});

test("the credential is in the header alone; the result is a response or a problem", async () => {
  const send = vi.fn(async (..._sent: Parameters<typeof fetch>) => Response.json({ key: "k" }));
  const post = createPost(() => "secret", send);
  expect(await post("/v1/keys", { channel: "room-1" })).toEqual({ body: { key: "k" } });
  const [url, init] = send.mock.calls[0] ?? [];
  expect(url).toBe("/v1/keys");
  expect(init?.body).toBe('{"channel":"room-1"}');
  expect(init?.headers).toMatchObject({ authorization: "Bearer secret" });

  const problem = {
    title: "t",
    detail: "d",
    code: "invalid_request",
    errors: [{ path: "uid", message: "m" }],
  };
  send.mockResolvedValueOnce(Response.json(problem, { status: 400 }));
  expect(await post("/v1/keys", {})).toEqual({ problem });
});

test("what is not a response of the service is a problem too", async () => {
  const codeOf = async (send: () => Promise<Response>, credential?: string) => {
    const result = await createPost(() => credential, send)("/v1/keys", {});
    return "problem" in result ? result.problem.code : undefined;
  };
  expect(await codeOf(async () => Response.json({}), undefined)).toBe("no_credential");
  expect(await codeOf(() => Promise.reject(new TypeError("Failed to fetch")), "c")).toBe("network");
  expect(await codeOf(async () => new Response("<html>"), "c")).toBe("http_200");
  expect(await codeOf(async () => Response.json({ unknown: 1 }, { status: 502 }), "c")).toBe(
    "http_502",
  );
});

test("times for people to read", () => {
  expect([0, 59.9, 300, 3600, 86_399, -5].map(clockText)).toEqual([
    "0:00",
    "0:59",
    "5:00",
    "1:00:00",
    "23:59:59",
    "0:00",
  ]);
  expect(instantText(1446455472)).toBe("2015-11-02 09:11:12 UTC");
  expect([0.04, 9.94, 10, 1234.6].map(millisecondsText)).toEqual([
    "0.0 ms",
    "9.9 ms",
    "10 ms",
    "1235 ms",
  ]);
});
