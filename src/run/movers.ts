// What moves the density of a run, and what reads it: a scheme for first-order dynamics, a word on phase space, or JKO steps.

import { refuse, under } from "../base/breach.ts";
import { MuflowError } from "../base/errors.ts";
import { type FirstOrderDynamics, jumpRate, temperatureOf } from "../dynamics/dynamics.ts";
import { motionOf } from "../dynamics/motion.ts";
import type { FaceMass } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { initialDensity } from "../grid/initial.ts";
import { DensityObserver } from "../observables/density.ts";
import type { Recorder } from "../observables/list.ts";
import type { Observables } from "../observables/observer.ts";
import { PhaseObserver } from "../observables/phase.ts";
import type { Extras } from "../observables/position.ts";
import { Excess, hasExcess, tooDear } from "../pde/equilibrium/excess.ts";
import { GridField } from "../pde/field/field.ts";
import { positionGrid } from "../pde/field/phase.ts";
import { fokkerPlanck } from "../pde/fokker-planck/fokker-planck.ts";
import { coarseness } from "../pde/fokker-planck/resolution.ts";
import { entropicStepper } from "../pde/jko/entropic.ts";
import { jkoBreaches } from "../pde/jko/jko.ts";
import { quantileStepper } from "../pde/jko/quantile.ts";
import { Force } from "../pde/kinetic/force.ts";
import { HypocoerciveFunctional, hypocoercive } from "../pde/kinetic/hypocoercive.ts";
import { phaseDensity } from "../pde/kinetic/initial.ts";
import { KineticStepper } from "../pde/kinetic/step.ts";
import type { Problem } from "../problem/problem.ts";
import {
  type FirstOrderGridRun,
  type GridRun,
  gridOf,
  isPhaseSpace,
  type JkoRun,
  type KineticGridRun,
} from "./runs.ts";

/** The share of τ that cells may add by their own diffusion. */
const MOST_EXCESS = 1;

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
  /** Steps so far that were taken as several shorter ones. */
  shortened?(): number;
  /** Negative mass that was set to 0 so far. */
  cut?(): number;
  /** What the last step took, by the names it is recorded under. */
  report?(): Record<string, number>;
  /** Why the distance to the optimum, or what needs it, is blank. */
  readonly omission?: string | undefined;
  /** Everything that the next step depends on. */
  save(): Float64Array;
  restore(state: Float64Array): void;
  /** The density of a state that `save` gave; may be written over that state. */
  densityOf(state: Float64Array): Float64Array;
}

/** What moves that run, at its start; `recorder`: of what its density is observed for. */
export function makeMover(run: GridRun | JkoRun, recorder: Recorder): Mover {
  if (isPhaseSpace(run)) return kineticMover(run, recorder);
  return run.solver === "grid" ? firstOrderMover(run, recorder) : jkoMover(run, recorder);
}

function firstOrderMover(run: FirstOrderGridRun, recorder: Recorder): Mover {
  const { problem, dynamics, scheme, schedule } = run;
  const grid = gridOf(run);
  const field = new GridField(problem, grid);
  const density = initialDensity(grid, run.initial, run.leak);
  const motion = transportOf(problem, dynamics);
  const stepper = fokkerPlanck({ field, scheme, step: schedule.step, ...motion });
  const { omission, ...extras } = excessOf(run, field);
  return {
    grid,
    reader: new DensityObserver(field, { ...motion, stepper }, recorder, extras),
    mixes: false,
    omission,
    coarse: (now, t) => tooCoarse(field, now, motion.temperature.at(t), motion.mobility),
    density,
    step: (n) => stepper.step(density, n),
    shortened: () => stepper.shortened ?? 0,
    cut: () => stepper.cut ?? 0,
    save: () => density.slice(),
    restore: (state) => density.set(state),
    densityOf: (state) => state,
  };
}

/** The JKO stepper of a run on its field. Errors (input): a start, cells or an ε that it does not take. */
export function jkoStepper(run: JkoRun, field: GridField) {
  const { problem, dynamics, method, initial, leak, epsilon, schedule } = run;
  refuse(jkoBreaches(run, problem, motionOf(dynamics, problem)).map((one) => under("jko", one))[0]);
  const { grid } = field;
  const common = { problem, grid, step: schedule.step };
  if (method === "quantile") return quantileStepper({ ...common, law: initial });
  return entropicStepper({
    ...common,
    field,
    density: initialDensity(grid, initial, leak),
    ...(epsilon === null ? { compensated: true } : { epsilon }),
  });
}

