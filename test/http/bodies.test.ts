import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { TestDeployment, type TestResponse, wrongFields } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

const deployment = new TestDeployment();

/** Goes out in pieces, so its length is not known beforehand. */
function streamOf(...pieces: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  });
}

/** A good request for a key, padded with white space to a length. */
function padded(length: number): string {
  return '{"channel":"room-1","uid":1}'.padEnd(length);
}

describe("a body's size", () => {
  test.each([
    ["/v1/keys", 16_384],
    ["/v1/keys/batch", 614_400],
    ["/v1/keys/inspect", 32_768],
    ["/v1/grants", 16_384],
  ])("%s reads %i bytes and not one more", async (path, limit) => {
    const within = await deployment.post(path, " ".repeat(limit));
    expect(within.json.code).toBe("invalid_request");
    const beyond = await deployment.post(path, " ".repeat(limit + 1));
    expect(beyond.json.code).toBe("payload_too_large");
    expect(beyond.json.detail).toContain(String(limit));
  });

  test("is counted where no Content-Length tells it", async () => {
    const within = await deployment.post("/v1/keys", streamOf(padded(100), " ".repeat(16_284)));
    expect(within.status).toBe(200);
    const beyond = await deployment.post(
      "/v1/keys",
      streamOf(padded(100), " ".repeat(16_284), " "),
    );
    expect(beyond.json.code).toBe("payload_too_large");
  });

  test("is counted and not believed where Transfer-Encoding stands beside Content-Length", async () => {
    const headers = { "Content-Length": "28", "Transfer-Encoding": "chunked" };
    const response = await deployment.post("/v1/keys", streamOf(padded(20_000)), { headers });
    expect(response.json.code).toBe("payload_too_large");
  });

  test("is looked at after the credential: whoever has none learns nothing else", async () => {
    const response = await deployment.post("/v1/keys", padded(20_000), { credential: null });
    expect(response.json.code).toBe("unauthenticated");
  });
});

describe("a body's type", () => {
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "",
  ])("%j is refused with 415", async (type) => {
    const response = await deployment.post("/v1/keys", padded(0), {
      headers: { "Content-Type": type },
    });
    expect(response.status).toBe(415);
    expect(response.json.code).toBe("unsupported_media_type");
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    "application/json ;charset=UTF-8",
    'application/json; charset="utf-8"',
    "application/json;charset=utf8",
    "application/json; profile=x",
    "application/problem+json",
  ])("%s is read", async (type) => {
    const response = await deployment.post("/v1/keys", padded(0), {
      headers: { "Content-Type": type },
    });
    expect(response.status).toBe(200);
  });

  test.each(["utf-16", "UTF-16LE", "iso-8859-1", '"utf-16"', "utf-8; charset=utf-16", ""])(
    "with charset %s is refused with 415, and the response asks for UTF-8",
    async (charset) => {
      const response = await deployment.post("/v1/keys", padded(0), {
        headers: { "Content-Type": `application/json; charset=${charset}` },
      });
      expect(response.status).toBe(415);
      expect(response.json.code).toBe("unsupported_media_type");
      expect(response.json.detail).toContain("UTF-8");
    },
  );
});

