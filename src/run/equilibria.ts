// Equilibria: the minimiser of E_τ with its certificate, or with W every equilibrium found, each a row and a density at
// t = ∞. The last row is the one of least free energy.

import { constantTemperature } from "../dynamics/dynamics.ts";
import { langevin } from "../dynamics/langevin.ts";
import type { Grid } from "../grid/grid.ts";
import { DensityObserver } from "../observables/density-observer.ts";
import { Recorder } from "../observables/list.ts";
import { branches } from "../pde/equilibrium/branches.ts";
import { stationary } from "../pde/equilibrium/stationary.ts";
import { GridField } from "../pde/field/field.ts";
import type { Problem } from "../problem/problem.ts";
import type { DensitySnapshot, Row } from "./progress.ts";

/** As recorded. */
const STABILITY = { stable: 1, marginal: 0, unstable: -1 } as const;

/** Rows and densities of the equilibria on a grid, by falling free energy; with W numbered in that order, from 0, as `branch`. */
export function findEquilibria(
  problem: Problem,
  grid: Grid,
  leak: number,
  observe: readonly string[] = [],
): { rows: Row[]; snapshots: DensitySnapshot[] } {
  const field = new GridField(problem, grid);
  const mobility = new Float64Array(problem.dimension).fill(1);
  const temperature = constantTemperature(problem.temperature);
  const recorder = new Recorder({ holds: "equilibrium", problem, dynamics: langevin(), observe });
  const observer = new DensityObserver(field, { mobility, rate: 0, temperature }, recorder);
  const equilibria =
    problem.interaction === null
      ? [{ density: stationary(field, { leak }).density, stability: {} }]
      : branches(field, { leak })
          .reverse()
          .map(({ density, stability }, branch) => ({
            density,
            stability: { stability: STABILITY[stability], branch },
          }));
  return {
    rows: equilibria.map(({ density, stability }) => ({
      t: Number.POSITIVE_INFINITY,
      observables: recorder.row({ ...observer.observe(density, Number.POSITIVE_INFINITY), ...stability }),
    })),
    snapshots: equilibria.map(({ density }) => ({
      t: Number.POSITIVE_INFINITY,
      density: density.slice(),
      outputs: observer.outputs(density),
    })),
  };
}
