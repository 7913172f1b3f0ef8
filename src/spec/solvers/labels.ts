// What tells the solvers of an experiment apart, in words: `particles, polyak`, `grid, spectral`.

import { distinctLabels } from "../../base/labels.ts";
import type { Details, Networks, SolverForm } from "./form.ts";
import { formOf } from "./list.ts";
import type { StatedDensity } from "./on-grid.ts";

/** One of an experiment's solvers: its keys below its name. */
export type StatedSolver = Readonly<Record<string, object>>;

/** What words need of an experiment, defaults filled. */
export interface StatedSolvers {
  readonly solvers: readonly StatedSolver[];
}

/** Of each of an experiment's solvers in their order: its name, with what tells it from others of that name. */
export function solverLabels({ solvers }: StatedSolvers): string[] {
  return distinctLabels(
    solvers.map((solver, entry) => ({
      name: nameOf(solver),
      details: detailsOf(solver),
      place: entry + 1,
    })),
  );
}

/** The place in the list of solvers of each run, in the order of the runs. */
export function entriesOfRuns({ solvers }: StatedSolvers): number[] {
  return solvers.flatMap((solver, entry) => {
    return Array.from({ length: runCount(solver) }, () => entry);
  });
}

/** particles, grid, … */
export function nameOf(solver: StatedSolver): string {
  return Object.keys(solver)[0]!;
}

/** How many runs an entry stands for. */
export function runCount(solver: StatedSolver): number {
  const networks = networksOf(solver);
  return networks === null ? 1 : networks.widths.length * networks.replicas;
}

/** The networks of an entry; null where it has none. */
export function networksOf(solver: StatedSolver): Networks | null {
  return formIn(solver).networks?.(keysOf(solver)) ?? null;
}

function formIn(solver: StatedSolver): SolverForm {
  return formOf(nameOf(solver));
}

function keysOf(solver: StatedSolver): object {
  return Object.values(solver)[0]!;
}

/** Cells and extent, of a solver that has them. */
export function densityOf(solver: StatedSolver): StatedDensity {
  return keysOf(solver);
}

/** The same of θ alone. */
export function positionsOf(solver: StatedSolver): StatedDensity {
  return formIn(solver).positions?.(keysOf(solver)) ?? densityOf(solver);
}

/** What can tell a solver apart from others of its name. */
export function detailsOf(solver: StatedSolver): Details {
  return formIn(solver).details(keysOf(solver));
}
