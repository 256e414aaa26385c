// Rules for the source tree that no other tool checks: `node scripts/check-tree.ts [rule …]`, all
// of them if none is named. Prints every offence.
//   circles      no import circle in assembly/ (biome, which finds those of src/, can't parse it)
//   names        no two files of src/ have the same name
//   file-length  no file of src/ or assembly/ has over 300 lines
//   line-length  no line has over 100 characters: of code, comments and Markdown

import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const FILE_MAX_LINES = 300;
const LINE_MAX_CHARACTERS = 100;
const CODE = "**/*.{ts,tsx,mts,mjs,js,css,html,c,h,cpp,java,kt}";
const root = fileURLToPath(new URL("..", import.meta.url).href);

const RULES: Readonly<Record<string, () => string[]>> = {
  circles: importCircles,
  names: doubleNames,
  "file-length": longFiles,
  "line-length": longLines,
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in RULES));
if (unknown.length > 0)
  throw new Error(`no rule ${unknown.join(", ")}: there are ${Object.keys(RULES).join(", ")}`);
const rules = named.length > 0 ? named : Object.keys(RULES);
const offences = rules.flatMap((name) => RULES[name]?.() ?? []);
for (const offence of offences) console.error(offence);
console.log(`tree: ${rules.join(", ")}: ${offences.length} offences`);
process.exitCode = offences.length === 0 ? 0 : 1;

/** The paths of files, sorted. */
function files(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: root, exclude: ["**/node_modules/**"] })
    .filter((path) => basename(path).includes("."))
    .sort();
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Goes down from each file, and reports a path that comes back to a file that it has passed. */
function importCircles(): string[] {
  const imports = new Map(
    files("assembly/**/*.ts").map((path) => [
      path,
      Array.from(read(path).matchAll(/from "(\.[^"]+)";/g), ([, to = ""]) =>
        join(path, "..", to.replace(/(\.ts)?$/, ".ts")),
      ),
    ]),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, passed: readonly string[]): void => {
    if (passed.includes(path)) {
      const circle = [...passed.slice(passed.indexOf(path)), path];
      circles.push(`import circle: ${circle.join(" -> ")}`);
      return;
    }
    if (done.has(path)) return;
    for (const to of imports.get(path) ?? []) visit(to, [...passed, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
}

function doubleNames(): string[] {
  const byName = new Map<string, string[]>();
  for (const path of files("src/**/*.ts")) {
    const name = basename(path).replace(/(\.d)?\.ts$/, "");
    byName.set(name, [...(byName.get(name) ?? []), path]);
  }
  return Array.from(byName.values())
    .filter((paths) => paths.length > 1)
    .map((paths) => `the same name: ${paths.join(", ")}`);
}

function longFiles(): string[] {
  return files(`src/${CODE}`, `assembly/${CODE}`)
    .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
    .filter(({ lines }) => lines > FILE_MAX_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

function longLines(): string[] {
  const folders = ["src", "assembly", "test", "bench", "soak", "scripts", "examples"];
  const code = files(...folders.map((folder) => `${folder}/${CODE}`));
  const written = code.filter(
    (path) => path !== "src/bindings.d.ts" && !path.startsWith("test/vectors/"),
  );
  return [
    ...written.flatMap((path) => longLinesOf(path, withoutLiterals(path, read(path)))),
    ...files("*.md", "docs/*.md", "examples/**/*.md").flatMap((path) =>
      longLinesOf(path, withoutCells(path, read(path))),
    ),
  ];
}

/** `text` is the file's text without what may be longer. */
function longLinesOf(path: string, text: string): string[] {
  return text
    .split("\n")
    .flatMap((line, i) =>
      line.length > LINE_MAX_CHARACTERS && !line.includes("://")
        ? [`${path}:${i + 1}: ${line.length} characters`]
        : [],
    );
}

/**
 * Code without its string literals: the formatter can't break those. (It knows a literal by its
 * look, so it may also take a part of a regular expression, or miss a part of a nested template.)
 */
function withoutLiterals(path: string, code: string): string {
  if (/\.(html|css)$/.test(path)) return code;
  const token = /\/\/.*|\/\*[\s\S]*?\*\/|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*'|`(\\[\s\S]|[^`\\])*`/g;
  return code.replace(token, (text) => (text.startsWith("/") ? text : text.replace(/[^\n]/g, "")));
}

/** Markdown without its tables, and without the string literals of its blocks of code. */
function withoutCells(path: string, markdown: string): string {
  return markdown
    .split(/^(```[\s\S]*?^```)$/m)
    .map((part) => (part.startsWith("```") ? withoutLiterals(path, part) : part))
    .join("")
    .replace(/^ *\|.*$/gm, "");
}
