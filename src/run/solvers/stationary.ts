// Where a density rests: the minimiser of E_τ with its certificate, or with W the equilibria that a search finds.

import { MuflowError } from "../../base/errors.ts";
import { motionOf } from "../../dynamics/motion.ts";
import { DEFAULT_LEAK } from "../../grid/leak.ts";
import { exhaustive } from "../../pde/equilibrium/branches.ts";
import { requireNormalisable } from "../../pde/equilibrium/stationary.ts";
import { testFeatures } from "../../pde/field/features.ts";
import { GridField } from "../../pde/field/field.ts";
import type { Problem } from "../../problem/problem.ts";
import type { STATIONARY as FORM } from "../../spec/solvers/stationary.ts";
import { findEquilibria } from "../equilibria.ts";
import { MIB, product, slackOf } from "../memory-model.ts";
import { type DensitySnapshot, type Hooks, NO_PROGRESS, type SimulationEnd, stoppable } from "../progress.ts";
import { gridOf, inFile, onGridName, type StationaryRun } from "../runs.ts";
import { boxText, facesText, featureBytes, featureCells, ON_GRID, visits } from "./on-grid.ts";
import type { DensityRecord } from "./record.ts";

/** Passes over the features on the way to an equilibrium, roughly, in ψ-evaluations a number. */
const SEARCH = 150;
const CELL = 110;
const SLACK = 30 * MIB;
/** Data up to which Newton's matrix is stored. */
const MOST_STORED = 1000;

export const STATIONARY: DensityRecord<StationaryRun, ReturnType<(typeof FORM)["complete"]>> = {
  ...ON_GRID,
  solver: "stationary",
  holds: "equilibrium",
  runs: (stated, common) => [
    { ...common, ...stated, solver: "stationary", holds: "equilibrium", leak: DEFAULT_LEAK },
  ],
  check(run) {
    requireNormalisable(run.problem, motionOf(run.dynamics, run.problem));
    new GridField(run.problem, gridOf(run));
    testFeatures(run.problem, gridOf(run));
  },
  // Interrupted it has nothing to save, and begins anew.
  simulate: (run, hooks) => stoppable(hooks, () => search(run, hooks)),
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

/** Searches, in one step. */
function search(run: StationaryRun, hooks: Hooks<DensitySnapshot>): SimulationEnd<DensitySnapshot> {
  hooks.control?.(0);
  hooks.begins?.("searching for equilibria");
  try {
    const equilibria = findEquilibria(run.problem, gridOf(run), run.leak, run.observe);
    const progress = { ...NO_PROGRESS, step: 1, ...equilibria };
    hooks.recorded?.(1, progress.rows[progress.rows.length - 1]);
    return { status: "done", progress };
  } catch (error) {
    if (!(error instanceof MuflowError) || error.kind !== "numerics") throw error;
    const failure = `${onGridName(run)}: ${inFile(run, error).message}`;
    return { status: "broken", progress: NO_PROGRESS, failure };
  }
}

function equilibriaText(problem: Problem): string {
  if (problem.interaction === null) return "the minimiser of E_τ with its certificate";
  return exhaustive(problem)
    ? "all equilibria with their stability"
    : "the equilibria that a search finds, perhaps not all";
}
