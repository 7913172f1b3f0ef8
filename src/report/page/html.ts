import { counted } from "../../base/words.ts";
import type { SeriesTable } from "../../results/formats/series.ts";
import { ranToEnd, type Summary } from "../../results/formats/summary.ts";
import type { Figure } from "../chart/chart.ts";
import type { ReportInput } from "../folder.ts";
import { formatNumber, notationToText } from "../notation.ts";
import { parametersOf } from "../runs/facts.ts";
import { solverKind } from "../runs/groups.ts";
import { asText } from "../tables/data-table.ts";
import { comparisonNotes, comparisonsTable } from "../tables/distances.ts";
import { courseNotes, summaryData, summaryNotes } from "../tables/finals.ts";
import { details, renderNotes, renderPage, renderTable, section, tableFiles } from "./page.ts";

/** The report of a run. */
export function renderReport(input: ReportInput, figures: readonly Figure[]): string {
  const { summary } = input;
  return renderPage({
    summary,
    told: input,
    figures,
    outcome: outcomeOf(input),
    results: [finalValues(input), ...(summary.comparisons.length > 0 ? [solversCompared(summary)] : [])],
    again: {
      command: "muflow run experiment.yaml",
      on: `on the experiment file below${dataNote(summary.spec)}`,
      title: "The experiment, defaults filled in",
      spec: summary.spec,
    },
  });
}

/** A hash stands where a file names its data, so that the same contents are the same experiment wherever they lie. */
function dataNote(spec: unknown): string {
  return JSON.stringify(spec).includes('"sha256:')
    ? ", with each sha256:… replaced by the path of its file"
    : "";
}

function outcomeOf(input: ReportInput): string {
  const { outcome } = input.summary;
  if (outcome === "done") return `Done: ${extentOf(input)}.`;
  return ranToEnd(input.summary)
    ? `${extentOf(input)}, which ended with ${outcome}`
    : `Ended early: ${outcome}`;
}

/** What was computed: runs have an end, a search for equilibria has none. */
function extentOf({ summary, series }: ReportInput): string {
  const searches = summary.runs.filter(({ solver }) => solverKind(solver).kind === "equilibrium").length;
  const runs = summary.runs.length - searches;
  const until = series.rows.reduce((latest, { t }) => (Number.isFinite(t) ? Math.max(latest, t) : latest), 0);
  return [
    (runs > 0 || searches === 0) && `${counted(runs, "run")} to time ${formatNumber(until, 6)}`,
    searches > 0 && `${searches === 1 ? "1 search" : `${searches} searches`} for equilibria`,
  ]
    .filter(Boolean)
    .join(", ");
}

function finalValues({ summary, series }: ReportInput): string {
  const table = summaryData(summary);
  return section(
    "Final values",
    renderTable(asText(table)),
    ...renderNotes([
      ...summaryNotes(summary, table),
      ...courseNotes(summary, series),
      ...coordinateNotes(summary, series),
    ]),
    tableFiles("finals"),
  );
}

/** More coordinates than this are not listed. */
const MOST_COORDINATES = 24;

/** Which parameter each coordinate of θ is, by the names that the columns of the data have. */
function coordinateNotes(summary: Summary, { columns }: SeriesTable): string[] {
  const p = columns.filter((column) => /^mean_theta_\d+$/.test(column)).length;
  if (summary.data === undefined || p === 0 || p > MOST_COORDINATES) return [];
  const named = parametersOf(summary).coordinates(p);
  const parts = named.map(({ label }, k) => `theta_${k} is the ${notationToText(label)}`);
  return [`In series.csv and in the arrays ${parts.join(", ")}.`];
}

function solversCompared(summary: Summary): string {
  const last = comparisonsTable(summary, { last: true });
  const all = comparisonsTable(summary);
  return section(
    "Solvers compared",
    renderTable(last),
    ...renderNotes(comparisonNotes(summary)),
    all.rows.length > last.rows.length ? details("At all snapshots", renderTable(all)) : "",
    tableFiles("distances"),
  );
}
