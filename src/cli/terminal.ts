// The world of a command: its environment, its input and its output. Everything that is printed
// goes through here. It leaves without the secrets that came in, and without signs that would
// rewrite the screen.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import * as util from "node:util";
import { asciiJson } from "../platform/ascii-json.ts";
import { usageError } from "./cli-error.ts";
import { plainLines } from "./report-text.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that are secrets. */
const SECRETS = [
  ...["APP_CERTIFICATE", "APP_CERTIFICATE_PREVIOUS", "SERVICE_KEY", "SERVICE_KEY_PREVIOUS"],
  ...["GRANT_SECRET", "GRANT_SECRET_PREVIOUS", "AGORA_CUSTOMER_SECRET"],
] as const;
export type SecretName = (typeof SECRETS)[number];

/** A shorter text is no secret, and may be a part of an ordinary word. */
const SECRET_MIN_CHARACTERS = 8;
const INPUT_MAX_CHARACTERS = 1_000_000;

export class Terminal {
  environment: Environment = process.env;
  readonly #hidden = new Set<string>();

  constructor() {
    this.#hideAll();
    // A reader that has enough, such as `head`, is no error.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }

  /** Takes up a file such as .dev.vars. What the environment has already stays. */
  loadFile(path: string): void {
    if (typeof util.parseEnv !== "function") {
      throw usageError("--vars needs Node 20.12 or newer");
    }
    let content: string;
    try {
      content = readFileSync(path, "utf8");
    } catch {
      throw usageError("--vars: there is no such file, or it can't be read");
    }
    this.environment = { ...util.parseEnv(content.replace(/^\ufeff/, "")), ...given(process.env) };
    this.#hideAll();
  }

  /** A setting; undefined where it is missing or empty. */
  setting(name: string): string | undefined {
    return this.environment[name] || undefined;
  }

  /**
   * A secret out of stdin. At a terminal it is asked for, and what is typed is not shown. Throws
   * where nothing comes.
   */
  async readSecret(name: SecretName): Promise<string> {
    const { stdin } = process;
    const read = stdin.isTTY ? await this.#ask(`${name} (not shown): `, true) : await text(stdin);
    const secret = read.replace(/\r?\n$/, "");
    if (secret === "") throw usageError(`--stdin: nothing came for ${name}`);
    this.environment = { ...this.environment, [name]: secret };
    this.#hideAll();
    return secret;
  }

  /** What is piped in, without the line end behind it; at a terminal a line that is asked for. */
  async readText(question: string): Promise<string> {
    const { stdin } = process;
    const read = stdin.isTTY ? await this.#ask(question, false) : await text(stdin);
    if (read.length > INPUT_MAX_CHARACTERS) throw usageError("stdin: that is too long to be a key");
    return read.replace(/\r?\n$/, "");
  }

  /** To stdout: what was asked for. */
  print(line: string): void {
    process.stdout.write(`${this.#shown(line)}\n`);
  }

  printJson(value: unknown): void {
    this.print(asciiJson(value, undefined, 2));
  }

  /** To stderr: why it was not done. */
  complain(line: string): void {
    process.stderr.write(`${this.#shown(line)}\n`);
  }

  complainJson(value: unknown): void {
    this.complain(asciiJson(value, undefined, 2));
  }

  #hideAll(): void {
    for (const name of SECRETS) {
      const secret = this.environment[name]?.trim() ?? "";
      if (secret.length < SECRET_MIN_CHARACTERS) continue;
      const escaped = asciiJson(secret).slice(1, -1);
      // Hexadecimal digits have two spellings.
      for (const spelling of [secret, escaped, secret.toLowerCase(), secret.toUpperCase()]) {
        this.#hidden.add(spelling);
      }
    }
  }

  #shown(line: string): string {
    let shown = plainLines(line);
    for (const secret of this.#hidden) shown = shown.replaceAll(secret, "…");
    return shown;
  }

  #ask(question: string, isHidden: boolean): Promise<string> {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    process.stderr.write(question);
    const output = isHidden ? nowhere : process.stderr;
    const lines = createInterface({ input: process.stdin, output, terminal: true });
    return new Promise((resolve) => {
      lines.once("line", (line) => {
        resolve(line.trim());
        lines.close();
      });
      lines.once("close", () => {
        if (isHidden) process.stderr.write("\n");
        resolve("");
      });
    });
  }
}

function given(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
}
