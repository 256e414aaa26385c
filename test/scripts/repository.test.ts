// What tools outside this repository read: the forms for issues, Renovate's configuration, and
// .editorconfig.

import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const read = (path: string) => readFileSync(path, "utf8");

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly {
    readonly type: string;
    readonly id?: string;
    readonly attributes: {
      readonly value?: string;
      readonly label?: string;
      readonly options?: readonly { readonly label: string; readonly required?: boolean }[];
    };
    readonly validations?: { readonly required: boolean };
  }[];
}

const forms = globSync(".github/ISSUE_TEMPLATE/*.yml")
  .filter((path) => basename(path) !== "config.yml")
  .sort();

test("there is a form for bugs, and one for keys that are refused", () => {
  expect(forms.map((path) => basename(path))).toEqual(["bug.yml", "invalid-key.yml"]);
});

describe.each(forms)("%s", (path) => {
  const { name, description, body } = parse(read(path)) as Form;

  test("is what GitHub takes as a form", () => {
    expect([name, description].every((text) => text.length > 3)).toBe(true);
    const ids = body.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, id, attributes } of body) {
      expect(["markdown", "textarea", "input", "checkboxes"]).toContain(type);
      if (type === "markdown") expect(attributes.value).toMatch(/\S/);
      else expect([id, attributes.label]).toEqual([expect.any(String), expect.any(String)]);
    }
  });

  test("warns of pasting a secret, and has that confirmed", () => {
    const [first] = body;
    expect(first?.attributes.value).toMatch(
      /^\*\*Never paste an App Certificate, a service key or a grant here/,
    );
    const confirmed = body.find(({ type }) => type === "checkboxes");
    expect(confirmed?.attributes.options).toMatchObject([{ required: true }]);
  });
});

test("a question about a refused key asks for the inspector's findings", () => {
  const { body } = parse(read(".github/ISSUE_TEMPLATE/invalid-key.yml")) as Form;
  const findings = body.find(({ id }) => id === "findings");
  expect(findings?.validations).toEqual({ required: true });
});

test("Renovate's rules are about packages and files that are there", () => {
  const { packageRules } = JSON.parse(read("renovate.json")) as {
    packageRules: readonly Readonly<Record<string, readonly string[] | undefined>>[];
  };
  const manifests = globSync("{.,tools/*}/package.json").map((path) => JSON.parse(read(path)));
  const packages = manifests.flatMap(({ devDependencies = {}, optionalDependencies = {} }) =>
    Object.keys({ ...devDependencies, ...optionalDependencies }),
  );
  for (const { matchPackageNames = [], matchFileNames = [] } of packageRules) {
    for (const pattern of matchPackageNames) {
      const start = pattern.replace(/\*\*$/, "");
      const matches = packages.filter((name) =>
        start === pattern ? name === pattern : name.startsWith(start),
      );
      expect([pattern, matches.length > 0]).toEqual([pattern, true]);
    }
    for (const pattern of matchFileNames) expect(globSync(pattern)).not.toEqual([]);
  }
});

test(".editorconfig says what the files are like", () => {
  const files = globSync("{src,assembly,test,scripts,bench,soak,docs,.github,*}/**/*.*", {
    exclude: (path) => /(^|\/)(node_modules|build|dist|coverage|\.wrangler|vendor)$/.test(path),
  })
    .filter((path) => !/^(test\/vectors\/|src\/bindings\.d\.ts)/.test(path))
    .filter((path) => /\.(ts|mts|mjs|js|css|html|md|yml|json|go|py|java|kt|rb|php)$/.test(path));
  expect(files.length).toBeGreaterThan(300);
  const wrong = files.filter((path) => {
    const text = read(path);
    const hasTabs = /^\t/m.test(text) && !path.endsWith(".go");
    return /\r|[ \t]$/m.test(text) || !text.endsWith("\n") || hasTabs;
  });
  expect(wrong).toEqual([]);
});
