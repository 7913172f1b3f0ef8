// One run of a density: from the initial law (or a saved state) to the end, by a grid scheme or by JKO steps, recording
// observables, keeping snapshots, saving on demand, and stopping where the numbers cannot be trusted any longer.

import { inputError, MuflowError } from "../base/errors.ts";
import { type FirstOrderDynamics, temperatureOf } from "../dynamics/dynamics.ts";
import { type FaceMass, massOf, negativeMassOf } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { initialDensity } from "../grid/initial.ts";
import { leakMessage } from "../grid/leak.ts";
import { DensityObserver } from "../observables/density.ts";
import { identityResidual, Ledger } from "../observables/ledger.ts";
import type { Observables } from "../observables/particles.ts";
import { PhaseObserver } from "../observables/phase.ts";
import { GridField } from "../pde/field.ts";
import { fokkerPlanck } from "../pde/fokker-planck.ts";
import { entropicStepper } from "../pde/jko-entropic.ts";
import { quantileStepper } from "../pde/jko-quantile.ts";
import { Force } from "../pde/kinetic/force.ts";
import { HypocoerciveFunctional, hypocoercive } from "../pde/kinetic/hypocoercive.ts";
import { phaseDensity } from "../pde/kinetic/initial.ts";
import { positionGrid, requireMemory } from "../pde/kinetic/phase.ts";
import { refinedGrid, refinement } from "../pde/kinetic/refinement.ts";
import { KineticStepper } from "../pde/kinetic/step.ts";
import { coarseness } from "../pde/resolution.ts";
import type { Problem } from "../problem/problem.ts";
import {
  CONTROL,
  type DensitySnapshot,
  type Hooks,
  type Progress,
  type Row,
  type SimulationEnd,
} from "./progress.ts";
import {
  type FirstOrderGridRun,
  type GridRun,
  gridOf,
  isPhaseSpace,
  type JkoRun,
  type KineticGridRun,
  nameOf,
} from "./runs.ts";

/** More negative mass than this is no round-off: the density is not resolved. */
const MOST_NEGATIVE = 1e-8;
/** The share of τ that cells may add by their own diffusion. */
const MOST_EXCESS = 1;

/** What is read off a density of θ, or of (θ, ω), at time t. */
interface Reader {
  observe(density: Float64Array, t: number, dissipation: number): Observables;
  /** −dE_τ/dt at fixed τ, or −dH/dt. */
  dissipation(density: Float64Array, t: number): number;
  /** What −dE_τ/dt is more than that, as τ itself changes. */
  cooling?(density: Float64Array, t: number): number;
  outputs(density: Float64Array): Float64Array;
  boundary(density: Float64Array): FaceMass | null;
}

/** A density that moves, whatever moves it. */
interface Mover {
  readonly grid: Grid;
  readonly reader: Reader;
  /** Why the cells are too coarse for the density at time t, or null. */
  coarse?(density: Float64Array, t: number): string | null;
  /** The density now, cell averages. */
  readonly density: Float64Array;
  /** From t = nh to (n + 1)h. */
  step(n: number): void;
  /** Steps so far that were taken as several shorter ones. */
  shortened?(): number;
  /** What the last step took, by the names it is recorded under. */
  report?(): Record<string, number>;
  /** Why ℰ is left out, where another grid would have it. */
  readonly omission?: string;
  /** Everything that the next step depends on. */
  save(): Float64Array;
  restore(state: Float64Array): void;
}

