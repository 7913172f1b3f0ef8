import type { DataSet } from "../problem/data.ts";
import type { SeriesTable } from "../results/formats/series.ts";
import type { Summary } from "../results/formats/summary.ts";
import type { DecisionPlane } from "../run/decision.ts";
import type { Hypothesis } from "../run/describe.ts";
import type { Trace } from "./runs/traces.ts";

/** A method's or a claim's source, for the reader's bibliography. */
export interface Source {
  readonly label: string;
  readonly bibtex: string;
}

/** What a report says beside results. */
export interface Told {
  /** The problem, the dynamics and the solver in words, a line each. */
  readonly description: readonly string[];
  /** What the theory asks for; of no experiment that was not checked. */
  readonly hypotheses?: readonly Hypothesis[];
  readonly sources: readonly Source[];
  /** What was known to be doubtful before the start, a sentence each. */
  readonly warnings?: readonly string[];
}

/** What the report of a run is made of. */
export interface ReportInput extends Told {
  readonly summary: Summary;
  readonly series: SeriesTable;
  /** What was learnt from; of size 0 where there is nothing. */
  readonly data: Pick<DataSet, "size" | "inputs" | "x" | "y">;
  /** What each run left, in the order of `summary.runs`; null where that is nothing. */
  readonly traces: readonly (Trace | null)[];
  /** f over the plane of two inputs with labels ±1. */
  readonly decision?: DecisionPlane;
}
