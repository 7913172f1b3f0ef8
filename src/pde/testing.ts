// What tests of grid solvers share: grids, densities, and the free energy with the scale its rounding is relative to.

import { constantTemperature } from "../dynamics/dynamics.ts";
import { type AxisOptions, axis } from "../grid/axis.ts";
import { entropyOf, massOf } from "../grid/density.ts";
import { type Grid, grid } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";
import { GridField } from "./field/field.ts";
import { type FirstOrderScheme, firstOrderScheme } from "./fokker-planck/schemes.ts";
import type { DensityStepper, FokkerPlanckOptions } from "./fokker-planck/stepper.ts";

/** The product of axes with those options. */
export function boxOf(...options: readonly AxisOptions[]): Grid {
  return grid(options.map(axis));
}

/** [−π, π) in that many cells, periodic. */
export function circle(cells: number): AxisOptions {
  return { low: -Math.PI, high: Math.PI, cells, periodic: true };
}

/** The density with mass 1 that is proportional to `values`. */
export function normalised(grid: Grid, values: Float64Array): Float64Array {
  const mass = massOf(grid, values);
  return values.map((value) => value / mass);
}

/** θ of a cell. */
export function centreOf({ axes, strides }: Grid, cell: number): Float64Array {
  return Float64Array.from(axes, ({ centres, cells }, k) => centres[Math.floor(cell / strides[k]) % cells]);
}

/** A field with a stepper; mobility 1 and no birth–death unless given. */
export function solver(
  problem: Problem,
  grid: Grid,
  options: { scheme: FirstOrderScheme; step: number } & Partial<FokkerPlanckOptions>,
): { field: GridField; stepper: DensityStepper } {
  const field = new GridField(problem, grid);
  const mobility = new Float64Array(grid.axes.length).fill(1);
  const { scheme, ...given } = options;
  const temperature = constantTemperature(problem.temperature);
  const stepper = firstOrderScheme(scheme).make({ field, mobility, temperature, rate: 0, ...given });
  return { field, stepper };
}

/** That many steps from t = 0. */
export function advance(stepper: DensityStepper, density: Float64Array, count: number): Float64Array {
  for (let n = 0; n < count; n++) stepper.step(density, n);
  return density;
}

/** E_τ, and R + ∫|V|dμ + |½∬W| + τ∫|μ log μ|: the sizes of the terms that it is the sum of. τ: default the problem's. */
export function freeEnergy(
  field: GridField,
  density: Float64Array,
  temperature = field.problem.temperature,
): { value: number; scale: number } {
  const { grid, external } = field;
  const z = new Float64Array(field.count);
  field.observe(density, z);
  const risk = field.risk(z);
  const energy = field.externalEnergy(density, z);
  let potentialEnergy = 0;
  let size = 0;
  let information = 0;
  for (let i = 0; i < density.length; i++) {
    potentialEnergy += grid.volume * external[i] * density[i];
    size += grid.volume * Math.abs(external[i] * density[i]);
    if (density[i] > 0) information += grid.volume * Math.abs(density[i] * Math.log(density[i]));
  }
  return {
    value: risk + energy + temperature * entropyOf(grid, density),
    scale: risk + size + Math.abs(energy - potentialEnergy) + temperature * information,
  };
}

/** ∫|μ − ν| */
export function distanceOf(grid: Grid, left: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let i = 0; i < left.length; i++) total += grid.volume * Math.abs(left[i] - right[i]);
  return total;
}
