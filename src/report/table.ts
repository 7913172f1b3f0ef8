import type { RunSummary, Summary } from "../experiment/formats/summary.ts";
import { groupRuns } from "./groups.ts";
import { formatNumber, notationToText } from "./notation.ts";

/** A table of text, the same for the terminal and the report. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const USUAL_OBSERVABLES = ["risk", "energy", "kinetic", "dissipation", "identity_residual"] as const;

/**
 * The final values, a row for each solver and width: the mean over replicas to four significant digits and, when
 * there are several, the smallest and the largest as `mean [min, max]`. By default the usual observables that any run has.
 */
export function summaryTable(summary: Summary, observables?: readonly string[]): TextTable {
  const shown =
    observables ?? USUAL_OBSERVABLES.filter((name) => summary.runs.some(({ final }) => name in final));
  const members = summary.runs.map((run, index) => ({ ...run, run: index }));
  const rows = groupRuns(members, summary.spec).map(({ solver, label, runs }) => {
    const finals = runs.map((run) => summary.runs[run]!.final);
    const width = notationToText(label).replace(/^N = /, "");
    return [solver, width, String(runs.length), ...shown.map((name) => replicaCell(finals, name))];
  });
  return { head: ["solver", "width", "replicas", ...shown], rows };
}

function replicaCell(finals: readonly RunSummary["final"][], observable: string): string {
  const values = finals.map((final) => final[observable]).filter((value) => typeof value === "number");
  if (values.length === 0) return "–";
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  if (values.length === 1 || !Number.isFinite(mean)) return formatNumber(mean);
  return `${formatNumber(mean)} [${formatNumber(Math.min(...values))}, ${formatNumber(Math.max(...values))}]`;
}
