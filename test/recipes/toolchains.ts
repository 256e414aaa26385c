// What each recipe for a business server needs to run, whether it is on this machine, and how to
// run it.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { type Command, type Environment, type Outcome, recipes, run, succeeds } from "./run.ts";

/** Runs a recipe with a channel and a uid, in this environment. */
export type RunRecipe = (args: readonly string[], env: Environment) => Promise<Outcome>;

export interface Recipe {
  readonly language: string;
  readonly task: "channel key" | "access token" | "grant";
  /** Under docs/recipes. */
  readonly file: string;
  /** What has to be here, in words. */
  readonly needs: string;
  readonly isHere: boolean;
  /** Compiles it into this folder where that is needed. Throws with the compiler's words. */
  readonly prepare: (folder: string) => Promise<RunRecipe>;
}

function script(command: string, file: string, env: Environment = {}): Recipe["prepare"] {
  return async () => (args, settings) =>
    run({ command, args: [`${recipes}${file}`, ...args], env: { ...env, ...settings } });
}

/** Builds with the first command, then runs the second. */
function compiled(
  build: (folder: string) => Command,
  program: (folder: string) => readonly [string, ...string[]],
): Recipe["prepare"] {
  return async (folder) => {
    const { status, stdout, stderr } = await run(build(folder));
    if (status !== 0) throw new Error(`The recipe does not compile:\n${stdout}${stderr}`);
    const [command, ...first] = program(folder);
    return (args, settings) => run({ command, args: [...first, ...args], env: settings });
  };
}

const pythonWithJwt = ["python3", "/usr/bin/python3"].find((python) =>
  succeeds(python, ["-c", "import jwt"]),
);

const hasPhp = succeeds("php", [
  "-r",
  'exit(PHP_VERSION_ID >= 80100 && extension_loaded("curl") ? 0 : 1);',
]);
const hasPhpJwt = succeeds(
  "php",
  ["-r", "@include 'vendor/autoload.php'; exit(class_exists('Firebase\\\\JWT\\\\JWT') ? 0 : 1);"],
  {
    cwd: `${recipes}php`,
  },
);

const hasJdk = succeeds("javac", ["--release", "17", "-version"]) && succeeds("java", ["-version"]);
const hasJavaJwt = hasJdk && succeeds("javap", ["com.auth0.jwt.JWT"]);

function javaRecipe(name: string): Recipe["prepare"] {
  const classPath = (folder: string) => [folder, process.env.CLASSPATH].filter(Boolean).join(":");
  return compiled(
    (folder) => ({
      command: "javac",
      args: ["--release", "17", "-Xlint:all", "-d", folder, `java/${name}.java`],
    }),
    (folder) => ["java", "-cp", classPath(folder), name],
  );
}

function hasHeader(header: string): boolean {
  return succeeds("g++", ["-std=c++17", "-E", "-x", "c++", "-"], {
    input: `#include <${header}>\n`,
  });
}

function cppRecipe(name: string, library: string): Recipe["prepare"] {
  return compiled(
    (folder) => ({
      command: "g++",
      args: [
        "-std=c++17",
        "-Wall",
        "-Wextra",
        `cpp/${name}.cpp`,
        `-l${library}`,
        "-o",
        `${folder}/${name}`,
      ],
    }),
    (folder) => [`${folder}/${name}`],
  );
}

// From the module cache alone: nothing is fetched, and no newer toolchain either.
const GO_OFFLINE = {
  GOPROXY: "off",
  GOSUMDB: "off",
  GOTOOLCHAIN: "local",
  GOFLAGS: "-mod=mod",
  GOWORK: "off",
  GO111MODULE: "on",
};
const GO_JWT = "github.com/golang-jwt/jwt/v5";
/** What Debian has: version 4, whose calls that the recipe uses are those of version 5. */
const DEBIAN_GO_JWT = "/usr/share/gocode/src/github.com/golang-jwt/jwt";
const hasGo = succeeds("go", ["version"]);
const goJwtVersion = hasGo ? newestInGoCache(GO_JWT) : undefined;
const hasDebianGoJwt = existsSync(DEBIAN_GO_JWT);

function newestInGoCache(path: string): string | undefined {
  const { stdout } = spawnSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" });
  try {
    const files = readdirSync(`${stdout.trim()}/cache/download/${path}/@v`).filter((file) =>
      file.endsWith(".zip"),
    );
    return files.map((file) => file.slice(0, -".zip".length)).at(-1);
  } catch {
    return undefined;
  }
}

/** Begins as the recipe says, with `go mod init`, in a folder of its own. */
function goRecipe(
  name: string,
  takeLibrary?: (go: Go, cwd: string) => Promise<void>,
): Recipe["prepare"] {
  return async (folder) => {
    const cwd = `${folder}/go/${name}`;
    mkdirSync(cwd, { recursive: true });
    copyFileSync(`${recipes}go/${name}.go`, `${cwd}/${name}.go`);
    const go: Go = async (...args) => {
      const { status, stdout, stderr } = await run({ command: "go", args, cwd, env: GO_OFFLINE });
      if (status !== 0) throw new Error(`go ${args.join(" ")}:\n${stdout}${stderr}`);
    };
    await go("mod", "init", "example");
    await takeLibrary?.(go, cwd);
    await go("build", "-o", "main", `${name}.go`);
    return (args, settings) => run({ command: `${cwd}/main`, args, env: settings });
  };
}

type Go = (...args: string[]) => Promise<void>;

