import type { SeriesTable } from "../results/formats/series.ts";
import type { Summary } from "../results/formats/summary.ts";
import type { DecisionPlane } from "../run/decision.ts";
import type { Hypothesis } from "../run/describe.ts";
import type { NumericArray } from "../tables/npz.ts";

/** A method's or a claim's source, for the reader's bibliography. */
export interface Source {
  readonly label: string;
  readonly bibtex: string;
}

/**
 * What a run's folder holds, and what the report is made of.
 *
 * `neurons` of run i (the index into `summary.runs`), with S snapshots, N neurons, p parameters, M data points:
 * `run{i}_times` (S), `run{i}_theta` (S, N, p), `run{i}_omega` (S, N, p) when kinetic, `run{i}_outputs` (S, M), the
 * network at the data points; and `data_x` (M, d), `data_y` (M), `data_weight` (M) when there is data.
 */
export interface ReportInput {
  readonly summary: Summary;
  readonly series: SeriesTable;
  readonly neurons: Readonly<Record<string, NumericArray>>;
  /**
   * Of run i on a grid, with S snapshots and n_k cells along axis k: `run{i}_theta_{k}` (n_k), the centres, `run{i}_times`
   * (S; infinite for an equilibrium), `run{i}_density` (S, n_0, …), `run{i}_outputs` (S, M); and the data as in `neurons`.
   */
  readonly densities: Readonly<Record<string, NumericArray>>;
  /** f over the plane of two inputs with labels ±1. */
  readonly decision?: DecisionPlane;
  /** The problem, the dynamics and the solver in words, a line each. */
  readonly description: readonly string[];
  /** What the theory asks for; of no experiment that was not checked. */
  readonly hypotheses?: readonly Hypothesis[];
  readonly sources: readonly Source[];
  /** What was known to be doubtful before the start, a sentence each. */
  readonly warnings?: readonly string[];
}

/** A picture for `figures/NAME.svg` and the report. The caption is in the notation of notation.ts. */
export interface Figure {
  readonly name: string;
  readonly caption: string;
  /** A standalone SVG document: no scripts, ids, fonts or styles from elsewhere. */
  readonly svg: string;
}
