import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import { csvText } from "../../results/formats/series.ts";
import { writeReport } from "../write.ts";
import { csvTable } from "./table-files.ts";

describe("a table as CSV", () => {
  it("has every digit, and columns for what numbers lie between", () => {
    const rows = [
      ["particles", { value: 1 / 3, between: [-0.1, 1e-7] as const }, { value: 2, text: "∞" }],
      ["grid, fine", { value: Number.NaN }, null],
    ];
    const head = ["solver", "risk", "t"];
    expect(csvTable({ head, brackets: "interval", rows })).toBe(
      'solver,risk,risk_low,risk_high,t\nparticles,0.3333333333333333,-0.1,1e-7,2\n"grid, fine",NaN,,,\n',
    );
    expect(csvTable({ head, brackets: "extremes", rows })).toMatch(/^solver,risk,risk_min,risk_max,t\n/);
  });

  it("gives back every text and every number", () => {
    const anyRow = fc.tuple(fc.string(), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.array(anyRow), fc.string(), (rows, name) => {
        const cells = rows.map(([text, value]) => [text, { value }]);
        const csv = csvTable({ head: [`${name}x`, "value"], brackets: "interval", rows: cells });
        const read = (parse(csv) as string[][]).map((cells) => cells.map(csvText));
        expect(read[0]).toEqual([`${name}x`, "value"]);
        expect(read.slice(1).map(([text, value]) => [text, Number(value)])).toEqual(rows);
      }),
    );
  });
});

describe("the tables of a run", () => {
  const input = withDensities(synthetic({ widths: [5, 20], replicas: 2, until: 1 }), { solver: "grid" });
  const a = { solver: "particles", width: 5 };
  const b = { solver: "grid", cells: [40] };
  const one = { a, b, t: 1, quantity: "w1", mean: 0.5, interval: [0.4, 0.6], replicas: 2 } as const;

  async function written(comparisons: readonly (typeof one)[]): Promise<Record<string, string>> {
    const folder = mkdtempSync(join(tmpdir(), "muflow-tables-"));
    try {
      await writeReport(folder, { ...input, summary: { ...input.summary, comparisons } });
      const tables = join(folder, "tables");
      return Object.fromEntries(
        readdirSync(tables).map((name) => [name, readFileSync(join(tables, name), "utf8")]),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("are those of the report, as CSV and LaTeX", async () => {
    const files = await written([one]);
    expect(Object.keys(files).sort()).toEqual(["distances.csv", "distances.tex", "finals.csv", "finals.tex"]);
    expect(files["distances.csv"]).toBe(
      "solver,compared with,t,w1,w1_low,w1_high\nN = 5,grid,1,0.5,0.4,0.6\n",
    );
    expect(files["finals.csv"]!.split("\n")[0]).toMatch(
      /^solver,width or cells,replicas,risk,risk_min,risk_max,energy,energy_min,energy_max,/,
    );
    expect(files["finals.csv"]!.trim().split("\n")).toHaveLength(4);
    expect(files["finals.tex"]).toContain(`hash ${input.summary.hash}`);
    expect(Object.keys(await written([])).sort()).toEqual(["finals.csv", "finals.tex"]);
  });
});
