// One run of a density: from the initial law (or a saved state) to the end, by a grid scheme or by JKO steps, recording
// observables, keeping snapshots, saving on demand, and stopping where the numbers cannot be trusted any longer.

import { inputError, MuflowError } from "../base/errors.ts";
import { massOf, negativeMassOf } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { initialDensity } from "../grid/initial.ts";
import { leakMessage } from "../grid/leak.ts";
import { DensityObserver } from "../observables/density.ts";
import { identityResidual, Ledger } from "../observables/ledger.ts";
import { GridField } from "../pde/field.ts";
import { fokkerPlanck } from "../pde/fokker-planck.ts";
import { entropicStepper } from "../pde/jko-entropic.ts";
import { quantileStepper } from "../pde/jko-quantile.ts";
import { coarseness } from "../pde/resolution.ts";
import {
  CONTROL,
  type DensitySnapshot,
  type Hooks,
  type Progress,
  type Row,
  type SimulationEnd,
} from "./progress.ts";
import { type GridRun, gridOf, type JkoRun, nameOf } from "./runs.ts";

/** More negative mass than this is no round-off: the density is not resolved. */
const MOST_NEGATIVE = 1e-8;
/** The share of τ that cells may add by their own diffusion. */
const MOST_EXCESS = 1;

/** A density that moves, whatever moves it. */
interface Mover {
  readonly grid: Grid;
  readonly field: GridField;
  readonly observer: DensityObserver;
  /** The density now, cell averages. */
  readonly density: Float64Array;
  step(): void;
  /** Steps so far that were taken as several shorter ones. */
  shortened?(): number;
  /** What the last step took, by the names it is recorded under. */
  report?(): Record<string, number>;
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
  const { observer } = mover;
  const ledger = new Ledger(h, resume?.ledger ?? undefined);
  const rows: Row[] = [...(resume?.rows ?? [])];
  const snapshots: DensitySnapshot[] = [...(resume?.snapshots ?? [])];
  const snapshotSteps = new Set(wanted);

  const visit = (n: number) => {
    const { density } = mover;
    const dissipation = observer.dissipation(density);
    ledger.push(dissipation);
    if (n % recordEvery === 0) {
      const { free_energy, dissipation: rate, ...others } = observer.observe(density, dissipation);
      const change = rows.length === 0 ? 0 : free_energy - rows[0].observables.free_energy;
      const { risk, energy, entropy, ...rest } = others;
      const row: Row = {
        t: n * h,
        observables: {
          ...(risk === undefined ? {} : { risk }),
          energy,
          entropy,
          free_energy,
          dissipation: rate,
          identity_residual: identityResidual(change, ledger.total()),
          ...rest,
          ...mover.report?.(),
        },
      };
      rows.push(row);
      hooks.recorded?.(n, row);
    }
    // The integral over the first step alone is known to fourth order only three steps later.
    if (recordEvery === 1 && n <= 3 && rows.length > 1) {
      const change = rows[1].observables.free_energy - rows[0].observables.free_energy;
      rows[1].observables.identity_residual = identityResidual(change, ledger.firstStep());
    }
    if (snapshotSteps.has(n)) {
      snapshots.push({ t: n * h, density: density.slice(), outputs: observer.outputs(density) });
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
    const failure = attempt(mover, run) ?? doubts(mover, run, (n + 1) % recordEvery === 0);
    if (failure !== null) {
      const message = `${nameOf(run)}: at step ${n + 1} (t = ${tidyTime((n + 1) * h)}) ${failure}. The last good state, t = ${tidyTime(n * h)}, is kept`;
      return { status: "broken", progress: progress(n, before), failure: message };
    }
    visit(n + 1);
  }
  return { status: "done", progress: progress(steps, mover.save()), notices: noticesOf(mover, run) };
}

/**
 * Everything about a run that is wrong before its first step: a law without a density on that domain, cells too coarse
 * for τ, features that do not fit memory or are not finite. Errors: input.
 */
export function checkDensityRun(run: GridRun | JkoRun): void {
  const grid = gridOf(run);
  const field = new GridField(run.problem, grid);
  const density = initialDensity(grid, run.initial, run.leak);
  const coarse = tooCoarse(run, field, density);
  if (coarse !== null) throw inputError(`solvers.${run.solver}.cells`, coarse);
}

function tooCoarse(run: GridRun | JkoRun, field: GridField, density: Float64Array): string | null {
  return run.solver === "grid" && run.problem.temperature > 0
    ? coarseness(field, density, MOST_EXCESS)
    : null;
}

function makeMover(run: GridRun | JkoRun): Mover {
  const { problem, dynamics, schedule } = run;
  if (dynamics.order === "second") throw new Error("makeMover: momenta");
  const grid = gridOf(run);
  const field = new GridField(problem, grid);
  const { temperature } = problem;
  const mobility = dynamics.mobility(problem);
  const motion = { mobility, temperature, rate: dynamics.rate };
  if (run.solver === "grid") {
    const density = initialDensity(grid, run.initial, run.leak);
    const stepper = fokkerPlanck({ field, scheme: run.scheme, step: schedule.step, ...motion });
    return {
      grid,
      field,
      observer: new DensityObserver(field, { ...motion, stepper }),
      density,
      step: () => stepper.step(density),
      shortened: () => stepper.shortened ?? 0,
      save: () => density.slice(),
      restore: (state) => density.set(state),
    };
  }
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
    field,
    observer: new DensityObserver(field, motion),
    get density() {
      return stepper.density();
    },
    step: () => stepper.step(),
    report() {
      const { iterations, marginalError } = stepper.report();
      return { iterations, ...(run.method === "entropic" ? { marginal_error: marginalError ?? 0 } : {}) };
    },
    save: () => stepper.save(),
    restore: (state) => stepper.restore(state),
  };
}

function noticesOf({ shortened }: Mover, run: GridRun | JkoRun): string[] {
  const count = shortened?.() ?? 0;
  if (count === 0) return [];
  return [
    `${nameOf(run)}: ${count} of ${run.schedule.steps} steps were taken as two or more shorter ones, as Newton's iteration did not converge at time.step ${run.schedule.step}`,
  ];
}

/** One step; what went wrong, or null. */
function attempt(mover: Mover, { schedule }: GridRun | JkoRun): string | null {
  try {
    mover.step();
    return null;
  } catch (error) {
    if (!(error instanceof MuflowError) || error.kind !== "numerics") throw error;
    return `${error.message} (time.step is ${schedule.step})`;
  }
}

/** Why the density cannot be trusted, or null. Whether the cells are fine enough is looked at with the records. */
function doubts(
  { observer, density, grid, field }: Mover,
  run: GridRun | JkoRun,
  recorded: boolean,
): string | null {
  if (!Number.isFinite(massOf(grid, density))) {
    return "the density became non-finite; try a smaller time.step";
  }
  const negative = negativeMassOf(grid, density);
  if (negative > MOST_NEGATIVE) {
    return `the density has negative mass ${negative.toExponential(1)}, allowed ${MOST_NEGATIVE}: it is not resolved. Try a smaller time.step, more cells, or scheme implicit, which stays positive`;
  }
  const face = observer.boundary(density);
  if (face !== null && face.mass > run.leak) return leakMessage(grid, density, face, run.leak);
  return recorded ? tooCoarse(run, field, density) : null;
}

function tidyTime(t: number): number {
  return Number(t.toPrecision(12));
}
