// Which runs of an experiment are compared with which: networks with every density, and densities among themselves.

import { type Comparison, compareSolvers } from "../observables/compare.ts";
import type { BuiltExperiment } from "./build.ts";
import type { DensitySnapshot, NetworkSnapshot, Progress } from "./progress.ts";
import { gridOf } from "./runs.ts";

/** The comparisons of summary.json; none where a single kind of run leaves nothing to compare. */
export function comparisonsOf(
  { problem, runs }: BuiltExperiment,
  results: readonly (Progress | null)[],
): Comparison[] {
  const kept = runs.flatMap((run, index) => {
    const result = results[index];
    return result === null || result.snapshots.length === 0 ? [] : [{ run, snapshots: result.snapshots }];
  });
  const networks = kept.flatMap(({ run, snapshots }) =>
    run.solver === "particles"
      ? {
          label: { solver: run.solver, entry: run.entry, width: run.width, integrator: run.integrator },
          snapshots: snapshots as readonly NetworkSnapshot[],
        }
      : [],
  );
  const densities = kept.flatMap(({ run, snapshots }) =>
    run.solver === "particles"
      ? []
      : {
          label: {
            solver: run.solver,
            entry: run.entry,
            cells: run.cells,
            ...(run.solver === "grid" ? { scheme: run.scheme } : {}),
            ...(run.solver === "jko" ? { method: run.method } : {}),
          },
          grid: gridOf(run),
          stationary: run.solver === "stationary",
          snapshots: snapshots as readonly DensitySnapshot[],
        },
  );
  if (densities.length === 0) return [];
  return compareSolvers({ dimension: problem.dimension, weight: problem.data.weight, networks, densities });
}
