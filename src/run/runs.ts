// The runs an experiment consists of, each with everything it needs: one network, one density on a grid, one stepper of Wasserstein type, one search for
// equilibria. What a run holds decides what is done with it; what is particular to a solver is in its record (solvers/).

import { type MuflowError, renamed } from "../base/errors.ts";
import {
  type Dynamics,
  type FirstOrderDynamics,
  hasJumps,
  isNoisy,
  type KineticDynamics,
  temperatureOf,
} from "../dynamics/dynamics.ts";
import type { WordName } from "../dynamics/words.ts";
import { axis } from "../grid/axis.ts";
import { type Grid, grid } from "../grid/grid.ts";
import type { DualOption } from "../observables/lower-bound/lower-bound.ts";
import type { Holding } from "../observables/observer.ts";
import type { BatchPlan } from "../particles/batch.ts";
import { type IntegratorName, type IntegratorSettings, integratorOf } from "../particles/integrators.ts";
import type { FirstOrderScheme } from "../pde/fokker-planck/schemes.ts";
import type { JkoMethod } from "../pde/jko/jko.ts";
import type { KineticScheme } from "../pde/kinetic/schemes.ts";
import type { InitialLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import type { Schedule } from "../spec/schedule.ts";

export interface RunBase {
  /** As the experiment file calls it. */
  readonly solver: string;
  readonly holds: Holding;
  /** Position in the experiment's `solvers`. */
  readonly entry: number;
  readonly problem: Problem;
  readonly dynamics: Dynamics;
  readonly initial: InitialLaw;
  readonly schedule: Schedule;
}

export interface ParticleRun extends RunBase {
  readonly solver: "particles";
  readonly holds: "network";
  readonly integrator: IntegratorName;
  readonly settings: IntegratorSettings;
  /** N */
  readonly width: number;
  readonly replica: number;
  readonly seed: number;
  /** null: all data at every step. */
  readonly batch: BatchPlan | null;
  /** Whether a lower bound on the optimum is recorded where it exists. */
  readonly dual: DualOption;
}

/** A run whose μ is given on cells. */
export interface OnGrid extends RunBase {
  readonly cells: readonly number[];
  readonly extent: readonly (readonly [number, number])[];
  /** The most mass that the two outermost cells of a face may hold. */
  readonly leak: number;
  /** Observables besides those that are always recorded. */
  readonly observe?: readonly string[];
}

export interface FirstOrderGridRun extends OnGrid {
  readonly solver: "grid";
  readonly holds: "density";
  readonly dynamics: FirstOrderDynamics;
  readonly scheme: FirstOrderScheme;
}

/** Its cells and extent are those of θ, then of ω. */
export interface KineticGridRun extends OnGrid {
  readonly solver: "grid";
  readonly holds: "phase space";
  readonly dynamics: KineticDynamics;
  readonly scheme: KineticScheme;
  readonly integrator: WordName;
  readonly order: 2 | 4;
  /** Whether the run is repeated, refined, to estimate its error. */
  readonly refine: boolean;
}

export type GridRun = FirstOrderGridRun | KineticGridRun;

export interface JkoRun extends OnGrid {
  readonly solver: "jko";
  readonly holds: "density";
  readonly method: JkoMethod;
  /** null: chosen by the stepper. */
  readonly epsilon: number | null;
}

export interface StationaryRun extends OnGrid {
  readonly solver: "stationary";
  readonly holds: "equilibrium";
}

/** Whether the run is of N neurons. */
export function isNetwork(run: RunBase): run is ParticleRun {
  return run.holds === "network";
}

/** Whether its μ is given on cells. */
export function isOnGrid(run: RunBase): run is OnGrid {
  return !isNetwork(run) && !isReduced(run);
}

/** True for a density of (θ, ω). */
export function isPhaseSpace(run: RunBase): run is KineticGridRun {
  return run.holds === "phase space";
}

/** Whether a scheme moves its density. */
export function hasScheme(run: RunBase): run is GridRun {
  return "scheme" in run;
}

/** Whether it holds a few numbers whose equations are closed. */
export function isReduced(run: RunBase): boolean {
  return run.holds === "equations";
}

/** Whether it holds what does not move: it is found, at no time, in one step. */
export function isAtRest(run: RunBase): run is StationaryRun {
  return run.holds === "equilibrium";
}

/** Whether chance decides anything after the start: noise, births and deaths, batches. */
export function isRandom({ problem, dynamics, batch }: ParticleRun): boolean {
  return isNoisy(problem, dynamics) || hasJumps(dynamics) || batch !== null;
}

/** pτ, of the start, where there is noise; else 0. */
export function heatOf({ problem, dynamics }: RunBase): number {
  return isNoisy(problem, dynamics) ? problem.dimension * temperatureOf(problem, dynamics).at(0) : 0;
}

/** The grid of a run: the axes of θ, and then those of ω where it is kinetic. */
export function gridOf({ cells, extent, problem }: Pick<OnGrid, "cells" | "extent" | "problem">): Grid {
  const periodic = (k: number) => problem.domain === "torus" && k < problem.dimension;
  return grid(
    cells.map((count, k) =>
      axis({ low: extent[k][0], high: extent[k][1], cells: count, periodic: periodic(k) }),
    ),
  );
}

/** Steps of a run: what rests is found in one. */
export function stepsOf(run: RunBase): number {
  return isAtRest(run) ? 1 : run.schedule.steps;
}

/** Data points that a step of a network evaluates ψ at, on average. */
export function pointsPerStep({ problem, dynamics, integrator, batch }: ParticleRun): number {
  const { gradients = 1 } = integratorOf(integrator);
  // Births and deaths look at the network that transport has moved.
  if (batch === null) return (gradients + (hasJumps(dynamics) ? 1 : 0)) * problem.data.size;
  const each = batch.anchor === null ? batch.size : 2 * batch.size;
  return gradients * each + (batch.anchor === null ? 0 : problem.data.size / batch.anchor);
}

/** Whether it is no copy: replicas differ in their random numbers alone, and what is said of the first holds of all. */
export function isFirstReplica(run: RunBase): boolean {
  return !isNetwork(run) || run.replica === 0;
}

/** A run on a grid in a few words, for messages. */
export function onGridName({ solver, cells }: OnGrid): string {
  return `${solver}, ${cells.join(" × ")} cells`;
}

/** Mass beside a face, as a share of `leak`, that is worth a word. */
export const NEAR_LEAK = 0.1;

/** An axis of a density, for messages: those of ω by name. */
export function axisName({ problem }: OnGrid, axis: number): string {
  const k = axis - problem.dimension;
  return k < 0 ? `axis ${axis}` : `axis ${axis} (ω_${k})`;
}

/** What the library says of a density with the keys of the run's file: grid.cells there is solvers.1.stationary.cells, say. */
export function inFile({ entry, solver }: RunBase, error: MuflowError): MuflowError {
  return renamed(error, ([head, ...keys]) =>
    head === "grid" || head === "jko" ? ["solvers", entry, solver, ...keys] : [head!, ...keys],
  );
}
