// The report of a study: figures/*.svg, tables/*.csv, tables/*.tex and report.html in its folder.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listen } from "../../base/interrupt.ts";
import { counted, tally } from "../../base/words.ts";
import type { Course } from "../../study/courses.ts";
import { fitSources } from "../../study/sources.ts";
import type { StudySummary } from "../../study/summary.ts";
import type { Figure } from "../chart/chart.ts";
import { FULL_WIDTH, HALF_WIDTH } from "../chart/chart.ts";
import { figuresInTurns } from "../figures/figures.ts";
import type { ReportInput, Told } from "../folder.ts";
import {
  details,
  renderList,
  renderNotes,
  renderPage,
  renderTable,
  section,
  tableFiles,
} from "../page/page.ts";
import { asText, type TextTable } from "../tables/data-table.ts";
import { comparisonNotes } from "../tables/distances.ts";
import { writeFiles } from "../write.ts";
import { paletteOf } from "./colours.ts";
import { courseFigures, MOST_COURSES } from "./courses.ts";
import { fitFigures, verdictCounts } from "./fits.ts";
import { lawsOf } from "./laws.ts";
import { localRateFigures } from "./local-rates.ts";
import { sweepFigures, sweptAlong } from "./sweep.ts";
import { fitsTable, readablePoints, reasonsTable, studyTables } from "./tables.ts";
import { intervalsNote } from "./words.ts";

export { MOST_COURSES };

export interface StudyReportInput extends Told {
  readonly summary: StudySummary;
  /** The defaults that the points do not share, a line each. */
  readonly differing?: readonly string[];
  /** The courses of the points in time: of all, or of those evenly chosen. */
  readonly courses?: readonly Course[];
  /** Where there is one point only, what its runs hold: its own pictures follow the fits. */
  readonly only?: ReportInput;
}

/** Writes the figures, the tables and the report into the folder; returns the report's path. */
export async function writeStudyReport(folder: string, input: StudyReportInput): Promise<string> {
  const { summary, courses, only } = input;
  const ofRuns = only === undefined ? [] : await figuresInTurns(only);
  const figures = [...studyFigures(summary, courses), ...ofRuns];
  await listen();
  const tables = studyTables(summary);
  removeFormer(folder);
  return writeFiles(folder, figures, tables, summary, () => renderStudyReport(input, figures));
}

const FORMER = {
  figures: /^(fit-\d+-|local-rate-|final-|course-).*\.(svg|png|pdf)$/,
  tables: /^(fits|levels|points|distances|unfinished)\.(csv|tex)$/,
};

/** Fits may be asked for anew, of the same runs: what an earlier report left must not stand among the new. */
function removeFormer(folder: string): void {
  for (const [directory, pattern] of Object.entries(FORMER)) {
    const path = join(folder, directory);
    const names = existsSync(path) ? readdirSync(path) : [];
    for (const name of names) if (pattern.test(name)) rmSync(join(path, name));
  }
}

/** The pictures of a study, the fits first, of a sweep without fits its final values; then the courses of its points. */
export function studyFigures(summary: StudySummary, courses: readonly Course[] = []): Figure[] {
  const { fits } = summary;
  const palette = paletteOf(summary, fits.length === 0 ? sweptAlong(summary) : null);
  if (fits.length === 0) {
    return [...sweepFigures(summary, palette), ...courseFigures(summary, courses, 2, palette)];
  }
  const [rates, course] = [localRateFigures(fits, palette), courseFigures(summary, courses, 1, palette)];
  const alone = lawsOf(fits).length === 1 && rates.length + course.length === 0;
  return [...fitFigures(fits, alone ? FULL_WIDTH : HALF_WIDTH, palette), ...rates, ...course];
}

/** The report of a study; of it the fits too are no part of what the hash covers. */
export function renderStudyReport(input: StudyReportInput, figures: readonly Figure[]): string {
  const { summary } = input;
  const tables = new Map(studyTables(summary).map(({ name, table }) => [name, asText(table)]));
  const fitted = summary.fits.filter(({ slope }) => slope !== null);
  return renderPage({
    summary,
    figures,
    told: { ...input, sources: [...input.sources, ...fitSources(fitted.map(({ spec }) => spec))] },
    outcome: outcomeOf(summary),
    results: [unfinishedSection(tables), fitSection(summary, tables), pointSection(summary, tables)],
    remarks: differingLines(input),
    // The file is shown as its first point: what it states of the others is in the folder alone.
    again: {
      command: "muflow study . --out again",
      on: "in this folder",
      title: `The study: its ${summary.points.length > 1 ? "first " : ""}point with all defaults, the sweep, the fits`,
      spec: summary.spec,
    },
  });
}