/** Runs to the end, to a stop, or to the first step whose numbers cannot be trusted. */
export function simulateDensity(
  run: GridRun | JkoRun,
  hooks: Hooks<DensitySnapshot> = {},
  resume?: Progress<DensitySnapshot>,
): SimulationEnd<DensitySnapshot> {
  const { step: h, steps, recordEvery, snapshots: wanted } = run.schedule;
  const mover = makeMover(run);
  if (resume !== undefined) mover.restore(resume.state);
  const { reader } = mover;
  const ledger = new Ledger(h, resume?.ledger ?? undefined);
  const rows: Row[] = [...(resume?.rows ?? [])];
  const snapshots: DensitySnapshot[] = [...(resume?.snapshots ?? [])];
  const snapshotSteps = new Set(wanted);

  const visit = (n: number) => {
    const { density } = mover;
    const dissipation = reader.dissipation(density, n * h);
    ledger.push(dissipation + (reader.cooling?.(density, n * h) ?? 0));
    if (n % recordEvery === 0) {
      const seen = reader.observe(density, n * h, dissipation);
      const change = rows.length === 0 ? 0 : seen.free_energy - rows[0].observables.free_energy;
      const residual = identityResidual(change, ledger.total());
      const observables = {
        ...withAfter(seen, "dissipation", "identity_residual", residual),
        ...mover.report?.(),
        // Known at the end alone; every row has the same columns.
        ...(isRefined(run) ? { error_space: Number.NaN, error_time: Number.NaN } : {}),
      };
      const row: Row = { t: n * h, observables };
      rows.push(row);
      hooks.recorded?.(n, row);
    }
    // The integral over the first step alone is known to fourth order only three steps later.
    if (recordEvery === 1 && n <= 3 && rows.length > 1) {
      const change = rows[1].observables.free_energy - rows[0].observables.free_energy;
      rows[1].observables.identity_residual = identityResidual(change, ledger.firstStep());
    }
    if (snapshotSteps.has(n)) {
      snapshots.push({ t: n * h, density: density.slice(), outputs: reader.outputs(density) });
    }
  };
  const progress = (step: number, state: Float64Array): Progress<DensitySnapshot> => ({
    step,
    rows,
    snapshots,
    ledger: ledger.save(),
    state,
  });

  let n = resume?.step ?? 0;
  if (resume === undefined) visit(0);
  for (; n < steps; n++) {
    const wish = hooks.control?.(n, () => progress(n, mover.save())) ?? CONTROL.none;
    if (wish !== CONTROL.none) {
      hooks.save?.(progress(n, mover.save()));
      if ((wish & CONTROL.stop) !== 0) return { status: "stopped", progress: progress(n, mover.save()) };
    }
    const before = mover.save();
    const failure = attempt(mover, run, n) ?? doubts(mover, run, n + 1);
    if (failure !== null) {
      const message = `${nameOf(run)}: at step ${n + 1} (t = ${tidyTime((n + 1) * h)}) ${failure}. The last good state, t = ${tidyTime(n * h)}, is kept`;
      return { status: "broken", progress: progress(n, before), failure: message };
    }
    visit(n + 1);
  }
  if (isRefined(run)) {
    try {
      Object.assign(rows[rows.length - 1].observables, errorsOf(run));
    } catch (error) {
      if (!(error instanceof MuflowError) || error.kind !== "numerics") throw error;
      const failure = `${nameOf(run)}: the run is done, its repetition for refine failed: ${error.message}. Leave refine out, or change the cells`;
      return { status: "broken", progress: progress(steps, mover.save()), failure };
    }
  }
  return { status: "done", progress: progress(steps, mover.save()), notices: noticesOf(mover, run, rows) };
}

function isRefined(run: GridRun | JkoRun): run is KineticGridRun {
  return isPhaseSpace(run) && run.refine;
}

/** How much risk, energies and H at the end change on finer cells, and with half the step. */
function errorsOf(run: KineticGridRun): Record<"error_space" | "error_time", number> {
  const { schedule, initial, ...rest } = run;
  const course = { ...rest, phase: gridOf(run), law: initial, step: schedule.step };
  const { space, time } = refinement(course, [schedule.step * schedule.steps]);
  return { error_space: space, error_time: time };
}

/** The observables with one more put in after another. */
function withAfter(seen: Observables, after: string, name: string, value: number): Observables {
  const entries = Object.entries(seen);
  const at = entries.findIndex(([key]) => key === after) + 1;
  return Object.fromEntries([...entries.slice(0, at), [name, value], ...entries.slice(at)]);
}

/**
 * Everything about a run that is wrong before its first step: a law without a density on that domain, cells too coarse
 * for τ, memory that it would need, features that are not finite. Errors: input.
 */
export function checkDensityRun(run: GridRun | JkoRun): void {
  if (isPhaseSpace(run)) {
    const largest = run.refine ? refinedGrid(gridOf(run)).axes.map(({ cells }) => cells) : run.cells;
    requireMemory(largest, run.order, run.problem.data.size);
    // Its tables hold ψ and ∇ψ: both must be finite, and fit.
    new Force(run.problem, positionGrid(gridOf(run)));
    phaseDensity(gridOf(run), run.initial, run.leak, run.problem.temperature);
    if (run.scheme === "spectral") requireResolvedStart(run);
    return;
  }
  const grid = gridOf(run);
  const field = new GridField(run.problem, grid);
  const density = initialDensity(grid, run.initial, run.leak);
  if (run.solver === "jko") jkoMover(run);
  const start = temperatureOf(run.problem, run.dynamics).at(0);
  const coarse = run.solver === "grid" ? tooCoarse(field, density, start) : null;
  if (coarse !== null) throw inputError(`solvers.${run.solver}.cells`, coarse);
}