describe("a body's bytes", () => {
  const NOT_UTF_8 = "is not valid UTF-8, or holds U+FFFD: write that as \\ufffd";
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const withBytes = (...bytes: number[]) => [
    utf8('{"channels":["room-1"],"uid":1,"expiresIn":60,"subject":"user-'),
    Uint8Array.from(bytes),
    utf8('"}'),
  ];
  const joined = (pieces: Uint8Array[]) => new Uint8Array(pieces.flatMap((piece) => [...piece]));

  /** The same bytes as one body with its length, and in pieces without. */
  async function responsesTo(...bytes: number[]): Promise<TestResponse[]> {
    const pieces = withBytes(...bytes);
    return [
      await deployment.post("/v1/grants", joined(pieces), {
        headers: { "Content-Length": String(joined(pieces).length) },
      }),
      await deployment.post("/v1/grants", streamOf(...pieces)),
    ];
  }

  test.each([
    ["a byte of Latin-1", [0xe9]],
    ["a continuation byte alone", [0x80]],
    ["a character that is cut off", [0xe2, 0x82]],
    ["a character in too many bytes", [0xc1, 0xa1]],
    ["half of a surrogate pair (CESU-8)", [0xed, 0xa0, 0xbd]],
    ["0xff", [0xff]],
    ["U+FFFD itself, which stands for what could not be read", [0xef, 0xbf, 0xbd]],
  ])("that are not UTF-8 (%s) are refused, never replaced", async (_name, bytes) => {
    for (const { status, json } of await responsesTo(...bytes)) {
      expect(status).toBe(400);
      expect(json.errors).toEqual([{ path: "", message: NOT_UTF_8 }]);
    }
  });

  test("that are UTF-8 are read as they are, though a piece ends within a character", async () => {
    const subjectOf = ({ json }: TestResponse) => decodeJwt(json.grant ?? "").sub;
    for (const response of await responsesTo(0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80))
      expect(subjectOf(response)).toBe("user-é😀");
    const [start, , end] = withBytes() as [Uint8Array, Uint8Array, Uint8Array];
    const pieces = [start, Uint8Array.of(0xc3), Uint8Array.of(0xa9), end];
    const inPieces = await deployment.post("/v1/grants", streamOf(...pieces));
    expect(subjectOf(inPieces)).toBe("user-é");
  });

  test("may name U+FFFD by its escape", async () => {
    const [start, , end] = withBytes() as [Uint8Array, Uint8Array, Uint8Array];
    const response = await deployment.post("/v1/grants", joined([start, utf8("\\ufffd"), end]));
    expect(decodeJwt(response.json.grant ?? "").sub).toBe("user-\ufffd");
  });

  test("may begin with a byte order mark (RFC 8259, 8.1)", async () => {
    const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
    for (const body of [joined([mark, utf8(padded(0))]), streamOf(mark, padded(0))]) {
      expect((await deployment.post("/v1/keys", body)).status).toBe(200);
    }
  });

  test("that are compressed are refused with 415: nobody unpacks them here", async () => {
    for (const encoding of ["gzip", "br", "x-unknown"]) {
      const headers = { "Content-Encoding": encoding };
      const { status, json } = await deployment.post("/v1/keys", padded(0), { headers });
      expect([status, json.code]).toEqual([415, "unsupported_media_type"]);
      expect(json.detail).toContain("Content-Encoding");
    }
    const headers = { "Content-Encoding": "identity" };
    expect((await deployment.post("/v1/keys", padded(0), { headers })).status).toBe(200);
  });
});

describe("a body that is not JSON", () => {
  test.each([
    ["nothing", ""],
    ["text", "channel=room-1"],
    ["half an object", '{"channel":"room-1"'],
    ["two objects", '{"channel":"room-1","uid":1}{}'],
    ["a comment", '{"channel":"room-1","uid":1} // why not'],
    ["a trailing comma", '{"channel":"room-1","uid":1,}'],
    ["hexadecimal", '{"channel":"room-1","uid":0x10}'],
    ["NaN", '{"channel":"room-1","uid":NaN}'],
    ["a quote without its end", '{"channel":"room-1'],
    ["a backslash at the end", '{"channel":"\\'],
  ])("(%s) is refused as a whole", async (_name, body) => {
    const response = await deployment.post("/v1/keys", body);
    expect(response.status).toBe(400);
    expect(response.json.errors).toEqual([{ path: "", message: "is not valid JSON" }]);
  });

  test.each(["null", "[]", '"room-1"', "42", "true"])(
    "but %s is refused as no object",
    async (body) => {
      const response = await deployment.post("/v1/keys", body);
      expect(response.status).toBe(400);
      expect(wrongFields(response)).toContain("");
    },
  );
});

