// What a run has done so far, whatever solves it: recorded rows, snapshots, and a state from which it goes on.

import { inputError } from "../base/errors.ts";
import { Interrupted } from "../base/interrupt.ts";
import type { LedgerState } from "../observables/ledger.ts";
import type { BoundTally } from "./bounds.ts";

export interface Row {
  readonly t: number;
  readonly observables: Record<string, number>;
}

/** A whole network at one time, rows in C order. */
export interface NetworkSnapshot {
  readonly t: number;
  /** N × p */
  readonly theta: Float64Array;
  /** N × p, empty without momenta */
  readonly omega: Float64Array;
  /** f_N at the M data points */
  readonly outputs: Float64Array;
}

/** A density at one time. */
export interface DensitySnapshot {
  readonly t: number;
  /** Cell averages in C order. */
  readonly density: Float64Array;
  /** f at the M data points */
  readonly outputs: Float64Array;
}

export type Snapshot = NetworkSnapshot | DensitySnapshot;

/** A run between two steps, complete: going on from it gives the same bits as never having stopped. */
export interface Progress<Kept extends Snapshot = Snapshot> {
  /** Steps done. */
  readonly step: number;
  readonly rows: readonly Row[];
  readonly snapshots: readonly Kept[];
  readonly ledger: LedgerState | null;
  /** How the lower bounds came out, where networks have any. */
  readonly bounds?: BoundTally | null;
  readonly state: Float64Array;
}

/** Refuses (input) a saved state of another length than this run's, which would leave numbers as they were, or 0. */
export function requireLength(found: number, needed: number): void {
  if (found === needed) return;
  throw inputError(
    "its saved state",
    `found ${found} numbers; this run has ${needed}. Remove the state to begin the run anew`,
  );
}

export interface SimulationEnd<Kept extends Snapshot = Snapshot> {
  /**
   * "broken": the numerics failed in the step after `progress.step`; progress is the last good state. "stalled": it ran to
   * the end, where nothing that it learns from moves it any longer.
   */
  readonly status: "done" | "stopped" | "broken" | "stalled";
  readonly progress: Progress<Kept>;
  /** What broke or stalled and what to do, as the first thread of a team says it. */
  readonly failure?: string;
  /** What a user should know of a run that ended well. */
  readonly notices?: readonly string[];
}

/** What the first thread of a team asks for between steps, as bits. */
export const CONTROL = { none: 0, save: 1, stop: 2 } as const;

export interface Hooks<Kept extends Snapshot = Snapshot> {
  /** Called by rank 0 before every step: a sum of CONTROL bits. */
  control?(step: number): number;
  /** Called by rank 0 where control asked to save or stop, and where the run was interrupted. */
  save?(progress: Progress<Kept>): void;
  /** Called by rank 0 after every record. */
  recorded?(step: number, row: Row): void;
  /** Called by rank 0 before what may take long ahead of the first step. */
  begins?(stage: Stage): void;
}

/** Saves before a step where that is asked for; whether the run is to stop there. */
export function isToStop<Kept extends Snapshot>(hooks: Hooks<Kept>, n: number, now: Progress<Kept>): boolean {
  const wish = hooks.control?.(n) ?? CONTROL.none;
  if (wish !== CONTROL.none) hooks.save?.(now);
  return (wish & CONTROL.stop) !== 0;
}

/** What a task is at, in the order in which it comes to it. */
export const STAGES = [
  "waiting for a thread",
  "allocating memory",
  "drawing the initial neurons",
  "laying out the initial density",
  "observing the start",
  "searching for equilibria",
  "at the first step",
  "saving",
] as const;
export type Stage = (typeof STAGES)[number];

/** Shared memory in which threads show how far so many tasks are: steps done, the last recorded value, the stage, and steps that were resumed. */
export function sharedProgress(tasks: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(SHOWN * Float64Array.BYTES_PER_ELEMENT * tasks));
}
const SHOWN = 4;

/** Shows what a task is at, of what it has come to. */
export function show(
  progress: Float64Array,
  task: number,
  seen: {
    readonly step?: number;
    readonly value?: number | undefined;
    readonly stage?: Stage;
    readonly resumed?: number;
  },
): void {
  const at = SHOWN * task;
  if (seen.step !== undefined) progress[at] = seen.step;
  if (seen.value !== undefined) progress[at + 1] = seen.value;
  if (seen.stage !== undefined) progress[at + 2] = STAGES.indexOf(seen.stage);
  if (seen.resumed !== undefined) progress[at + 3] = seen.resumed;
}

export function shown(
  progress: Float64Array,
  task: number,
): { step: number; value: number; stage: Stage; resumed: number } {
  const [step = 0, value = 0, stage = 0, resumed = 0] = progress.subarray(SHOWN * task, SHOWN * (task + 1));
  return { step, value, stage: STAGES[stage]!, resumed };
}

/** Of a run that has not begun. */
export const NO_PROGRESS: Progress<never> = {
  step: 0,
  rows: [],
  snapshots: [],
  ledger: null,
  state: new Float64Array(0),
};

/**
 * A simulation that may be interrupted anywhere, in the midst of a step too: it then ends "stopped" at what it last called `rested`
 * with, saved; the state given there must stay as it is until the next call, rows and snapshots may grow. Before the first call there is
 * nothing to save, and the run begins anew. `whatBroke`: what an error says that is of the run's numbers, which end there; null of all others.
 */
export function stoppable<Kept extends Snapshot>(
  hooks: Hooks<Kept>,
  simulate: (rested: (progress: Progress<Kept>) => void) => SimulationEnd<Kept>,
  whatBroke: (error: unknown) => string | null = () => null,
): SimulationEnd<Kept> {
  let last: Progress<Kept> = NO_PROGRESS;
  let [rows, snapshots] = [0, 0];
  const rested = (progress: Progress<Kept>) => {
    last = progress;
    rows = progress.rows.length;
    snapshots = progress.snapshots.length;
  };
  try {
    return simulate(rested);
  } catch (error) {
    const failure = whatBroke(error);
    if (failure === null && !(error instanceof Interrupted)) throw error;
    const progress = {
      ...last,
      rows: last.rows.slice(0, rows),
      snapshots: last.snapshots.slice(0, snapshots),
    };
    if (failure !== null) return { status: "broken", progress, failure };
    if (last !== NO_PROGRESS) hooks.save?.(progress);
    return { status: "stopped", progress };
  }
}
