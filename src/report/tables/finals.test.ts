import { describe, expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import type { Comparison, SolverLabel } from "../../observables/distances/compare.ts";
import { asText } from "./data-table.ts";
import { comparisonNotes, comparisonsData, comparisonsTable } from "./distances.ts";
import { summaryData, summaryNotes } from "./finals.ts";
import { latexTable } from "./latex.ts";
import { csvTable } from "./table-files.ts";

const summaryTable = (...given: Parameters<typeof summaryData>) => asText(summaryData(...given));
const { summary } = synthetic({ widths: [5], replicas: 1, until: 1 });
const run = (width: number, replica: number, final: Record<string, number>) =>
  ({ solver: "particles", width, replica, final }) as const;

describe("summaryTable", () => {
  it("gives mean and range over replicas, and says what is missing or not finite", () => {
    const runs = [
      run(100, 0, { risk: 0.5 }),
      run(10, 0, { risk: 0.1, kinetic: Number.POSITIVE_INFINITY }),
      run(10, 1, { risk: 0.2, kinetic: 1 }),
    ];
    expect(summaryTable({ ...summary, runs })).toEqual({
      head: ["solver", "width", "replicas", "risk", "kinetic"],
      rows: [
        ["particles", "10", "2", "0.15 (0.1 … 0.2)", "not finite"],
        ["particles", "100", "1", "0.5", "–"],
      ],
    });
  });

  it("leaves blank what has no meaning where nothing moves, and says so, fresh or read from summary.json", () => {
    const still = { risk: 0.5, dissipation: 0, identity_residual: Number.NaN };
    const moving = { risk: 0.5, dissipation: 1, identity_residual: 1e-3 };
    const fresh = { ...summary, runs: [run(10, 0, still), run(10, 1, moving), run(100, 0, still)] };
    for (const one of [fresh, JSON.parse(JSON.stringify(fresh))]) {
      const data = summaryData(one, ["risk", "identity_residual"]);
      const table = asText(data);
      expect(table.rows.map((row) => row.at(-1))).toEqual(["0.001", "–"]);
      const notes = summaryNotes(one, data).join(" ");
      expect(notes).toContain("less than 1e-10 of their start");
      expect(notes).not.toContain("no dissipation");
    }
    const noisy = { ...summary, runs: [run(10, 0, { risk: 0.5 }), run(100, 0, moving)] };
    const notes = summaryNotes(noisy, summaryData(noisy)).join(" ");
    expect(notes).toContain("they have no dissipation");
    expect(notes).not.toContain("1e-10");
  });

  it("shows the observables asked for", () => {
    const { head, rows } = summaryTable(summary, ["mean_theta_0", "gap"]);
    expect(head.slice(3)).toEqual(["mean_theta_0", "gap"]);
    expect(rows[0]![4]).toBe("–");
  });

  it("has a column of sizes where anything has one, and says why equations have no gap", () => {
    const equations = { solver: "moments", final: { risk: 0.2 } } as const;
    const alone = { ...summary, runs: [equations] };
    expect(summaryTable(alone)).toEqual({
      head: ["solver", "replicas", "risk"],
      rows: [["moments", "1", "0.2"]],
    });
    const beside = { ...summary, runs: [run(10, 0, { risk: 0.1, gap: 0.05 }), equations] };
    const data = summaryData(beside);
    expect(asText(data)).toEqual({
      head: ["solver", "width", "replicas", "risk", "gap"],
      rows: [
        ["particles", "10", "1", "0.1", "0.05"],
        ["moments", "–", "1", "0.2", "–"],
      ],
    });
    expect(summaryNotes(beside, data).join(" ")).toContain("no cells on which to bound the optimum");
  });

  it("shows free energies, gaps and cells where there are densities", () => {
    const input = withDensities(
      synthetic({ widths: [5], replicas: 2, until: 1, neuron: "inner", temperature: 0.02 }),
      { solver: "grid", p: 2, cells: 8 },
      { solver: "grid", p: 2, cells: 8, scheme: "second-order" },
      { solver: "jko", p: 2, cells: 8 },
      { solver: "stationary", p: 2, cells: 12 },
    );
    const table = summaryTable(input.summary);
    expect(table.head).toEqual([
      "solver",
      "width or cells",
      "replicas",
      "risk",
      "energy",
      "free_energy",
      "gap",
      "dissipation",
      "identity_residual",
    ]);
    expect(table.rows.map((row) => row.slice(0, 3))).toEqual([
      ["particles", "5", "2"],
      ["grid", "8 × 8, implicit", "1"],
      ["grid", "8 × 8, second-order", "1"],
      ["jko", "8 × 8, quantile", "1"],
      ["stationary", "12 × 12", "1"],
    ]);
    expect(table.rows[0]!.slice(5, 7)).toEqual(["–", "–"]);
    expect(table.rows[4]!.slice(5)).toEqual(["0.25", "0", "–", "–"]);
    const notes = summaryNotes(input.summary, summaryData(input.summary)).join(" ");
    expect(notes).toContain("(a … b): the smallest and the largest of the replicas");
    expect(notes).toContain("no free energy");
    expect(notes).toContain("does not move");
    const branched = withDensities(input, { solver: "stationary", branches: 2 }).summary;
    expect(summaryNotes(branched, summaryData(branched)).join(" ")).toContain("least free energy");
  });

  it("has cells alone, and no notes, without networks", () => {
    const { summary: alone } = withDensities(synthetic({ widths: [], until: 1 }), {
      solver: "grid",
      cells: 8,
    });
    const table = summaryTable(alone);
    expect(table.head[1]).toBe("cells");
    expect(table.rows[0]!.slice(0, 3)).toEqual(["grid", "8", "1"]);
    expect(summaryNotes(alone, summaryData(alone))).toEqual([]);
  });
});

describe("comparisonsTable", () => {
  const network = (width: number): SolverLabel => ({
    solver: "particles",
    entry: 0,
    width,
    integrator: "euler",
  });
  const grid: SolverLabel = { solver: "grid", entry: 1, cells: [8], scheme: "implicit" };
  const still: SolverLabel = { solver: "stationary", entry: 2, cells: [8] };
  const entry = (
    a: SolverLabel,
    b: SolverLabel,
    t: number | null,
    quantity: Comparison["quantity"],
    mean: number,
    interval: readonly [number, number] | null = null,
  ): Comparison => ({ a, b, t, quantity, mean, interval, replicas: interval ? 3 : 1 });
  const comparisons = [
    entry(network(10), grid, 0, "f_rms", 0.5, [0.4, 0.6]),
    entry(network(10), grid, 0, "w1", 0.25, [0.2, 0.3]),
    entry(network(10), grid, 4, "f_rms", 0.05, [-0.01, 0.11]),
    entry(network(10), grid, 4, "w1", 0.025, [0.02, 0.03]),
    entry(grid, still, 4, "w1", 1.23456),
    entry(still, { ...still, entry: 3, cells: [16] }, null, "w1", 1e-9),
  ];
  const compared = { ...summary, comparisons };

  it("has a row for each pair and time", () => {
    const { head, rows } = comparisonsTable(compared);
    expect(head).toEqual(["solver", "compared with", "t", "f_rms", "w1"]);
    expect(rows).toEqual([
      ["N = 10", "grid", "0", "0.5 [0.4, 0.6]", "0.25 [0.2, 0.3]"],
      ["N = 10", "grid", "4", "0.05 [-0.01, 0.11]", "0.025 [0.02, 0.03]"],
      ["grid", "stationary, 8", "4", "–", "1.23"],
      ["stationary, 8", "stationary, 16", "∞", "–", "1e-9"],
    ]);
  });

  it("can be cut to the last time of each pair", () => {
    expect(comparisonsTable(compared, { last: true }).rows.map((row) => row[2])).toEqual(["4", "4", "∞"]);
  });

  it("tells solvers of one kind apart", () => {
    const other = { ...grid, entry: 2, scheme: "second-order" };
    const same = { ...grid, entry: 3 };
    const pairs = comparisonsTable({ ...summary, comparisons: [entry(grid, other, 0, "w1", 1)] });
    expect(pairs.rows[0]!.slice(0, 2)).toEqual(["grid, implicit", "grid, second-order"]);
    const twins = comparisonsTable({ ...summary, comparisons: [entry(grid, same, 0, "w1", 1)] });
    expect(twins.rows[0]!.slice(0, 2)).toEqual(["grid, solver 2", "grid, solver 4"]);
  });

  it("tells them apart by what the spec says of them, as the other tables do", () => {
    const [first, second] = [grid, { ...grid, entry: 2 }];
    const twins = [entry(network(10), first, 0, "w1", 1), entry(network(10), second, 0, "w1", 1)];
    const kinetic = (order: number, integrator = "aboba") => ({
      grid: { cells: [8], scheme: "spectral", integrator, order },
    });
    const spec = { solvers: [{ particles: { width: [10] } }, kinetic(2), kinetic(4), kinetic(2, "baoab")] };
    const { rows } = comparisonsTable({ spec, comparisons: twins });
    expect(rows.map((row) => row[1])).toEqual(["grid, order 2", "grid, order 4"]);
    const three = [...twins, entry(network(10), { ...grid, entry: 3 }, 0, "w1", 1)];
    expect(comparisonsTable({ spec, comparisons: three }).rows.map((row) => row[1])).toEqual([
      "grid, aboba, order 2",
      "grid, aboba, order 4",
      "grid, baoab, order 2",
    ]);
  });

  it("shows both of two replicas, in other signs than an interval, and says so", () => {
    const pair = { ...entry(network(10), grid, 4, "w1", 0.5), replicas: 2, extremes: [0.4, 0.6] as const };
    const three = entry(network(100), grid, 4, "w1", 0.05, [0.04, 0.06]);
    const both = { ...summary, comparisons: [pair, three] };
    expect(comparisonsTable(both).rows.map((row) => row.at(-1))).toEqual([
      "0.5 (0.4 … 0.6)",
      "0.05 [0.04, 0.06]",
    ]);
    const notes = comparisonNotes(both);
    expect(notes).toContain("[a, b]: the 95 % interval of the mean over replicas.");
    expect(notes).toContain(
      "(a … b): both of two replicas, after their mean; two have no interval worth the name.",
    );
    expect(comparisonNotes({ ...summary, comparisons: [three] }).join(" ")).not.toContain("(a … b)");
    // For programs columns say low and high of intervals alone.
    expect(csvTable(comparisonsData(both)).split("\n").slice(0, 3)).toEqual([
      "solver,compared with,t,w1,w1_low,w1_high",
      "N = 10,grid,4,0.5,,",
      "N = 100,grid,4,0.05,0.04,0.06",
    ]);
    const latex = latexTable(comparisonsData(both), "x");
    expect(latex).toContain("$0.5\\ (0.4\\,\\ldots\\,0.6)$");
    expect(latex).toContain("$0.05\\ [0.04,\\,0.06]$");
    expect(latex).toContain("% [a, b]: the 95 % interval");
  });

  it("numbers the branches of an equilibrium", () => {
    const branches = [1, 2].map((branch) => entry(grid, { ...still, branch }, 4, "w1", branch));
    expect(comparisonsTable({ ...summary, comparisons: branches }).rows).toEqual([
      ["grid", "stationary, branch 1", "4", "1"],
      ["grid", "stationary, branch 2", "4", "2"],
    ]);
    const known = [1, 2].map((branch) =>
      entry(
        grid,
        { ...still, branch, branches: 3, mean: [branch === 1 ? -0.71 : 1e-17], free_energy: -0.25 },
        4,
        "w1",
        branch,
      ),
    );
    const found = { ...summary, comparisons: known };
    expect(comparisonsTable(found).rows.map((row) => row[1])).toEqual([
      "stationary, branch 1 (mean -0.71, free energy -0.25)",
      "stationary, branch 2 (mean 0, free energy -0.25)",
    ]);
    expect(comparisonNotes(found)).toContain(
      "branch: which of the 3 equilibria found, numbered from 0 by falling free energy; those that repel are not compared.",
    );
  });

  it("says what its entries are", () => {
    expect(comparisonNotes(compared)).toEqual([
      expect.stringMatching(/^f_rms: .*; w1, w2: .*\.$/),
      expect.stringContaining("95 %"),
      expect.stringContaining("t → ∞"),
    ]);
    expect(comparisonNotes({ ...summary, comparisons: [] })).toEqual([]);
    expect(comparisonsTable({ ...summary, comparisons: [] }).rows).toEqual([]);
  });
});

describe("a run that stopped early", () => {
  const summaryTable = (...given: Parameters<typeof summaryData>) => asText(summaryData(...given));
  const { summary } = synthetic({ widths: [5, 20], replicas: 2, until: 1 });
  const stopped = { t: 3, reason: "diverged" };
  const runs = summary.runs.map((run, k) => (k === 1 ? { ...run, stopped } : run));

  it("is marked in its row, after all columns of old", () => {
    const table = summaryTable({ ...summary, runs });
    expect(table.head).toEqual([...summaryTable(summary).head, "ended"]);
    expect(table.rows.map((row) => row.at(-1))).toEqual(["1 of 2 stopped at t = 3", "done"]);
    const [single] = summaryTable({ ...summary, runs: runs.slice(1, 2) }).rows;
    expect(single!.at(-1)).toBe("stopped at t = 3");
  });
});