describe("a member that stands twice", () => {
  test.each([
    ["the same way", '{"channel":"room-1","uid":1,"uid":2}', "uid"],
    ["with the same value", '{"channel":"room-1","channel":"room-1","uid":1}', "channel"],
    ["spelled with an escape", '{"channel":"room-1","uid":1,"\\u0075id":2}', "uid"],
    ["with white space before the colon", '{"channel":"room-1","uid" :1,"uid"\n:2}', "uid"],
    ["with a quote in its name", '{"a\\"b":1,"a\\"b":2}', 'a"b'],
    ["deep inside", '{"channel":"room-1","uid":1,"more":[{"x":{"y":1,"y":2}}]}', "y"],
  ])("(%s) is refused by its name", async (_name, body, path) => {
    const response = await deployment.post("/v1/keys", body);
    expect(response.status).toBe(400);
    expect(response.json.errors).toEqual([{ path, message: "duplicate field" }]);
  });

  test("is refused in every request", async () => {
    for (const path of ["/v1/keys", "/v1/keys/batch", "/v1/keys/inspect", "/v1/grants"]) {
      expect((await deployment.post(path, '{"uid":1,"uid":1}')).json.errors).toEqual([
        { path: "uid", message: "duplicate field" },
      ]);
    }
  });

  test("is not a value that repeats, nor a name that another object has too", async () => {
    const response = await deployment.post(
      "/v1/grants",
      '{"channels":["uid","uid"],"uid":1,"expiresIn":60,"subject":"uid"}',
    );
    expect(response.status).toBe(200);
    const nested = await deployment.post("/v1/keys", '{"channel":{"uid":1},"uid":1}');
    expect(wrongFields(nested)).toEqual(["channel"]);
  });
});

describe("a field that the request does not have", () => {
  test.each([
    ["/v1/keys", { channel: "room-1", uid: 1 }],
    ["/v1/keys/batch", { channel: "room-1", uids: [1] }],
    ["/v1/keys/inspect", { key: "" }],
    ["/v1/grants", { channels: ["room-1"], uid: 1, expiresIn: 60 }],
  ])("is refused by %s, never ignored", async (path, body) => {
    expect((await deployment.post(path, body)).status).toBe(200);
    const response = await deployment.post(path, { ...body, expiresin: 60, "": 1 });
    expect(response.json.errors).toEqual([
      { path: "expiresin", message: "unknown field" },
      { path: "", message: "unknown field" },
    ]);
  });

  test("is quoted up to 64 characters", async () => {
    const response = await deployment.post("/v1/keys", {
      channel: "room-1",
      uid: 1,
      ["x".repeat(1000)]: 1,
    });
    expect(wrongFields(response)).toEqual(["x".repeat(64)]);
  });

  test.each(["__proto__", "constructor", "toString"])("may have any name, %s too", async (name) => {
    const response = await deployment.post("/v1/keys", `{"channel":"room-1","uid":1,"${name}":{}}`);
    expect(wrongFields(response)).toEqual([name]);
  });
});

