// The runs an experiment consists of: one network, one density on a grid, one stepper of Wasserstein type, or one search
// for equilibria, each with everything it needs.

import {
  type Dynamics,
  type FirstOrderDynamics,
  hasJumps,
  isNoisy,
  type KineticDynamics,
} from "../dynamics/dynamics.ts";
import type { WordName } from "../dynamics/words.ts";
import { axis } from "../grid/axis.ts";
import { type Grid, grid } from "../grid/grid.ts";
import type { DualOption } from "../observables/lower-bound/lower-bound.ts";
import type { BatchPlan } from "../particles/batch.ts";
import { type IntegratorName, type IntegratorSettings, integratorOf } from "../particles/integrators.ts";
import type { FirstOrderScheme } from "../pde/fokker-planck/stepper.ts";
import type { KineticScheme } from "../pde/kinetic/ornstein-uhlenbeck.ts";
import type { InitialLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import type { Schedule } from "../spec/schedule.ts";

interface RunBase {
  /** Position in the experiment's `solvers`. */
  readonly entry: number;
  readonly problem: Problem;
  readonly dynamics: Dynamics;
  readonly initial: InitialLaw;
  readonly schedule: Schedule;
}

export interface ParticleRun extends RunBase {
  readonly solver: "particles";
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

interface OnGrid extends RunBase {
  readonly cells: readonly number[];
  readonly extent: readonly (readonly [number, number])[];
  /** The most mass that the two outermost cells of a face may hold. */
  readonly leak: number;
  /** Observables besides those that are always recorded. */
  readonly observe?: readonly string[];
}

export interface FirstOrderGridRun extends OnGrid {
  readonly solver: "grid";
  readonly dynamics: FirstOrderDynamics;
  readonly scheme: FirstOrderScheme;
}

/** Its cells and extent are those of θ, then of ω. */
export interface KineticGridRun extends OnGrid {
  readonly solver: "grid";
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
  readonly method: "quantile" | "entropic";
  /** null: chosen by the stepper. */
  readonly epsilon: number | null;
}

export interface StationaryRun extends OnGrid {
  readonly solver: "stationary";
}

/** A run that holds a density. */
export type DensityRun = GridRun | JkoRun | StationaryRun;

export type Run = ParticleRun | DensityRun;

/** Whether chance decides anything after the start: noise, births and deaths, batches. */
export function isRandom({ problem, dynamics, batch }: ParticleRun): boolean {
  return isNoisy(problem, dynamics) || hasJumps(dynamics) || batch !== null;
}

/** True for a density of (θ, ω). */
export function isPhaseSpace(run: Run): run is KineticGridRun {
  return run.solver === "grid" && run.dynamics.order === "second";
}

/** The grid of a run: the axes of θ, and then those of ω where it is kinetic. */
export function gridOf({ cells, extent, problem }: Pick<DensityRun, "cells" | "extent" | "problem">): Grid {
  const periodic = (k: number) => problem.domain === "torus" && k < problem.dimension;
  return grid(
    cells.map((count, k) =>
      axis({ low: extent[k][0], high: extent[k][1], cells: count, periodic: periodic(k) }),
    ),
  );
}

/** Steps of a run: equilibria are found in one. */
export function stepsOf(run: Run): number {
  return run.solver === "stationary" ? 1 : run.schedule.steps;
}

/** Evaluations per implicit step on a grid, roughly: of the potential, and of each chain of substeps. */
const GRID_PASSES = 20;
/** Arithmetic a cell of a kinetic step, roughly, in ψ-evaluations. */
const PHASE_PASSES = 50;
/** Cells of a refined run along an axis, over those of the run. */
const REFINED = 1.5;
/** Scaling iterations of an entropic step, roughly. */
const SCALINGS = 100;
/** Passes over the features on the way to an equilibrium, roughly, in ψ-evaluations a number. */
const SEARCH = 150;

/** Data points that a step of a network evaluates ψ at, on average. */
export function pointsPerStep({ problem, dynamics, integrator, batch }: ParticleRun): number {
  const { gradients = 1 } = integratorOf(integrator);
  // Births and deaths look at the network that transport has moved.
  if (batch === null) return (gradients + (hasJumps(dynamics) ? 1 : 0)) * problem.data.size;
  const each = batch.anchor === null ? batch.size : 2 * batch.size;
  return gradients * each + (batch.anchor === null ? 0 : problem.data.size / batch.anchor);
}

/** Arithmetic per step, to tell long runs from short ones: ψ-evaluations for networks, and what compares to them. */
export function costOf(run: Run): number {
  const { problem } = run;
  const data = problem.data.size + problem.dimension;
  if (run.solver === "particles") {
    const pairs = problem.interaction?.type === "pairs" ? run.width : 0;
    return run.width * (pointsPerStep(run) + problem.dimension + pairs);
  }
  const cells = run.cells.reduce((product, count) => product * count, 1);
  if (run.solver === "stationary") {
    const { neuron } = problem;
    // Where the output weight is a coordinate the features do without its axis.
    const product = neuron?.kind === "perceptron" && neuron.output !== "fixed";
    return SEARCH * (product ? cells / run.cells[0] : cells) * data;
  }
  if (isPhaseSpace(run)) {
    const runs = (run.order === 4 ? 3 : 1) * (run.refine ? 1 + REFINED ** run.cells.length + 2 : 1);
    return PHASE_PASSES * runs * cells;
  }
  if (run.solver === "grid") return GRID_PASSES * cells * data;
  return run.method === "quantile" ? GRID_PASSES * cells * data : SCALINGS * cells * Math.max(...run.cells);
}

/** Whether it is no copy: replicas differ in their random numbers alone, and what is said of the first holds of all. */
export function isFirstReplica(run: Run): boolean {
  return run.solver !== "particles" || run.replica === 0;
}

/** Below this many ψ-evaluations a step a team would wait for one another longer than it computes. */
const WORTH_SPLITTING = 1e6;

/** Whether a team may share it. Only networks are split: grids are quick for their size, and their solves sequential. */
export function isWide(run: Run): boolean {
  return run.solver === "particles" && costOf(run) >= WORTH_SPLITTING;
}

/** What the library says of a density with the keys of the run's file: grid.cells there is solvers.1.stationary.cells, say. */
export function inFile({ entry, solver }: Run, message: string): string {
  return message.replace(/(?<![\w.])(?:grid|jko)\.(?=[a-z])/g, `solvers.${entry}.${solver}.`);
}

/** A run in a few words, for messages. */
export function nameOf(run: Run): string {
  if (run.solver === "particles") return `N = ${run.width}, replica ${run.replica}`;
  const size = run.cells.join(" × ");
  return `${run.solver}, ${size} cells`;
}
