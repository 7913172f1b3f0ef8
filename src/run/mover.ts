// A density that moves: what a scheme, a word on phase space or minimising movements give the simulation of a run, whatever moves it.

import { attempt } from "../base/errors.ts";
import { type FirstOrderDynamics, jumpRate, temperatureOf } from "../dynamics/dynamics.ts";
import type { FaceMass } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import type { Observables } from "../observables/observer.ts";
import type { Extras } from "../observables/position.ts";
import { excessAbove, hasExcess, tooDear } from "../pde/equilibrium/excess.ts";
import type { GridField } from "../pde/field/field.ts";
import type { Problem } from "../problem/problem.ts";
import type { OnGrid } from "./runs.ts";

/** What is read off a density of θ, or of (θ, ω), at time t. */
export interface Reader {
  observe(density: Float64Array, t: number): Observables;
  /** −dE_τ/dt at fixed τ, or −dH/dt. */
  dissipation(density: Float64Array, t: number): number;
  /** What −dE_τ/dt is more than that, as τ itself changes. */
  cooling?(density: Float64Array, t: number): number;
  outputs(density: Float64Array): Float64Array;
  /** F, with momenta F + ½∫|ω|²dμ: all but the entropy of what falls, for little. */
  level(density: Float64Array): number;
  boundary(density: Float64Array): FaceMass | null;
  /** ∫dμ, and −∫min(μ, 0), where they come with the rest. */
  masses?(density: Float64Array): { mass: number; negative: number };
}

/** A density that moves, whatever moves it. */
export interface Mover {
  readonly grid: Grid;
  readonly reader: Reader;
  /** Whether a step leaves rounding of the largest cell in every cell, as transforms do. */
  readonly mixes: boolean;
  /** Why the cells are too coarse for the density at time t, or null. */
  coarse?(density: Float64Array, t: number): string | null;
  /** The density now, cell averages. */
  readonly density: Float64Array;
  /** From t = nh to (n + 1)h. */
  step(n: number): void;
  /** Why the density after n steps cannot be trusted, for a reason of the method's own; `negative`: its negative mass. */
  doubt?(n: number, negative: number, face: FaceMass | null): string | null;
  /** What the end is repeated for: errors of step and cells, by the names they are recorded under. Errors: numerics. */
  errors?(end: Observables): Record<string, number>;
  /** What a user should know of its steps. */
  notices?(): string[];
  /** What the last step took, by the names it is recorded under. */
  report?(): Record<string, number>;
  /** Why the distance to the optimum, or what needs it, is blank. */
  readonly omission?: string | undefined;
  /** Everything that the next step depends on; `into`: what it gave before, which may be written over. */
  save(into?: Float64Array): Float64Array;
  restore(state: Float64Array): void;
  /** The density of a state that `save` gave; may be written over that state. */
  densityOf(state: Float64Array): Float64Array;
}

/** What is read off beside the density, and why some of that is blank. */
export type Excesses = Extras & { omission?: string | undefined };

/** The distance to the optimum: undefined where there is none, null and why where the optimum was not found. */
export function excessOf({ problem, leak }: OnGrid, field: GridField, phase?: Grid): Excesses {
  if (!hasExcess(problem)) return {};
  const dear = tooDear(field.features);
  if (dear !== null) return { excess: null, omission: dear };
  const { result, failure } = attempt(() =>
    excessAbove(field, { leak, ...(phase === undefined ? {} : { phase }) }),
  );
  return { excess: result, omission: failure };
}

/** What moves and reads a density of first-order dynamics. */
export function transportOf(problem: Problem, dynamics: FirstOrderDynamics) {
  return {
    mobility: dynamics.mobility(problem),
    rate: jumpRate(dynamics),
    temperature: temperatureOf(problem, dynamics),
  };
}
