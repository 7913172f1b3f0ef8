import { counted } from "../../base/words.ts";
import type { SeriesTable } from "../../results/formats/series.ts";
import { ranToEnd, type Summary } from "../../results/formats/summary.ts";
import type { Figure } from "../chart/chart.ts";
import type { ReportInput } from "../folder.ts";
import { formatNumber, notationToText } from "../notation.ts";
import { factsOf } from "../runs/facts.ts";
import { asText } from "../tables/data-table.ts";
import { comparisonNotes, comparisonsTable } from "../tables/distances.ts";
import { courseNotes, summaryData, summaryNotes } from "../tables/finals.ts";
import {
  details,
  figureSection,
  header,
  hypothesisSection,
  page,
  renderList,
  renderNotes,
  renderTable,
  reproductionSection,
  section,
  sourcesSection,
  tableFiles,
} from "./page.ts";

/**
 * The report of a run. All of it but the line `#machine` is a function of what the summary's hash covers. Every string of
 * the input is escaped.
 */
export function renderReport(input: ReportInput, figs: readonly Figure[]): string {
  const { summary, description, hypotheses, sources } = input;
  const done = summary.outcome === "done";
  return page(summary.name, [
    header(summary.name, outcomeOf(input), done, input.warnings),
    figureSection(figs),
    finalValues(input),
    summary.comparisons.length > 0 && solversCompared(summary),
    description.length > 0 && section("What was computed", renderList(description)),
    hypothesisSection(hypotheses),
    reproductionSection("muflow run experiment.yaml", summary, {
      title: "The experiment, defaults filled in",
      value: summary.spec,
    }),
    sourcesSection(sources),
  ]);
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
  const searches = summary.runs.filter(({ solver }) => solver === "stationary").length;
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
function coordinateNotes({ spec, data }: Summary, { columns }: SeriesTable): string[] {
  const p = columns.filter((column) => /^mean_theta_\d+$/.test(column)).length;
  if (data === undefined || p === 0 || p > MOST_COORDINATES) return [];
  const named = factsOf(spec, data).coordinates(p);
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