/** Fewer cells to a standard deviation than this ring at the first shift: e^(−(πσ/Δ)²/2) of the density, 6e-7 here. */
const FEWEST_CELLS = 1.7;
/** So many leave 3e-9. */
const ENOUGH_CELLS = 2;

/** Throws where a Gaussian start is too narrow for shifts by Fourier sums. */
function requireResolvedStart(run: KineticGridRun): void {
  const { position, momentum } = run.initial;
  const p = run.problem.dimension;
  const thermal = Math.sqrt(run.problem.temperature);
  for (const [k, { spacing, cells }] of gridOf(run).axes.entries()) {
    const own = position.kind === "gaussian" ? position.std[k] : Number.POSITIVE_INFINITY;
    const std = k < p ? own : (momentum?.std[k - p] ?? thermal);
    if (std >= FEWEST_CELLS * spacing) continue;
    const enough = 2 * Math.ceil((ENOUGH_CELLS * spacing * cells) / std / 2);
    throw inputError(
      "grid.cells",
      `found ${cells} on ${axisName(run, k)}, where the initial std ${std} spans ${(std / spacing).toPrecision(2)} cells; scheme spectral needs ${ENOUGH_CELLS}: try ${enough} cells, or scheme positive`,
    );
  }
}

function tooCoarse(field: GridField, density: Float64Array, temperature: number): string | null {
  return temperature > 0 ? coarseness(field, density, temperature, MOST_EXCESS) : null;
}

function makeMover(run: GridRun | JkoRun): Mover {
  if (isPhaseSpace(run)) return kineticMover(run);
  return run.solver === "grid" ? firstOrderMover(run) : jkoMover(run);
}

function firstOrderMover(run: FirstOrderGridRun): Mover {
  const { problem, dynamics, scheme, schedule } = run;
  const grid = gridOf(run);
  const field = new GridField(problem, grid);
  const density = initialDensity(grid, run.initial, run.leak);
  const motion = motionOf(problem, dynamics);
  const stepper = fokkerPlanck({ field, scheme, step: schedule.step, ...motion });
  return {
    grid,
    reader: new DensityObserver(field, { ...motion, stepper }),
    coarse: (now, t) => tooCoarse(field, now, motion.temperature.at(t)),
    density,
    step: (n) => stepper.step(density, n),
    shortened: () => stepper.shortened ?? 0,
    save: () => density.slice(),
    restore: (state) => density.set(state),
  };
}

function jkoMover(run: JkoRun): Mover {
  const { problem, dynamics, schedule } = run;
  if (dynamics.order === "second") throw new Error("jko: momenta");
  const grid = gridOf(run);
  const common = { problem, grid, step: schedule.step };
  const stepper =
    run.method === "quantile"
      ? quantileStepper({ ...common, law: run.initial })
      : entropicStepper({
          ...common,
          density: initialDensity(grid, run.initial, run.leak),
          ...(run.epsilon === null ? { compensated: true } : { epsilon: run.epsilon }),
        });
  return {
    grid,
    reader: new DensityObserver(new GridField(problem, grid), motionOf(problem, dynamics)),
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
  };
}

function kineticMover(run: KineticGridRun): Mover {
  const { problem, dynamics, scheme, integrator, order, schedule } = run;
  const phase = gridOf(run);
  const density = phaseDensity(phase, run.initial, run.leak, problem.temperature);
  const options = { problem, dynamics, phase, scheme, integrator, order, step: schedule.step, density };
  const stepper = new KineticStepper(options);
  const { functional, omission } = hypocoerciveOf(run, phase, density);
  return {
    grid: phase,
    reader: new PhaseObserver(problem, dynamics, phase, functional),
    ...(omission === undefined ? {} : { omission }),
    get density() {
      return stepper.density();
    },
    step: (n) => stepper.step(n),
    save: () => stepper.save(),
    restore: (state) => stepper.restore(state),
  };
}

/** ℰ where it is proved to fall. Made from the initial law, so that a run that goes on has the same. */
function hypocoerciveOf(
  { problem, dynamics, initial, leak }: KineticGridRun,
  phase: Grid,
  start: Float64Array,
): { functional: HypocoerciveFunctional | null; omission?: string } {
  if (!hypocoercive(problem, dynamics, initial)) return { functional: null };
  try {
    return { functional: new HypocoerciveFunctional({ problem, dynamics, phase, start, leak }) };
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    const { kind, message } = error;
    return { functional: null, ...(kind === "numerics" ? { omission: message } : {}) };
  }
}

function motionOf(problem: Problem, dynamics: FirstOrderDynamics) {
  return {
    mobility: dynamics.mobility(problem),
    rate: dynamics.rate,
    temperature: temperatureOf(problem, dynamics),
  };
}

