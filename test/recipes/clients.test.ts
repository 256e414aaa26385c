// The recipes for apps, where this machine has their compiler: compiled against fakes of the
// vendor's SDK that print each call, and run against a real Worker. Swift and Dart are not compiled
// here.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { IssuedKey } from "../../src/contract/responses.ts";
import { SECRETS, settings } from "../support/settings.ts";
import { readVendorToken } from "../support/vendor-token.ts";
import { type RunningWorker, startWorker } from "../support/worker/worker.ts";
import { expectVendorsKey } from "./oracle.ts";
import { type Recorder, startRecorder } from "./recorder.ts";
import { plainEnvironment, recipes, run, succeeds } from "./run.ts";

/** Compilers on a busy machine. */
const TIMEOUT_MS = 240_000;
const UID = 4294967295;
const here = fileURLToPath(new URL(".", import.meta.url).href);

interface Client {
  readonly name: string;
  readonly needs: string;
  readonly isHere: boolean;
  /** What it asks for: a channel key, or what SDK 4 takes. */
  readonly kind: "channel key" | "access token";
  /** Compiles recipe and harness into the folder; returns the command that starts it. */
  compile(folder: string): Promise<readonly [string, ...string[]]>;
}

async function build(command: string, args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await run({ command, args });
  if (status !== 0) throw new Error(`The recipe does not compile:\n${stdout}${stderr}`);
}

// Android's own org.json, as Debian packages it, or any on the CLASSPATH.
const javaClassPath = [process.env.CLASSPATH, "/usr/share/java/json-android.jar"]
  .filter(Boolean)
  .join(":");

/** Each with -Werror: a warning is a mistake in a recipe that people copy. */
function cpp(stubs: string, harness: string): Client["compile"] {
  return async (folder) => {
    const program = `${folder}/${harness}`;
    const includes = [`-I${recipes}windows`, `-I${here}stubs/${stubs}`];
    const warnings = ["-Wall", "-Wextra", "-Werror"];
    const source = `${here}harness/${harness}.cpp`;
    const libraries = ["-lcurl", "-pthread"];
    const all = ["-std=c++17", ...warnings, ...includes, source, ...libraries, "-o", program];
    await build("g++", all);
    return [program];
  };
}

function kotlin(harness: string, sources: readonly string[]): Client["compile"] {
  return async (folder) => {
    const stubs = `${folder}/stubs`;
    const program = `${folder}/${harness}.jar`;
    await build("javac", ["-d", stubs, ...globSync(`${here}stubs/java/**/*.java`)]);
    const all = [...sources.map((source) => recipes + source), `${here}harness/${harness}.kt`];
    const classPath = `${stubs}:${javaClassPath}`;
    await build("kotlinc", ["-cp", classPath, "-include-runtime", "-d", program, ...all]);
    return ["java", "-cp", `${program}:${classPath}`, `com.example.call.${harness}Kt`];
  };
}

const hasCpp = succeeds("g++", ["-std=c++17", "-E", "-x", "c++", "-"], {
  input: "#include <curl/curl.h>\n#include <nlohmann/json.hpp>\n",
});
const hasKotlin =
  succeeds("kotlinc", ["-version"]) &&
  succeeds("javac", ["-version"]) &&
  succeeds("javap", ["-cp", javaClassPath, "org.json.JSONObject"]);

const CPP = { needs: "g++ with libcurl and nlohmann-json", isHere: hasCpp };
const KOTLIN = { needs: "kotlinc, JDK and org.json", isHere: hasKotlin };

const CLIENTS: readonly Client[] = [
  {
    ...CPP,
    name: "Windows, SDK 1.3 to 2.0 (windows/call.hpp)",
    kind: "channel key",
    compile: cpp("cpp", "main"),
  },
  {
    ...CPP,
    name: "Windows, SDK 4 (windows/token_call.hpp)",
    kind: "access token",
    compile: cpp("cpp-4", "token_main"),
  },
  {
    ...KOTLIN,
    name: "Android, SDK 1.3 to 2.0 (android/Call.kt, and flutter/AgoraBridge.kt compiled alone)",
    kind: "channel key",
    compile: kotlin("Main", ["android/Call.kt", "flutter/AgoraBridge.kt"]),
  },
  {
    ...KOTLIN,
    name: "Android, SDK 4 (android/TokenCall.kt)",
    kind: "access token",
    compile: kotlin("TokenMain", ["android/TokenCall.kt"]),
  },
];

