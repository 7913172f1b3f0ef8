// The tables of the README and of docs/, as Markdown reads them: a | that is not escaped begins a column, within code too.

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
