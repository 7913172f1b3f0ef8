// Which runs of an experiment are compared with which: networks with every density, and densities among themselves.

import type { SolverRuns } from "../observables/distances/compare.ts";
import type { BuiltExperiment } from "./build.ts";
import type { DensitySnapshot, NetworkSnapshot, Progress, Row } from "./progress.ts";
import { gridOf, isAtRest, isNetwork, isOnGrid } from "./runs.ts";
import { detailsOf } from "./solvers/list.ts";

/** What an experiment's runs hold that can be compared: for compareSolvers, which finds nothing where no run holds a density. */
export function comparable(
  { problem, runs }: BuiltExperiment,
  results: readonly (Progress | null)[],
): SolverRuns {
  const outcomes = runs.flatMap((run, index) => {
    const result = results[index];
    if (result === null || result.snapshots.length === 0) return [];
    return [{ run, snapshots: result.snapshots, rows: result.rows }];
  });
  const networks = outcomes.flatMap(({ run, snapshots }) =>
    isNetwork(run)
      ? {
          label: { solver: run.solver, entry: run.entry, width: run.width, ...detailsOf(run) },
          snapshots: snapshots as readonly NetworkSnapshot[],
        }
      : [],
  );
  const densities = outcomes.flatMap(({ run, snapshots, rows }) => {
    if (!isOnGrid(run)) return [];
    const label = {
      solver: run.solver,
      entry: run.entry,
      cells: run.cells,
      ...detailsOf(run),
    };
    const base = { grid: gridOf(run), stationary: isAtRest(run) };
    const held = snapshots as readonly DensitySnapshot[];
    if (!isAtRest(run) || held.length === 1) return [{ ...base, label, snapshots: held }];
    // Of several equilibria those that attract, numbered as in the series and the snapshots; the least free energy first.
    return held
      .map((snapshot, branch) => ({ snapshot, branch, stability: rows[branch].observables.stability }))
      .filter(({ stability }) => stability >= 0)
      .reverse()
      .map(({ snapshot, branch }) => ({
        ...base,
        label: { ...label, ...equilibriumLabel(rows, branch) },
        snapshots: [snapshot],
      }));
  });
  return { dimension: problem.dimension, weight: problem.data.weight, networks, densities };
}

/** Which of several equilibria one is: its place, of how many, its mean and its free energy, by which a person knows it. */
function equilibriumLabel(rows: readonly Row[], branch: number) {
  const { observables } = rows[branch];
  const names = Object.keys(observables).filter((name) => /^mean_theta_\d+$/.test(name));
  return {
    branch,
    branches: rows.length,
    mean: names.map((name) => observables[name]),
    free_energy: observables.free_energy,
  };
}
