// The tables of the README and of docs/, as Markdown reads them: a | that is not escaped begins a column, within code too. Files that
// comments name, and what cites docs/theory.md, by the number of a section.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support.ts";

const pages = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name))
    .sort(),
];

/** Every table of a page, a list of lines each with its number; code blocks hold none. */
function tablesOf(text: string): { number: number; line: string }[][] {
  const tables: { number: number; line: string }[][] = [];
  let code = false;
  let open = false;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.startsWith("```")) code = !code;
    const row = !code && line.startsWith("|");
    if (row && !open) tables.push([]);
    if (row) tables.at(-1)!.push({ number: index + 1, line });
    open = row;
  }
  return tables;
}

const columns = (line: string) => line.split(/(?<!\\)\|/).length - 2;

describe("tables in Markdown", () => {
  it("are counted as Markdown counts", () => {
    expect([columns("| a | b |"), columns("| a \\| b | `c \\| d` |"), columns("| |a| | b |")]).toEqual([
      2, 2, 4,
    ]);
    expect(tablesOf("| a |\n|---|\n\n```\n| no |\n```\n| b |\n|---|\n")).toHaveLength(2);
  });

  it.each(pages)("have as many columns in every row as in their head: %s", (name) => {
    const tables = tablesOf(readFileSync(join(ROOT, name), "utf8"));
    const broken = tables.flatMap((rows) =>
      rows.filter(({ line }) => columns(line) !== columns(rows[0]!.line) || !line.trimEnd().endsWith("|")),
    );
    expect(broken).toEqual([]);
    for (const [, rule] of tables) expect(rule?.line).toMatch(/^\|(:?-+:?\|)+$/);
  });

  it("are found", () => {
    expect(pages.length).toBeGreaterThan(50);
    const all = pages.flatMap((name) => tablesOf(readFileSync(join(ROOT, name), "utf8")));
    expect(all.length).toBeGreaterThan(70);
  });
});

const sources = ["src", "test", "validation", "bench", "scripts", "examples", "docs"].flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|mjs|md)$/.test(name))
    .map((name) => join(room, name)),
);

/** Files that a comment or a page names, by their last parts: none of a sample's own, `my-claim.ts`, which is no file here. */
function namedFiles(name: string): string[] {
  const lines = readFileSync(join(ROOT, name), "utf8").split("\n");
  const prose = name.endsWith(".md") ? lines : lines.filter((line) => /^\s*(?:\/\/|\/?\*)/.test(line));
  return prose.flatMap((line) => line.match(/(?<![\w/.-])[a-z][\w/-]*\.ts\b/g) ?? []);
}

it("files that comments and pages name are there", () => {
  const samples = /(?:^|\/)(?:my-|NAME|midpoint-order|bumps)/;
  const named = [...sources, "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].flatMap((name) =>
    namedFiles(name).map((file) => [name, file] as const),
  );
  expect(named.length).toBeGreaterThan(100);
  const missing = named.filter(
    ([, file]) => !samples.test(file) && !sources.some((one) => one === file || one.endsWith(`/${file}`)),
  );
  expect(missing).toEqual([]);
});

describe("docs/theory.md", () => {
  const theory = readFileSync(join(ROOT, "docs/theory.md"), "utf8");
  const sections = new Set(Array.from(theory.matchAll(/^##+ ([\d.]*\d)\.? /gm), ([, number]) => number!));
  const [body, works] = theory.split("\n## Sources\n") as [string, string];

  /** Numbers of sections in a citation: "docs/theory.md §3.1, §3.2 and §4" is three. */
  const cited = (text: string) =>
    Array.from(
      text.matchAll(/theory\.md(?:\)|`)?((?:(?:,| and)? §[\d.]*\d)+)/g),
      ([, list]) => list!.match(/[\d.]*\d/g)!,
    );

  it("has the sections that are cited", () => {
    expect(cited("docs/theory.md §3.1, §3.2 and §4.")).toEqual([["3.1", "3.2", "4"]]);
    const missing = sources.flatMap((name) =>
      cited(readFileSync(join(ROOT, name), "utf8"))
        .flat()
        .filter((number) => !sections.has(number))
        .map((number) => `${name}: §${number}`),
    );
    expect(missing).toEqual([]);
    const here = body.match(/(?<=§)[\d.]*\d/g)!;
    expect(here.filter((number) => !sections.has(number))).toEqual([]);
  });

  it("numbers its sections in order", () => {
    const numbers = [...sections].map((number) => number.split(".").map(Number));
    const inOrder = numbers.every(([major, minor], at) => {
      const [last, sub] = numbers[at - 1] ?? [0];
      return minor === undefined ? major === last! + 1 : major === last && minor === (sub ?? 0) + 1;
    });
    expect(inOrder).toBe(true);
  });

  it("is cited in one spelling, with a section", () => {
    const texts = sources
      .filter((name) => name.startsWith("src"))
      .map((name) => readFileSync(join(ROOT, name), "utf8"));
    expect(texts.filter((text) => text.includes(["THEORY", "§"].join(" ")))).toEqual([]);
    expect(texts.flatMap((text) => text.match(/theory\.md(?! §\d)/g) ?? [])).toEqual([]);
    expect(texts.flatMap(cited).length).toBeGreaterThan(40);
  });

  it("lists the works that it names", () => {
    const named = body.match(/\p{Lu}\p{L}+ (?:19|20)\d\d\b/gu)!;
    const listed = (name: string, year: string) =>
      works.split("\n").some((row) => row.includes(name) && row.includes(year));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((work) => !listed(...(work.split(" ") as [string, string])))).toEqual([]);
  });
});
