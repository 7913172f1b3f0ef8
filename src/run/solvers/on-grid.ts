// What records of solvers on a grid share.

import { initialDensity } from "../../grid/initial.ts";
import { requireFeatures, testFeatures } from "../../pde/field/features.ts";
import { GridField } from "../../pde/field/field.ts";
import { FEATURE, product } from "../memory-model.ts";
import type { Snapshot } from "../progress.ts";
import { gridOf, isAtRest, type OnGrid, onGridName } from "../runs.ts";

/** The field and the start of a run. Errors (input): cells that do not hold them, or are too coarse for them. */
export function checkedStart(run: OnGrid): { field: GridField; density: Float64Array } {
  const grid = gridOf(run);
  requireFeatures(run.problem, grid);
  const density = initialDensity(grid, run.initial, run.leak);
  const field = new GridField(run.problem, grid);
  testFeatures(run.problem, grid);
  return { field, density };
}

/** Cells of the features: where the output weight is a coordinate they do without its axis. */
export function featureCells({ problem: { neuron }, cells }: OnGrid): number {
  return neuron?.outer === undefined ? product(cells) : product(cells) / cells[0]!;
}

export function featureBytes(run: OnGrid): number {
  return FEATURE * run.problem.data.size * featureCells(run);
}

/** Data and coordinates, each of which a cell is visited for. */
export function visits({ problem: { data, dimension } }: OnGrid): number {
  return data.size + dimension;
}

/** `400 × 400 cells on [−4, 4] × [−4, 4]`. */
export function boxText({ cells, extent }: OnGrid): string {
  const box = extent.map(([low, high]) => `[${low}, ${high}]`).join(" × ");
  return `${cells.join(" × ")} cells on ${box}`;
}

export function facesText({ problem: { domain } }: OnGrid): string {
  return domain === "torus" ? "periodic" : "closed to flux at its faces";
}

/** The parts of a record that go by cells alone. */
export const ON_GRID = {
  size: ({ cells }: OnGrid) => ({ cells }),
  name: onGridName,
  isKept: (run: OnGrid, snapshot: Snapshot) =>
    "density" in snapshot && snapshot.density.length === gridOf(run).size,
  numbers: ({ cells }: OnGrid) => product(cells),
  costLines: (runs: readonly OnGrid[]) =>
    runs.map((run) => {
      const steps = isAtRest(run) ? "" : `, ${run.schedule.steps} steps`;
      return `${run.solver}: ${product(run.cells)} cells${steps}`;
    }),
  shrink: {
    key: "cells" as const,
    // Even numbers, which scheme spectral asks for.
    to: <R extends OnGrid>(run: R, share: number): R => ({
      ...run,
      cells: run.cells.map((cells) => 2 * Math.floor((cells * share) / 2)),
    }),
    text: ({ cells }: OnGrid) => `[${cells.join(", ")}]`,
    serves: () => true,
  },
};
