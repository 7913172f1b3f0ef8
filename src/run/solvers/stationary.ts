// Where a density rests: the minimiser of E_τ with its certificate, or with W the equilibria that a search finds.

import { DEFAULT_LEAK } from "../../grid/leak.ts";
import { exhaustive } from "../../pde/equilibrium/branches.ts";
import type { Problem } from "../../problem/problem.ts";
import { MIB, product, slackOf } from "../memory-model.ts";
import type { StationaryRun } from "../runs.ts";
import { checkStationaryRun, solveStationary } from "../solve-stationary.ts";
import { boxText, facesText, featureBytes, featureCells, ON_GRID, visits } from "./on-grid.ts";
import type { DensityRecord } from "./record.ts";

/** Passes over the features on the way to an equilibrium, roughly, in ψ-evaluations a number. */
const SEARCH = 150;
const CELL = 110;
const SLACK = 30 * MIB;
/** Data up to which Newton's matrix is stored. */
const MOST_STORED = 1000;

export const STATIONARY: DensityRecord<StationaryRun> = {
  ...ON_GRID,
  solver: "stationary",
  holds: "equilibrium",
  runs: (stated, common) => [
    { ...common, ...stated, solver: "stationary", holds: "equilibrium", leak: DEFAULT_LEAK } as StationaryRun,
  ],
  check: checkStationaryRun,
  simulate: (run, hooks) => solveStationary(run, hooks),
  lines: (runs) =>
    runs.map((run) => `stationary: ${equilibriaText(run.problem)}, ${boxText(run)}, ${facesText(run)}`),
  sources: ({ problem }) =>
    problem.interaction === null ? ["nitanda2022"] : ["dawson1983", "bertini2010", "farrell2015"],
  cost: (run) => SEARCH * featureCells(run) * visits(run),
  unit: () => 3,
  bytes(run) {
    const cells = product(run.cells);
    const matrix = 24 * Math.min(run.problem.data.size, MOST_STORED) ** 2;
    return slackOf(SLACK, cells) + CELL * cells + featureBytes(run) + matrix;
  },
};

function equilibriaText(problem: Problem): string {
  if (problem.interaction === null) return "the minimiser of E_τ with its certificate";
  return exhaustive(problem)
    ? "all equilibria with their stability"
    : "the equilibria that a search finds, perhaps not all";
}