/** Mass beside a face, as a share of `leak`, that is worth a word. */
const NEAR_LEAK = 0.1;

function noticesOf({ shortened, omission }: Mover, run: GridRun | JkoRun, rows: readonly Row[]): string[] {
  const notices: string[] = [];
  const count = shortened?.() ?? 0;
  if (count > 0) {
    notices.push(
      `${nameOf(run)}: ${count} of ${run.schedule.steps} steps were taken as two or more shorter ones, as Newton's iteration did not converge at time.step ${run.schedule.step}`,
    );
  }
  if (run.solver === "jko" && run.epsilon !== null) {
    const added = run.epsilon / (2 * run.schedule.step);
    notices.push(
      `${nameOf(run)}: epsilon ${run.epsilon} adds ε/2h = ${added.toPrecision(3)} to τ = ${run.problem.temperature}; without epsilon that is taken out again`,
    );
  }
  if (omission !== undefined) {
    notices.push(
      `${nameOf(run)}: hypocoercive is not recorded, as H* was not found on the cells of θ: ${omission}`,
    );
  }
  const unbound = rows.filter(({ observables }) => Number.isNaN(observables.hypocoercive_decline)).length;
  if (unbound > 0) {
    notices.push(
      `${nameOf(run)}: hypocoercive_decline is blank in ${unbound} of ${rows.length} records, where Φ is curved beyond what it is at the first and the last density: the bound on hypocoercive is not proved there`,
    );
  }
  const beside = Math.max(...rows.map(({ observables }) => observables.boundary_mass));
  if (beside > NEAR_LEAK * run.leak) {
    notices.push(
      `${nameOf(run)}: up to ${beside.toExponential(1)} of the mass lay beside a face (boundary_mass; leak is ${run.leak}): expect errors of that order, or widen the extent`,
    );
  }
  return notices;
}

/** One step; what went wrong, or null. */
function attempt(mover: Mover, { schedule }: GridRun | JkoRun, n: number): string | null {
  try {
    mover.step(n);
    return null;
  } catch (error) {
    if (!(error instanceof MuflowError) || error.kind !== "numerics") throw error;
    return `${error.message} (time.step is ${schedule.step})`;
  }
}

/** Why the density after n steps cannot be trusted, or null. Whether the cells are fine enough is looked at with the records. */
function doubts({ reader, density, grid, coarse }: Mover, run: GridRun | JkoRun, n: number): string | null {
  if (!Number.isFinite(massOf(grid, density))) {
    return "the density became non-finite; try a smaller time.step";
  }
  const face = reader.boundary(density);
  const negative = negativeMassOf(grid, density);
  if (negative > MOST_NEGATIVE) {
    const positive = isPhaseSpace(run) ? "positive" : "implicit";
    // A density cut off at a face rings there, long before much mass has arrived.
    const cut =
      face !== null && face.mass > NEAR_LEAK * run.leak
        ? `a wider extent (${leakMessage(grid, density, face, run.leak, axisName(run, face.axis))}), `
        : "";
    return `the density has negative mass ${negative.toExponential(1)}, allowed ${MOST_NEGATIVE}: it is not resolved. Try ${cut}${moreCells(run, negative)}, a smaller time.step, or scheme ${positive}, which stays positive`;
  }
  if (face !== null && face.mass > run.leak)
    return leakMessage(grid, density, face, run.leak, axisName(run, face.axis));
  const { recordEvery, step } = run.schedule;
  return n % recordEvery === 0 ? (coarse?.(density, n * step) ?? null) : null;
}

/** Negative mass of an unresolved spectral density, one too coarse by far; it falls exponentially in the cells of an axis. */
const UNRESOLVED = 1e-2;
/** Negative mass to aim at. */
const RESOLVED = 1e-9;

/** How many cells would do, where the scheme's errors fall fast enough to say so. */
function moreCells(run: GridRun | JkoRun, negative: number): string {
  if (!isPhaseSpace(run) || run.scheme !== "spectral") return "more cells";
  const decades = (mass: number) => Math.log(UNRESOLVED / mass);
  const factor = Math.min(2, Math.max(1.2, decades(RESOLVED) / Math.max(decades(negative), 1)));
  return `more cells (about ${run.cells.map((count) => 2 * Math.ceil((factor * count) / 2)).join(" × ")})`;
}

function axisName({ problem }: GridRun | JkoRun, axis: number): string {
  const k = axis - problem.dimension;
  return k < 0 ? `axis ${axis}` : `axis ${axis} (ω_${k})`;
}

function tidyTime(t: number): number {
  return Number(t.toPrecision(12));
}
