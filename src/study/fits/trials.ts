// Trial runs: the same run with half the step, on 3/2 of the cells, or from its own last density, disturbed. They tell how far a measured rate is the
// solver's own, and whether a start hides a slow mode; made only where a verdict hangs on them, kept beside the study's states.

import { createHash } from "node:crypto";
import { cos, exp, tanh } from "../../base/elementary.ts";
import { MuflowError } from "../../base/errors.ts";
import type { RunTask } from "../../experiment/pool.ts";
import { type PreparedExperiment, prepareExperiment } from "../../experiment/prepare.ts";
import { momentsOf } from "../../grid/density.ts";
import { saveCheckpoint } from "../../results/checkpoint.ts";
import { States } from "../../results/states.ts";
import type { Row } from "../../run/progress.ts";
import { type GridRun, gridOf, isOnGrid, isPhaseSpace } from "../../run/runs.ts";
import type { Run } from "../../run/solvers/list.ts";
import { type PreparedStudy, slotOf, tasksIn } from "../prepare.ts";

export type TrialKind = "half step" | "finer cells" | "disturbed";

/** One run of one point of a study, by their indices. */
export interface Origin {
  readonly point: number;
  readonly run: number;
}

/** The rows of trial runs; why one failed; null where it is not made. */
export interface Trials {
  rows(origin: Origin, kind: TrialKind): readonly Row[] | string | null;
}

export const NO_TRIALS: Trials = { rows: () => null };

/** Cells along an axis, over those of the run. */
const FINER = 1.5;
/** How long a disturbed density is followed, over the run: what a short window could not tell apart it must. */
export const DISTURBED_LASTS = 3;

/** The trial of that kind as the pool takes it, its state in the study's folder. Errors (input): what is wrong with it as an experiment, such as too much memory. */
function trialOf(study: PreparedStudy, folder: string, { point, run }: Origin, kind: TrialKind): RunTask {
  const { prepared } = study.points[point]!;
  const original = prepared.built.runs[run]!;
  const trial = experimentOf(prepared, original, kind);
  const offset = prepared.built.runs.findIndex(({ entry }) => entry === original.entry);
  const { hash } = trial.manifest;
  // The same experiment from another start has a place of its own.
  const place = kind === "disturbed" ? createHash("sha256").update(`${hash} disturbed`).digest("hex") : hash;
  return tasksIn(folder, trial, place)[run - offset]!;
}

/** The experiment of that run's solver alone, refined and recorded at the same times, or longer. */
function experimentOf(prepared: PreparedExperiment, run: Run, kind: TrialKind): PreparedExperiment {
  const { loaded } = prepared;
  const { experiment } = loaded;
  const { step, steps, recordEvery } = run.schedule;
  const record = steps / recordEvery;
  const time = {
    ...experiment.time,
    record,
    ...(kind === "half step" && { step: step / 2 }),
    ...(kind === "disturbed" && {
      until: DISTURBED_LASTS * experiment.time.until,
      record: DISTURBED_LASTS * record,
    }),
  };
  const solver = experiment.solvers[run.entry]!;
  const solvers = [kind === "finer cells" ? withFinerCells(solver, run) : solver];
  return prepareExperiment({ ...loaded, experiment: { ...experiment, time, solvers } });
}

function withFinerCells<Solver extends object>(solver: Solver, run: Run): Solver {
  if (!isOnGrid(run)) throw new Error(`trial: ${run.solver} has no cells`);
  const cells = run.cells.map((count) => 2 * Math.ceil((FINER * count) / 2));
  const [[key, settings]] = Object.entries(solver) as [[string, object]];
  return { [key]: { ...settings, cells } } as unknown as Solver;
}

/** Reads trials out of a study's folder, and notes which were asked for and are not there. */
export class KeptTrials implements Trials {
  /** Asked for and not there, each once. */
  readonly missing = new Map<string, { readonly origin: Origin; readonly kind: TrialKind }>();
  private readonly tasks = new Map<string, RunTask>();
  private readonly states: States;

  constructor(
    private readonly study: PreparedStudy,
    private readonly folder: string,
    private readonly notice: (message: string) => void = () => {},
  ) {
    this.states = new States(folder);
  }

  rows(origin: Origin, kind: TrialKind): readonly Row[] | string | null {
    const key = `${origin.point} ${origin.run} ${kind}`;
    try {
      const task = this.tasks.get(key) ?? trialOf(this.study, this.folder, origin, kind);
      this.tasks.set(key, task);
      const saved = this.states.load(task, this.notice);
      const why = saved?.failure ?? saved?.stalled;
      if (why !== undefined) return why;
      if (saved?.finished === true) return saved.progress!.rows;
    } catch (error) {
      // A refined experiment may ask for more memory than there is.
      if (!(error instanceof MuflowError)) throw error;
      return error.message;
    }
    this.missing.set(key, { origin, kind });
    return null;
  }
}

