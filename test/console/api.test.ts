import { expect, test, vi } from "vitest";
import { createAsk } from "../../src/console/model/api.ts";

test("the credential is in the header alone; the result is a response or a problem", async () => {
  const send = vi.fn(async (..._sent: Parameters<typeof fetch>) => Response.json({ key: "k" }));
  const ask = createAsk(async () => "secret", send);
  expect(await ask("POST", "/v1/keys", { channel: "room-1" })).toEqual({ body: { key: "k" } });
  const [url, init] = send.mock.calls[0] ?? [];
  expect(url).toBe("/v1/keys");
  expect(init?.method).toBe("POST");
  expect(init?.body).toBe('{"channel":"room-1"}');
  expect(init?.headers).toMatchObject({ authorization: "Bearer secret" });

  const problem = {
    title: "t",
    detail: "d",
    code: "invalid_request",
    errors: [{ path: "uid", message: "m" }],
  };
  send.mockResolvedValueOnce(Response.json(problem, { status: 400 }));
  expect(await ask("POST", "/v1/keys", {})).toEqual({ problem });
});

test("a request without a body names no type, and a response may be empty", async () => {
  const send = vi.fn(
    async (..._sent: Parameters<typeof fetch>) => new Response(null, { status: 204 }),
  );
  const ask = createAsk(async () => "secret", send);
  expect(await ask("DELETE", "/v1/revocations/1")).toEqual({ body: undefined });
  const [, init] = send.mock.calls[0] ?? [];
  expect(init).not.toHaveProperty("body");
  expect(init?.headers).toEqual({ authorization: "Bearer secret" });
});

test("what is not a response of the service is a problem too", async () => {
  const codeOf = async (send: () => Promise<Response>, credential?: string) => {
    const result = await createAsk(async () => credential, send)("POST", "/v1/keys", {});
    return "problem" in result ? result.problem.code : undefined;
  };
  expect(await codeOf(async () => Response.json({}), undefined)).toBe("no_credential");
  expect(await codeOf(() => Promise.reject(new TypeError("Failed to fetch")), "c")).toBe("network");
  expect(await codeOf(async () => new Response("<html>"), "c")).toBe("http_200");
  expect(await codeOf(async () => Response.json({ unknown: 1 }, { status: 502 }), "c")).toBe(
    "http_502",
  );
});