describe("every wrong field is named at once", () => {
  const ALL_WRONG = {
    channel: "room/1",
    uid: -1,
    version: 8,
    sdkVersion: "new",
    platform: "ios",
    service: "video",
    permission: "all",
    role: "host",
    account: "a/b",
    privileges: "all",
    expiresIn: "3600",
    issuedAt: 1.5,
    randomInt: 2 ** 32,
    expiresAt: null,
  };

  test("when each is wrong by itself", async () => {
    const response = await deployment.post("/v1/keys", ALL_WRONG);
    expect(wrongFields(response).sort()).toEqual(Object.keys(ALL_WRONG).sort());
    for (const { message } of response.json.errors ?? []) expect(message).toMatch(/^must be /);
  });

  test("when some are wrong by themselves, some beside the others, and some are missing or unknown", async () => {
    const body = {
      channel: "room/1",
      version: 4,
      service: "inChannelPermission",
      expiresIn: -1,
      more: true,
    };
    const response = await deployment.post("/v1/keys", body);
    expect(wrongFields(response).sort()).toEqual([
      "channel",
      "expiresIn",
      "more",
      "permission",
      "service",
      "uid",
    ]);
  });

  test("when all are wrong only beside the others", async () => {
    const body = {
      channel: "room-1",
      uid: 1,
      version: 1,
      service: "recording",
      permission: "noUpload",
      expiresIn: 60,
    };
    const response = await deployment.post("/v1/keys", body);
    expect(wrongFields(response).sort()).toEqual(["expiresIn", "permission", "service", "uid"]);
  });

  test("but nothing is said that follows from a field that is wrong itself", async () => {
    // The version is not known, so what it can't carry is not either; nor is the uid "missing"
    // where it is only wrong.
    const unknownVersion = await deployment.post("/v1/keys", {
      channel: "room-1",
      uid: 1,
      version: 9,
      service: "recording",
    });
    expect(wrongFields(unknownVersion)).toEqual(["version"]);
    const wrongUid = await deployment.post("/v1/keys", { channel: "", uid: "42" });
    expect(wrongFields(wrongUid)).toEqual(["channel", "uid"]);
    const wrongExpiry = await deployment.post("/v1/keys", {
      channel: "room-1",
      version: 1,
      expiresIn: "60",
    });
    expect(wrongFields(wrongExpiry)).toEqual(["expiresIn"]);
  });

  test("for a grant too, whose uid need not be given", async () => {
    const credential = await signGrant();
    const response = await deployment.post(
      "/v1/keys",
      { channel: "", permission: "noUpload" },
      { credential },
    );
    expect(wrongFields(response)).toEqual(["channel", "permission"]);
  });

  test("for an SDK that can't use the version, beside a channel that is none", async () => {
    const response = await deployment.post("/v1/keys", {
      channel: "",
      uid: 1,
      sdkVersion: "2.1.0",
    });
    expect(wrongFields(response)).toEqual(["channel", "platform"]);
  });
});

describe("a u32", () => {
  const ask = (uid: string): Promise<TestResponse> =>
    deployment.post("/v1/keys", `{"channel":"room-1","uid":${uid}}`);

  test.each(["0", "1", "42", "4294967295", "1e3", "42.0"])("may be %s", async (uid) => {
    const response = await ask(uid);
    expect(response.json.uid).toBe(Number(uid));
  });

  test.each([
    "-0",
    "-1",
    "4294967296",
    "1.5",
    "1e99",
    '"42"',
    "null",
    "true",
    "[42]",
    "{}",
    "9007199254740993",
  ])("is not %s", async (uid) => {
    const response = await ask(uid);
    expect(response.status).toBe(400);
    const hint = uid === '"42"' ? ", without quotes" : "";
    expect(response.json.errors).toEqual([
      { path: "uid", message: `must be an integer from 0 to 4294967295${hint}` },
    ]);
  });
});

describe("a channel", () => {
  const SDK_SET =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&()+-:;<=.>?@[]^_{}|~,";

  test("holds each character of the SDK's set, and no other of the first 256", async () => {
    for (let code = 0; code < 256; code++) {
      const channel = String.fromCharCode(code);
      const { status } = await deployment.post("/v1/keys", { channel, uid: 1 });
      expect({ channel, status }).toEqual({
        channel,
        status: SDK_SET.includes(channel) ? 200 : 400,
      });
    }
  });

  test.each([
    ["of 64 characters is the longest", "a".repeat(64), 200],
    ["of 65 is refused", "a".repeat(65), 400],
    ["of none is refused", "", 400],
    ["is refused with an emoji in it", "room 😀", 400],
    ["is refused with a letter whose low byte is in the set", "ro\u0161m", 400],
  ])("%s", async (_name, channel, status) => {
    expect((await deployment.post("/v1/keys", { channel, uid: 1 })).status).toBe(status);
  });
});