/** The missing trials, ready for the pool: folders made, disturbed densities laid down to start from. */
export function laidOut(study: PreparedStudy, folder: string, { missing }: KeptTrials): RunTask[] {
  const states = new States(folder);
  return [...missing.values()].map(({ origin, kind }) => {
    const task = trialOf(study, folder, origin, kind);
    if (kind === "disturbed") layDown(study, folder, states, origin, task);
    return task;
  });
}

function layDown(
  study: PreparedStudy,
  folder: string,
  states: States,
  { point, run }: Origin,
  task: RunTask,
): void {
  if (states.load(task, () => {}) !== null) return;
  const { manifest } = study.points[point]!.prepared;
  const end = states.load(slotOf(folder, manifest.hash, run), () => {})!;
  const state = disturbed(task.planned as GridRun, end.progress!.state);
  const progress = { step: 0, rows: [], snapshots: [], ledger: null, state };
  saveCheckpoint(task.checkpoint, { hash: task.hash, run: task.run, finished: false, progress });
}

/** Of the mass, spread near and far; and by how much the rest is tilted and stretched. */
const SPREAD = 1e-3;
const TILT = 0.3;
const STRETCH = 0.2;
/** What is spread is Gaussian, so many standard deviations wide in all, and off the middle by one. */
const WIDTHS = 14;
/**
 * Over θ alone so much of it goes up to the faces, 1 + cos, and more to one side: wells far out, where the density has 1e-20, are visited. More would hide the
 * modes nearby; in phase space what begins high up gains speed beyond the cells of ω.
 */
const FAR = 1e-3;
const LOPSIDED = 0.4;

/**
 * A density near the one given and without its symmetries: μ(1 + 0.3 tanh z + 0.2 cos 2z) along each axis of θ, z in standard deviations, normalised, and
 * a thousandth of its mass over the whole extent of θ (with ω ~ N(0, τ)), so that no mode is left out and no well unvisited.
 */
export function disturbed(run: GridRun, state: Float64Array): Float64Array {
  const grid = gridOf(run);
  const p = run.problem.dimension;
  const laws = momentsOf(grid, state.subarray(0, grid.size));
  // Along each axis: what multiplies the density, and what the spread mass is proportional to.
  const along = grid.axes.map(({ centres, low, high, periodic }, k) => {
    const { mean, variance } = laws[k]!;
    const z = (at: number) => (at - mean) / Math.sqrt(Math.max(variance, Number.MIN_VALUE));
    const width = (high - low) / WIDTHS;
    const centre = 0.5 * (low + high) + width;
    const spread = (at: number) => {
      if (k >= p) return exp((-0.5 * at * at) / (run.problem.temperature || width * width));
      if (periodic) return 1;
      const near = exp(-0.5 * ((at - centre) / width) ** 2);
      if (grid.axes.length > p) return near;
      const u = (at - 0.5 * (low + high)) / (0.5 * (high - low));
      return near + FAR * (1 + cos(Math.PI * u)) * (1 + LOPSIDED * u);
    };
    return {
      factor: centres.map((at) => (k < p ? 1 + TILT * tanh(z(at)) + STRETCH * cos(2 * z(at)) : 1)),
      spread: centres.map(spread),
    };
  });
  const factor = new Float64Array(grid.size);
  const wide = new Float64Array(grid.size);
  for (let at = 0; at < grid.size; at++) {
    let [f, s] = [1, 1];
    for (const [k, { cells }] of grid.axes.entries()) {
      const i = Math.floor(at / grid.strides[k]!) % cells;
      f *= along[k]!.factor[i]!;
      s *= along[k]!.spread[i]!;
    }
    factor[at] = f;
    wide[at] = s;
  }
  const total = (values: Float64Array) => grid.volume * values.reduce((sum, value) => sum + value, 0);
  const wideMass = total(wide);
  const out = new Float64Array(state.length);
  // On phase space a run of order 4 keeps two densities; over θ alone one follows from steps before, of which a disturbed one has none.
  const end = isPhaseSpace(run) ? state.length : grid.size;
  for (let from = 0; from < end; from += grid.size) {
    const moved = state.subarray(from, from + grid.size).map((value, at) => value * factor[at]!);
    const mass = total(moved);
    for (let at = 0; at < grid.size; at++) {
      out[from + at] = ((1 - SPREAD) * moved[at]!) / mass + (SPREAD * wide[at]!) / wideMass;
    }
  }
  return out;
}