function jkoMover(run: JkoRun, recorder: Recorder): Mover {
  const { problem, dynamics } = run;
  if (dynamics.order === "second") throw new Error("jko: momenta");
  const grid = gridOf(run);
  const field = new GridField(problem, grid);
  const stepper = jkoStepper(run, field);
  const { omission, ...extras } = excessOf(run, field);
  return {
    grid,
    reader: new DensityObserver(field, transportOf(problem, dynamics), recorder, extras),
    mixes: false,
    omission,
    get density() {
      return stepper.density();
    },
    step: () => stepper.step(),
    report() {
      const { iterations, marginalError } = stepper.report();
      if (!("epsilon" in stepper)) return { iterations };
      return { iterations, marginal_error: marginalError ?? 0, epsilon: stepper.epsilon };
    },
    save: () => stepper.save(),
    restore: (state) => stepper.restore(state),
    densityOf: (state) => stepper.densityOf(state),
  };
}

function kineticMover(run: KineticGridRun, recorder: Recorder): Mover {
  const { problem, dynamics, scheme, integrator, order, schedule } = run;
  const phase = gridOf(run);
  const density = phaseDensity(phase, run.initial, run.leak, problem.temperature);
  // ψ and ∂ψ are tabulated once.
  const force = new Force(new GridField(problem, positionGrid(phase)));
  const options = {
    problem,
    dynamics,
    phase,
    scheme,
    integrator,
    order,
    step: schedule.step,
    density,
    force,
  };
  const stepper = new KineticStepper(options);
  const { omission, ...extras } = extrasOf(run, phase, density, force);
  return {
    grid: phase,
    reader: new PhaseObserver(problem, dynamics, phase, recorder, extras, force.field),
    mixes: scheme === "spectral",
    omission,
    get density() {
      return stepper.density();
    },
    step: (n) => stepper.step(n),
    save: () => stepper.save(),
    restore: (state) => stepper.restore(state),
    densityOf: (state) => stepper.densityOf(state),
  };
}

/** The distance to the optimum: undefined where there is none, null and why where the optimum was not found. */
function excessOf(
  { problem, leak }: GridRun | JkoRun,
  field: GridField,
  phase?: Grid,
): Extras & { omission?: string | undefined } {
  if (!hasExcess(problem)) return {};
  const dear = tooDear(field.features);
  if (dear !== null) return { excess: null, omission: dear };
  const { result, failure } = attempt(
    () => new Excess(field, { leak, ...(phase === undefined ? {} : { phase }) }),
  );
  return { excess: result, omission: failure };
}

/** H − H*, and ℰ where it is proved to fall. Made from the initial law, so that a run that goes on has the same. */
function extrasOf(
  run: KineticGridRun,
  phase: Grid,
  start: Float64Array,
  force: Force,
): Extras & { omission?: string | undefined } {
  const { problem, dynamics, initial } = run;
  const found = excessOf(run, force.field, phase);
  const { excess } = found;
  if (!hypocoercive(problem, dynamics, initial)) return found;
  if (!excess) return { ...found, hypocoercive: null };
  const { result, failure } = attempt(
    () => new HypocoerciveFunctional({ problem, dynamics, phase, start, force, excess }),
  );
  return { excess, hypocoercive: result, omission: failure };
}

/** The result, or null and why there is none. */
function attempt<Result>(work: () => Result): { result: Result | null; failure?: string | undefined } {
  try {
    return { result: work() };
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    return { result: null, failure: error.message };
  }
}

function transportOf(problem: Problem, dynamics: FirstOrderDynamics) {
  return {
    mobility: dynamics.mobility(problem),
    rate: jumpRate(dynamics),
    temperature: temperatureOf(problem, dynamics),
  };
}

/** Why the cells are too coarse for the density at that temperature, or null. */
export function tooCoarse(
  field: GridField,
  density: Float64Array,
  temperature: number,
  mobility: Float64Array,
): string | null {
  return temperature > 0 ? coarseness(field, density, temperature, MOST_EXCESS, mobility) : null;
}
