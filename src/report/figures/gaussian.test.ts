import { expect, it } from "vitest";
import { synthetic, withDensities } from "../../../test/support/reports.ts";
import type { SeriesRow } from "../../results/formats/series.ts";
import type { ReportInput } from "../folder.ts";
import { figures } from "./figures.ts";

const networks = synthetic({ widths: [5, 40], replicas: 2, until: 4, neuron: "inner", temperature: 0.02 });

/** With a run of equations of p coordinates, which rest. */
function withMoments(input: ReportInput, p: number): ReportInput {
  const { series, summary } = input;
  const names = Array.from({ length: p }, (_, k) => [`mean_theta_${k}`, `var_theta_${k}`]).flat();
  const law = Object.fromEntries(names.map((name, k) => [name, 1 + k]));
  const run = summary.runs.length;
  const rows = [0, 2, 4].map(
    (t) => ({ run, solver: "moments", width: null, replica: null, t, ...law }) as SeriesRow,
  );
  const spec = { ...summary.spec, solvers: [...summary.spec.solvers, { moments: {} }] };
  return {
    ...input,
    series: { columns: [...new Set([...series.columns, ...names])], rows: [...series.rows, ...rows] },
    summary: { ...summary, spec, runs: [...summary.runs, { solver: "moments", final: law }] } as never,
    traces: [...input.traces, null],
  };
}

function captions(input: ReportInput): Record<string, string> {
  return Object.fromEntries(figures(input).map(({ name, caption }) => [name, caption]));
}

it("of equations alone: means and variances, as many as can be told apart", () => {
  const alone = { ...networks, series: { ...networks.series, rows: [] }, traces: [] };
  const solvers = { ...alone.summary, spec: { ...alone.summary.spec, solvers: [] }, runs: [] };
  const drawn = figures(withMoments({ ...alone, summary: solvers }, 8));
  const means = drawn.find(({ name }) => name === "means")!;
  expect(means.caption).toBe("The means of *θ* of the Gaussian μ. Drawn: the first 6 of 8 coordinates.");
  expect(means.svg.match(/aria-label="line"/g)).toHaveLength(6);
  expect(drawn.find(({ name }) => name === "variances")!.caption).toContain("The variances of *θ* of the");
});

it("with the widest network and the density beside them", () => {
  const both = withMoments(withDensities(networks, { solver: "grid" }), 1);
  expect(captions(both).means).toBe(
    "The means of *θ* of the Gaussian μ; dashed: *N* = 40 (mean over 2 replicas); dotted: the density.",
  );
  const lone = captions(withMoments(networks, 1));
  expect(lone.means).toMatch(/dashed: \*N\* = 40 \(mean over 2 replicas\)\.$/);
});

it("not where no run is of equations", () => {
  expect(captions(withDensities(networks, { solver: "grid" }))).not.toHaveProperty("means");
});
