// Several equilibria of one search: one number each, in the rows, in the snapshots and in what they are compared with.

import { describe, expect, it } from "vitest";
import { compareSolvers } from "../observables/distances/compare.ts";
import { spaceOf } from "../observables/distances/distances.ts";
import { distances } from "../observables/distances/testing.ts";
import { recordedBy } from "../observables/list.ts";
import { seriesOf } from "../results/formats/rows.ts";
import { parseExperiment } from "../spec/schema.ts";
import { buildExperiment, readInputs } from "./build.ts";
import { comparable } from "./comparisons.ts";
import type { DensitySnapshot, Progress } from "./progress.ts";
import { gridOf, type StationaryRun } from "./runs.ts";
import { simulate } from "./solvers/list.ts";

const experiment = parseExperiment(
  {
    name: "wells",
    // Below the critical temperature: two ordered states attract, the one between them repels.
    problem: {
      potential: { kind: "double-well" },
      interaction: { kind: "quadratic", strength: 1 },
      temperature: 0.3,
    },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: [0.5], std: [0.4] },
    time: { until: 1, step: 0.5, record: 1 },
    solvers: [{ grid: { cells: 120, extent: [[-3, 3]] } }, { stationary: { cells: 120, extent: [[-3, 3]] } }],
  },
  "spec",
);

describe("equilibria of one search", () => {
  const built = buildExperiment(experiment, readInputs(experiment, "."));
  const [moving, resting] = built.runs as [Parameters<typeof simulate>[0], StationaryRun];
  const results: Progress[] = [simulate(moving).progress, simulate(resting).progress];
  const rows = results[1].rows.map(({ observables }) => observables);
  const snapshots = results[1].snapshots as readonly DensitySnapshot[];

  it("are several, of which one repels", () => {
    expect(rows.map(({ stability }) => stability)).toEqual([-1, 1, 1]);
    expect(rows.map(({ free_energy }) => free_energy)).toEqual(
      rows.map(({ free_energy }) => free_energy).toSorted((a, b) => b - a),
    );
    expect(recordedBy(resting)).toEqual(Object.keys(rows[0]));
  });

  it("have in comparisons the number of their row and of their density", () => {
    const found = compareSolvers(comparable(built, results)).filter(
      ({ a, quantity }) => a.solver === "grid" && quantity === "w1",
    );
    const numbers = found.map(({ b }) => b.branch as number);
    expect(new Set(numbers).size).toBe(numbers.length);
    // The least free energy first, and none that repels.
    expect(numbers).toEqual(
      rows.flatMap(({ stability }, branch) => (stability >= 0 ? branch : [])).toReversed(),
    );
    const grid = gridOf(resting);
    const last = results[0].snapshots.at(-1) as DensitySnapshot;
    const table = seriesOf(built, { solvers: [] }, results).rows.filter(({ run }) => run === 1);
    for (const { b, mean } of found) {
      const branch = b.branch as number;
      const own = { grid, values: snapshots[branch].density };
      const { w1 } = distances({ grid, values: last.density }, own, spaceOf(grid));
      expect(mean).toBeCloseTo(w1, 14);
      expect(table[branch].branch).toBe(branch);
      expect([b.branches, b.mean, b.free_energy]).toEqual([
        rows.length,
        [rows[branch].mean_theta_0],
        rows[branch].free_energy,
      ]);
      expect(rows[branch].mean_theta_0).toBeCloseTo(
        own.values.reduce((sum, mu, i) => sum + grid.volume * mu * grid.axes[0].centres[i], 0),
        10,
      );
    }
  });
});