/** Keys that were left to their defaults, which hang on what was swept. */
function differingLines({ differing = [] }: StudyReportInput): string[] {
  if (differing.length === 0) return [];
  return [...renderNotes(["Defaults that are not the same at all points:"]), renderList(differing)];
}

function outcomeOf({ outcome, points, fits }: StudySummary): string {
  const runs = points.reduce((count, point) => count + point.runs.length, 0);
  const size = `${counted(points.length, "point")}, ${counted(runs, "run")}`;
  const verdicts = verdictCounts(fits);
  const predictions = verdicts.length === 0 ? "" : ` Predictions: ${verdicts.join(", ")}.`;
  return outcome === "done"
    ? `Done: ${size}.${predictions}`
    : `Not complete: ${outcome}; ${size} in all.${predictions}`;
}

type Tables = ReadonlyMap<string, TextTable>;

/** Runs without a result that a page shows at once, and those that it holds at all. */
const FEW_UNFINISHED = 8;
const MOST_UNFINISHED = 50;

function unfinishedSection(tables: Tables): string {
  const table = tables.get("unfinished");
  if (table === undefined) return "";
  const stalled = table.rows.some((row) => row.includes("stalled"));
  return section(
    "Runs that are in no mean or fit",
    folded(table, FEW_UNFINISHED, unfinishedTitle(table), MOST_UNFINISHED),
    ...renderNotes([
      `missing: not computed, or not yet finished; failed: ended by its numerics${stalled ? "; stalled: run to the end, where its network learns nothing more" : ""}.`,
    ]),
    tableFiles("unfinished"),
  );
}

/** `107 runs: 105 missing, 2 failed`. */
function unfinishedTitle({ head, rows }: TextTable): string {
  const at = head.indexOf("status");
  const statuses = rows.map((row) => row[at]!);
  return `${counted(rows.length, "run")}: ${tally(statuses, ["missing", "failed", "stalled"]).join(", ")}`;
}

function fitSection({ fits }: StudySummary, tables: Tables): string {
  if (fits.length === 0) return "";
  const levels = tables.get("levels");
  return section(
    "Fits",
    renderTable(fitsTable(fits)),
    ...renderNotes([
      `slope: s of |y| ~ x^s, or of e^(s t), negative for a decay${intervalsNote(fits)}.`,
      ...(verdictCounts(fits).length > 0 ? [VERDICTS_MEAN] : []),
    ]),
    details("What each fit rests on", manyRows(reasonsTable(fits))),
    levels === undefined ? "" : details("The levels that were fitted", manyRows(levels)),
    tableFiles("fits", ...(levels === undefined ? [] : ["levels"])),
  );
}

const VERDICTS_MEAN =
  "Simultaneous intervals are so wide that, over replicas, those of all fits hold their true slopes at once in all but one of a thousand studies. HOLDS: the prediction lies in the simultaneous interval, and the one in brackets is as narrow as was asked; FAILS: it lies outside; NOT RESOLVED: inside, but the one in brackets is too wide, or there is none.";

/** Rows that a page shows at once, and those that it holds at all. */
const FEW_ROWS = 30;
const MOST_ROWS = 2000;

function pointSection(summary: StudySummary, tables: Tables): string {
  const distances = tables.get("distances");
  if (!tables.has("points")) return "";
  const points = readablePoints(summary);
  const compared = summary.points.flatMap(({ comparisons }) => comparisons);
  return section(
    "Points",
    folded(points, FEW_ROWS, `All ${points.rows.length} rows`),
    ...renderNotes(points.notes),
    distances === undefined
      ? ""
      : details(
          "Solvers compared, at the last time",
          manyRows(distances),
          ...renderNotes(comparisonNotes({ comparisons: compared })),
        ),
    tableFiles("points", ...(distances === undefined ? [] : ["distances"])),
  );
}

/** A table, behind its title where it has more than a few rows. */
function folded(table: TextTable, few: number, title: string, most = MOST_ROWS): string {
  const rows = manyRows(table, most);
  return table.rows.length <= few ? rows : details(title, rows);
}

function manyRows({ head, rows }: TextTable, most = MOST_ROWS): string {
  const table = renderTable({ head, rows: rows.slice(0, most) });
  if (rows.length <= most) return table;
  const more = counted(rows.length - most, "more row");
  return [table, ...renderNotes([`And ${more}, in the files: ${rows.length} in all.`])].join("\n");
}
