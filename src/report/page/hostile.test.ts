// What a folder's files may say, somebody else's included, never becomes markup, a formula or a command: every string of a
// summary, a study and a series is replaced in turn, and so are numbers that a reader might take for text.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { afterAll, describe, expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import { syntheticFit, syntheticStudy } from "../../../test/support/studies.ts";
import { csvCell, csvText, decodeCsv, encodeCsv, KEY_COLUMNS } from "../../results/formats/series.ts";
import type { ReportInput } from "../folder.ts";
import { writeStudyReport } from "../study/report.ts";
import { writeReport } from "../write.ts";

const EVIL = `=cmd|'x'!A0</pre></title></svg>"'><script>alert(1)</script><img src=x onerror=alert(1)>\u0000\u001b[31m\u2028\\input{x}&#60;`;

const folder = mkdtempSync(join(tmpdir(), "muflow-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Path = readonly (string | number)[];

/** Where the strings are, and the numbers that are printed as they stand. */
function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value === "string") return [at];
  if (typeof value === "number") return PRINTED.includes(String(at.at(-1))) ? [at] : [];
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...at, key]));
}
const PRINTED = ["seed", "wallTime", "width", "replica", "cores", "step", "temperature", "friction"];

/** A copy with another value there. */
function withAt(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = withAt(copy[key], rest, other);
  return copy;
}

/** Every file of a folder's report. */
function written(): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    names
      .filter((name) => /\.\w+$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

function expectHarmless(files: Record<string, string>, where: string): void {
  for (const [name, text] of Object.entries(files)) {
    if (!name.endsWith(".csv")) expect(text, `${where} in ${name}`).not.toMatch(/(?![\t\n])\p{Cc}/u);
    if (/\.(html|svg)$/.test(name)) {
      expect(text, `${where} in ${name}`).not.toMatch(/<script|<img|<\/pre><\/title|\son\w+=["']/);
      const { document } = parseHTML(name.endsWith("svg") ? `<html>${text}</html>` : text);
      for (const tag of ["script", "img", "iframe", "object", "link", "a"]) {
        expect(document.querySelectorAll(tag), `${where}: <${tag}> in ${name}`).toHaveLength(0);
      }
    } else if (name.endsWith(".csv")) {
      for (const row of parse(text) as string[][]) {
        for (const cell of row) {
          if (Number.isNaN(Number(cell))) expect(cell, `${where} in ${name}`).not.toMatch(/^[=+\-@\t\r]/);
        }
      }
    } else if (name.endsWith(".tex")) {
      expect(text, `${where} in ${name}`).not.toMatch(/^[^%]*\\input/m);
    }
  }
}

/** Writes with each of these strings replaced, two at a time: text never stops a report, what should be a number may. */
async function writeAll<Given>(
  given: Given,
  paths: readonly Path[],
  write: (hostile: Given) => Promise<unknown>,
): Promise<void> {
  const half = Math.ceil(paths.length / 2);
  for (let k = 0; k < half; k++) {
    const replaced = [paths[k]!, ...paths.slice(half + k, half + k + 1)];
    const where = replaced.map((path) => path.join(".")).join(" and ");
    const isText = replaced.every(
      (path) => typeof path.reduce((inner, key) => Object(inner)[key], given as unknown) === "string",
    );
    try {
      await write(replaced.reduce<unknown>((hostile, path) => withAt(hostile, path, EVIL), given) as Given);
    } catch (error) {
      if (isText) throw error;
      expect(error, where).toBeInstanceOf(TypeError);
      continue;
    }
    expectHarmless(written(), where);
  }
}

const input = withDensities(synthetic({ widths: [5], replicas: 2, until: 1 }), { solver: "grid" });
const a = { solver: "particles", width: 5 };
const b = { solver: "grid", cells: [40] };
const distance = { a, b, t: 1, quantity: "w1", mean: 0.5, interval: [0.4, 0.6], replicas: 2 } as const;

describe("a run's report", () => {
  const given: ReportInput = {
    ...input,
    summary: {
      ...input.summary,
      comparisons: [distance],
      data: { points: 24, inputs: ["x"], target: "y", standardised: "all", notices: ["one"] },
    },
    hypotheses: [{ statement: "bounded", holds: false, reason: "relu" }],
    warnings: ["the step is long"],
  };
  const { series, data, traces, ...texts } = given;
  const paths = pathsIn(texts);

  it(`keeps ${paths.length} strings as text`, async () => {
    expect(paths.map((path) => path.join("."))).toEqual(
      expect.arrayContaining([
        "summary.seed",
        "summary.outcome",
        "summary.name",
        "warnings.0",
        "sources.0.bibtex",
      ]),
    );
    await writeAll(given, paths, (hostile) => writeReport(folder, hostile));
  });
});

describe("a study's report", () => {
  const study = syntheticStudy({
    sweep: { "problem.neuron.activation": ["tanh", "relu"], "problem.temperature": [0.1, 0.2] },
    fits: [syntheticFit({ predicted: -0.5, group: { "problem.neuron.activation": "tanh" } })],
    status: (run) => (run === 3 ? { status: "failed", reason: "diverged" } : { status: "done" }),
  });
  const given = {
    summary: study,
    description: ["one"],
    sources: [{ label: "x", bibtex: "@x" }],
    warnings: ["w"],
  };

  it("keeps every string as text", async () => {
    const paths = pathsIn(given).filter((path) => !/points\.[1-9]|runs\.[4-9]/.test(path.join(".")));
    expect(paths.map((path) => path.join("."))).toEqual(
      expect.arrayContaining([
        "summary.seed",
        "summary.points.0.values.problem.neuron.activation",
        "summary.points.0.runs.3.reason",
      ]),
    );
    await writeAll(given, paths, (hostile) => writeStudyReport(folder, hostile));
  });

  it("keeps swept keys as text", async () => {
    const named = syntheticStudy({ sweep: { [EVIL]: [EVIL, 0.1], "=1+1": ["@x", "-y"] } });
    await writeStudyReport(folder, { ...given, summary: named });
    expectHarmless(written(), "a swept key");
  });
});

describe("a cell of CSV", () => {
  it.each([
    ["=1+1", `"'=1+1"`],
    ["+1+1", `"'+1+1"`],
    ["-2+3", `"'-2+3"`],
    ["−2", `"'−2"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["\t=1", `"'\t=1"`],
    ["\r=1", `"'\r=1"`],
    ["＝1", `"'＝1"`],
    ["'=1", `"''=1"`],
    ["-1.5e-3", "-1.5e-3"],
    ["+2", "+2"],
    ["a=b", "a=b"],
    ["'quoted'", `"'quoted'"`],
  ])("%j is %s", (text, cell) => expect(csvCell(text)).toBe(cell));

  it("is no formula, and reads back", () => {
    const anyText = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."='+-@\t\r\n1,;\"x") }));
    fc.assert(
      fc.property(anyText, (text) => {
        const [[cell = ""] = []] = parse(csvCell(text)) as string[][];
        expect(csvText(cell)).toBe(text);
        if (Number.isNaN(Number(cell))) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
      }),
    );
  });

  it("is no formula in a series, whose columns and cells read back", () => {
    const row = { run: 0, solver: "=solver", width: 1, replica: 0, label: "@label", t: 0, "=a": 1, "-b": -2 };
    const table = { columns: [...KEY_COLUMNS, "=a", "-b"], rows: [row] };
    expect(encodeCsv(table).split("\n")[0]).toMatch(/"'=a","'-b"$/);
    expect(decodeCsv(encodeCsv(table))).toEqual(table);
  });
});