/** In place of `go get`, which would ask the network. */
async function takeGoJwt(go: Go, cwd: string): Promise<void> {
  if (goJwtVersion) return go("mod", "edit", `-require=${GO_JWT}@${goJwtVersion}`);
  cpSync(DEBIAN_GO_JWT, `${cwd}/golang-jwt`, { recursive: true });
  await go("mod", "edit", `-module=${GO_JWT}`, "golang-jwt/go.mod");
  await go("mod", "edit", `-require=${GO_JWT}@v5.0.0`, `-replace=${GO_JWT}=./golang-jwt`);
}

const hasRuby = succeeds("ruby", ["-e", 'require "json"; exit(RUBY_VERSION >= "3.0")']);

export const SERVER_RECIPES: readonly Recipe[] = [
  {
    language: "Node.js",
    task: "channel key",
    file: "node/channel-key.mjs",
    needs: "Node.js",
    isHere: true,
    prepare: script(process.execPath, "node/channel-key.mjs"),
  },
  {
    language: "Node.js",
    task: "access token",
    file: "node/access-token.mjs",
    needs: "Node.js",
    isHere: true,
    prepare: script(process.execPath, "node/access-token.mjs"),
  },
  {
    language: "Node.js",
    task: "grant",
    file: "node/sign-grant.mjs",
    needs: "Node.js",
    isHere: true,
    prepare: script(process.execPath, "node/sign-grant.mjs"),
  },
  {
    language: "Python",
    task: "channel key",
    file: "python/channel_key.py",
    needs: "python3",
    isHere: succeeds("python3", ["-c", ""]),
    prepare: script("python3", "python/channel_key.py", { PYTHONDONTWRITEBYTECODE: "1" }),
  },
  {
    language: "Python",
    task: "access token",
    file: "python/access_token.py",
    needs: "python3",
    isHere: succeeds("python3", ["-c", ""]),
    prepare: script("python3", "python/access_token.py", { PYTHONDONTWRITEBYTECODE: "1" }),
  },
  {
    language: "Python",
    task: "grant",
    file: "python/sign_grant.py",
    needs: "python3 with PyJWT",
    isHere: pythonWithJwt !== undefined,
    prepare: script(pythonWithJwt ?? "", "python/sign_grant.py", { PYTHONDONTWRITEBYTECODE: "1" }),
  },
  {
    language: "Java",
    task: "channel key",
    file: "java/ChannelKey.java",
    needs: "JDK 17 or later",
    isHere: hasJdk,
    prepare: javaRecipe("ChannelKey"),
  },
  {
    language: "Java",
    task: "access token",
    file: "java/AccessToken.java",
    needs: "JDK 17 or later",
    isHere: hasJdk,
    prepare: javaRecipe("AccessToken"),
  },
  {
    language: "Java",
    task: "grant",
    file: "java/SignGrant.java",
    needs: "JDK 17 or later with java-jwt in CLASSPATH",
    isHere: hasJavaJwt,
    prepare: javaRecipe("SignGrant"),
  },
  {
    language: "C++",
    task: "channel key",
    file: "cpp/channel_key.cpp",
    needs: "g++ with libcurl",
    isHere: hasHeader("curl/curl.h"),
    prepare: cppRecipe("channel_key", "curl"),
  },
  {
    language: "C++",
    task: "access token",
    file: "cpp/access_token.cpp",
    needs: "g++ with libcurl",
    isHere: hasHeader("curl/curl.h"),
    prepare: cppRecipe("access_token", "curl"),
  },
  {
    language: "C++",
    task: "grant",
    file: "cpp/sign_grant.cpp",
    needs: "g++ with jwt-cpp and OpenSSL",
    isHere: hasHeader("jwt-cpp/jwt.h"),
    prepare: cppRecipe("sign_grant", "crypto"),
  },
  {
    language: "Go",
    task: "channel key",
    file: "go/channel_key.go",
    needs: "go",
    isHere: hasGo,
    prepare: goRecipe("channel_key"),
  },
  {
    language: "Go",
    task: "access token",
    file: "go/access_token.go",
    needs: "go",
    isHere: hasGo,
    prepare: goRecipe("access_token"),
  },
  {
    language: "Go",
    task: "grant",
    file: "go/sign_grant.go",
    needs: "go with golang-jwt (5 in its module cache, or Debian's)",
    isHere: hasGo && (goJwtVersion !== undefined || hasDebianGoJwt),
    prepare: goRecipe("sign_grant", takeGoJwt),
  },
  {
    language: "PHP",
    task: "channel key",
    file: "php/channel_key.php",
    needs: "PHP 8.1 or later with curl",
    isHere: hasPhp,
    prepare: script("php", "php/channel_key.php"),
  },
  {
    language: "PHP",
    task: "access token",
    file: "php/access_token.php",
    needs: "PHP 8.1 or later with curl",
    isHere: hasPhp,
    prepare: script("php", "php/access_token.php"),
  },
  {
    language: "PHP",
    task: "grant",
    file: "php/sign_grant.php",
    needs: "PHP 8.1 or later with firebase/php-jwt",
    isHere: hasPhp && hasPhpJwt,
    prepare: script("php", "php/sign_grant.php"),
  },
  {
    language: "Ruby",
    task: "channel key",
    file: "ruby/channel_key.rb",
    needs: "Ruby 3 or later",
    isHere: hasRuby,
    prepare: script("ruby", "ruby/channel_key.rb"),
  },
  {
    language: "Ruby",
    task: "access token",
    file: "ruby/access_token.rb",
    needs: "Ruby 3 or later",
    isHere: hasRuby,
    prepare: script("ruby", "ruby/access_token.rb"),
  },
  {
    language: "Ruby",
    task: "grant",
    file: "ruby/sign_grant.rb",
    needs: "Ruby 3 or later with the gem jwt",
    isHere: hasRuby && succeeds("ruby", ["-e", 'require "jwt"']),
    prepare: script("ruby", "ruby/sign_grant.rb"),
  },
];