/** A running call, whose lines come one by one. */
class RunningCall {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<number | null>;
  #stderr = "";

  constructor([command, ...first]: readonly [string, ...string[]], args: readonly string[]) {
    this.#child = spawn(command, [...first, ...args], {
      env: plainEnvironment() as NodeJS.ProcessEnv,
    });
    this.#child.stderr.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
    this.#closed = new Promise((resolve) => this.#child.once("close", resolve));
  }

  async next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`The call ended:\n${this.#stderr}`);
    return value;
  }

  say(line: "expire" | "speak" | "leave"): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Leaves, and returns the lines that had not been read. */
  async leave(): Promise<string[]> {
    this.say("leave");
    const rest: string[] = [];
    for (let each = await this.#lines.next(); !each.done; each = await this.#lines.next())
      rest.push(each.value);
    expect(await this.#closed, this.#stderr).toBe(0);
    return rest;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

let worker: RunningWorker;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/latchkey-recipes-build-`);
  worker = await startWorker(inject("bundle"), { settings: settings() });
}, TIMEOUT_MS);

afterAll(async () => {
  await worker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const now = () => Math.floor(Date.now() / 1000);

function grant(
  claims: {
    channels?: string[];
    account?: string;
    role?: "subscriber" | "publisher";
    iat?: number;
    exp?: number;
    maxKeyExpiresIn?: number;
  } = {},
): Promise<string> {
  const { channels = ["room-1"], iat = now(), exp = now() + 3600, ...rest } = claims;
  return new SignJWT({ channels, ...(rest.account === undefined && { uid: UID }), ...rest })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("business-server")
    .setAudience("latchkey")
    .setSubject("user-7")
    .setJti("grant-1")
    .setIssuedAt(iat)
    .setExpirationTime(exp)
    .sign(new TextEncoder().encode(SECRETS.GRANT_SECRET));
}

for (const client of CLIENTS) {
  if (!client.isHere) {
    // A machine need not have every compiler. The results name what was not compiled.
    test.skip(`${client.name} was not compiled: no ${client.needs} here`, () => {});
    continue;
  }

  describe(client.name, { timeout: TIMEOUT_MS }, () => {
    let program: readonly [string, ...string[]];
    let recorder: Recorder;
    let call: RunningCall | undefined;

    beforeAll(async () => {
      program = await client.compile(folder);
    }, TIMEOUT_MS);
    beforeEach(async () => {
      recorder = await startRecorder(worker.url);
    });
    afterEach(async () => {
      call?.kill();
      await recorder.end();
    });

    function start(...grants: string[]): RunningCall {
      call = new RunningCall(program, [`${recorder.url}/`, "room-1", ...grants]);
      return call;
    }

    /** The key of the last response: the vendor's code makes, or accepts, the same. */
    function lastKey(user = String(UID), numbers = [1, 2, 3, 4]): string {
      const issued = recorder.exchanges.at(-1)?.response as IssuedKey;
      if (client.kind === "channel key") expectVendorsKey(issued);
      else {
        const read = readVendorToken(String(issued.key), SECRETS.APP_CERTIFICATE);
        const privileges = Object.fromEntries(numbers.map((number) => [number, read.expire]));
        expect(read.services).toEqual([{ type: 1, channel_name: "room-1", uid: user, privileges }]);
      }
      return String(issued.key);
    }

    test("joins with a key, renews once however often the SDK says that it has expired, and asks no more after leaving", async () => {
      const running = start(await grant());
      expect(await running.next()).toBe("grant");
      expect(await running.next()).toBe(`join room-1 ${UID} ${lastKey()}`);

      const held = recorder.holdNext();
      running.say("expire");
      const release = await held;
      running.say("expire");
      running.say("expire");
      for (let i = 0; i < 3; i++) expect(await running.next()).toBe("expired");
      release();
      // In the same second the second key expires when the first does: then the recipe asks for a
      // new grant, and there is none.
      const line = await running.next();
      if (line === "grant") expect(await running.next()).toBe("stopped no grant");
      else expect(line).toBe(`renew ${lastKey()}`);

      expect(await running.leave()).toEqual(["left", "released"]);
      expect(recorder.exchanges).toHaveLength(2);
      for (const { method, path, body } of recorder.exchanges) {
        expect({ method, path, body }).toEqual({
          method: "POST",
          path: "/v1/keys",
          body: {
            channel: "room-1",
            ...(client.kind === "access token" && { sdkVersion: "4.6.0", platform: "native" }),
          },
        });
      }
    });

    if (client.kind === "access token")
      test("becomes a speaker by a new grant and one renewal, and joins by account", async () => {
        const running = start(
          await grant({ account: "alice", role: "subscriber" }),
          await grant({ account: "alice", role: "publisher" }),
        );
        expect(await running.next()).toBe("grant");
        expect(await running.next()).toBe(`join room-1 alice ${lastKey("alice", [1])}`);
        running.say("speak");
        const lines = [await running.next(), await running.next()];
        expect(lines).toEqual(expect.arrayContaining(["promoted", "grant"]));
        expect(await running.next()).toBe(`renew ${lastKey("alice")}`);
        expect(await running.next()).toBe("role 1");
        expect(await running.leave()).toEqual(["left", "released"]);
        expect(recorder.exchanges).toHaveLength(2);
      });

    test("renews by itself before the key expires", async () => {
      const running = start(await grant({ maxKeyExpiresIn: 5 }));
      await running.next();
      await running.next();
      expect(await running.next()).toBe(`renew ${lastKey()}`);
      await running.leave();
    });

    test("fetches a new grant when the old one has expired", async () => {
      const running = start(await grant(), await grant());
      await running.next();
      await running.next();
      recorder.respondWith({ status: 401, code: "grant_expired" });
      running.say("expire");
      const lines = [await running.next(), await running.next(), await running.next()];
      expect(lines).toEqual(expect.arrayContaining(["expired", "grant", `renew ${lastKey()}`]));
      expect(recorder.exchanges.map(({ status }) => status)).toEqual([200, 401, 200]);
      await running.leave();
    });

    test("stops when even the new grant has expired", async () => {
      const running = start(await grant({ iat: now() - 7200, exp: now() - 3600 }));
      await running.next();
      expect(await running.next()).toBe("stopped grant_expired");
      await running.leave();
      expect(recorder.exchanges).toHaveLength(1);
    });

    test("fetches a new grant before the old one expires and ends the call", async () => {
      const running = start(await grant({ exp: now() + 60 }), await grant());
      await running.next();
      await running.next();
      running.say("expire");
      const lines = [await running.next(), await running.next(), await running.next()];
      expect(lines).toEqual(expect.arrayContaining(["expired", "grant", `renew ${lastKey()}`]));
      await running.leave();
    });

    test("stops at the first refusal, with its reason, and asks no more", async () => {
      const running = start(await grant({ channels: ["room-2"] }));
      await running.next();
      expect(await running.next()).toBe("stopped forbidden_channel");
      running.say("expire");
      expect(await running.next()).toBe("expired");
      await running.leave();
      expect(recorder.exchanges).toHaveLength(1);
    });

    test("stops when the business server gives no grant", async () => {
      const running = start();
      expect(await running.next()).toBe("grant");
      expect(await running.next()).toBe("stopped no grant");
      await running.leave();
      expect(recorder.exchanges).toHaveLength(0);
    });

    test("tries again after a failure, and waits as long as Retry-After says", async () => {
      recorder.respondWith({ status: 503 }, { status: 429, headers: { "Retry-After": "1" } });
      const running = start(await grant());
      await running.next();
      expect(await running.next()).toBe(`join room-1 ${UID} ${lastKey()}`);
      expect(recorder.exchanges.map(({ status }) => status)).toEqual([503, 429, 200]);
      await running.leave();
    });

    test("leaves while it waits for a key, and does not join afterwards", async () => {
      const held = recorder.holdNext();
      const running = start(await grant());
      const release = await held;
      const rest = running.leave();
      release();
      expect((await rest).filter((line) => line.startsWith("join"))).toEqual([]);
    });
  });
}
