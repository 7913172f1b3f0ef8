// What a run has done so far, whatever solves it: recorded rows, snapshots, and a state from which it goes on.

import type { LedgerState } from "../observables/ledger.ts";

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
  readonly state: Float64Array;
}

export interface SimulationEnd<Kept extends Snapshot = Snapshot> {
  /**
   * "broken": the numerics failed in the step after `progress.step`; progress is the last good state. "stalled": it ran to
   * the end, where nothing that it learns from moves it any longer.
   */
  readonly status: "done" | "stopped" | "broken" | "stalled";
  readonly progress: Progress<Kept>;
  /** What broke or stalled and what to do, where the simulation knows. */
  readonly failure?: string;
  /** What a user should know of a run that ended well. */
  readonly notices?: readonly string[];
}

/** What the first thread of a team asks for between steps, as bits. */
export const CONTROL = { none: 0, save: 1, stop: 2 } as const;

export interface Hooks<Kept extends Snapshot = Snapshot> {
  /** Called by rank 0 before every step: a sum of CONTROL bits. */
  control?(step: number): number;
  /** Called by rank 0 where control asked to save or stop. */
  save?(progress: Progress<Kept>): void;
  /** Called by rank 0 after every record. */
  recorded?(step: number, row: Row): void;
}
