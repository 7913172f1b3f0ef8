import { counted } from "../../base/words.ts";
import type { Comparison } from "../../observables/distances/compare.ts";
import type { Standardised } from "../../problem/data.ts";
import type { SettlingRate } from "../../run/rates.ts";
import type { Experiment } from "../../spec/schema.ts";
import type { SolverName } from "../../spec/solvers/list.ts";

/** How a run of a study ended: only what is done is in any mean or fit. */
export const RUN_STATUSES = ["done", "stalled", "failed", "missing"] as const;

/** The results of one run: the solver, which of its copies, and every observable at the last recorded time. */
export interface RunSummary {
  readonly solver: SolverName;
  readonly width?: number;
  readonly replica?: number;
  /** Cells along each axis, where there is a grid. */
  readonly cells?: readonly number[];
  readonly final: Readonly<Record<string, number>>;
  /** Of a run that its numerics ended early: the last recorded time, that of `final`, and why. */
  readonly stopped?: { readonly t: number; readonly reason: string };
}

/** What was learnt from, by the names that its columns have. */
export interface DataSummary {
  readonly points: number;
  readonly inputs: readonly string[];
  readonly target: string;
  /** Points that were tested on. */
  readonly test?: number;
  readonly standardised?: Standardised;
  /** How it was read, where that should be known. */
  readonly notices?: readonly string[];
}

/** `summary.json`. Everything but `machine` and `wallTime` is a function of what `hash` covers. */
export interface Summary {
  readonly name: string;
  readonly hash: string;
  readonly version: string;
  readonly seed: number;
  /** Canonical: defaults filled, overrides applied, hashes where files are named. */
  readonly spec: Experiment;
  readonly machine: Readonly<Record<string, string | number>>;
  /** Seconds. */
  readonly wallTime: number;
  /** "done"; "stalled: …", run to the end, where networks learn nothing more; or what ended the computation early. */
  readonly outcome: string;
  /** Absent where data have no names. */
  readonly data?: DataSummary;
  /** In the order of the solvers, then width, then replica; `run` in the series is the index here. */
  readonly runs: readonly RunSummary[];
  /** How far the solvers are apart, at the snapshots they share. */
  readonly comparisons: readonly Comparison[];
  /** How fast densities settle, fitted and predicted. */
  readonly rates: readonly SettlingRate[];
}

const STALLED = "stalled: ";

/** The outcome of runs that stalled, by the first of them. */
export function stalledOutcome(reasons: readonly string[]): string {
  const others = reasons.length - 1;
  return `${STALLED}${reasons[0]}${others > 0 ? ` (and ${counted(others, "more run")})` : ""}`;
}

/** Whether every run went to its end. */
export function ranToEnd({ outcome }: Pick<Summary, "outcome">): boolean {
  return outcome === "done" || outcome.startsWith(STALLED);
}
