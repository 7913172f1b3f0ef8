// The report of a study: figures/*.svg, tables/*.csv, tables/*.tex and report.html in its folder.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listen } from "../../base/interrupt.ts";
import { counted } from "../../base/words.ts";
import { writeAtomically } from "../../results/files.ts";
import type { Hypothesis } from "../../run/describe.ts";
import type { Course } from "../../study/courses.ts";
import { fitSources } from "../../study/sources.ts";
import type { StudySummary } from "../../study/summary.ts";
import type { Figure } from "../chart/chart.ts";
import { FULL_WIDTH, HALF_WIDTH } from "../chart/chart.ts";
import { figuresInTurns } from "../figures/figures.ts";
import type { ReportInput, Source } from "../folder.ts";
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
} from "../page/page.ts";
import { asText, type TextTable } from "../tables/data-table.ts";
import { comparisonNotes } from "../tables/distances.ts";
import { originOf, writeTables } from "../tables/table-files.ts";
import { writeFigures } from "../write.ts";
import { paletteOf } from "./colours.ts";
import { courseFigures, MOST_COURSES } from "./courses.ts";
import { fitFigures, verdictCounts } from "./fits.ts";
import { lawsOf } from "./laws.ts";
import { localRateFigures } from "./local-rates.ts";
import { sweepFigures, sweptAlong } from "./sweep.ts";
import { fitsTable, readablePoints, reasonsTable, studyTables } from "./tables.ts";
import { intervalsNote } from "./words.ts";

export { MOST_COURSES };

export interface StudyReportInput {
  readonly summary: StudySummary;
  /** The experiments of all points in words, a line each. */
  readonly description: readonly string[];
  /** The defaults that the points do not share, a line each. */
  readonly differing?: readonly string[];
  /** What the theory asks of it. */
  readonly hypotheses?: readonly Hypothesis[];
  readonly sources: readonly Source[];
  /** What was known to be doubtful before the start, a sentence each. */
  readonly warnings?: readonly string[];
  /** The courses of the points in time: of all, or of those evenly chosen. */
  readonly courses?: readonly Course[];
  /** Where there is one point only, what its runs hold: its own pictures follow the fits. */
  readonly only?: ReportInput;
}

/** Writes the figures, the tables and the report into the folder; returns the report's path. */
export async function writeStudyReport(folder: string, input: StudyReportInput): Promise<string> {
  const { summary } = input;
  const own = input.only === undefined ? [] : await figuresInTurns(input.only);
  const figures = [...studyFigures(summary, input.courses), ...own];
  await listen();
  const tables = studyTables(summary);
  removeFormer(folder);
  await writeFigures(folder, figures);
  writeTables(folder, tables, originOf(summary));
  await listen();
  const path = join(folder, "report.html");
  writeAtomically(path, renderStudyReport(input, figures));
  return path;
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

/**
 * The report of a study. All of it but the line `#machine` is a function of what the summary's hash covers, and of the fits.
 * Every string of the input is escaped.
 */
export function renderStudyReport(input: StudyReportInput, figures: readonly Figure[]): string {
  const { summary, description, hypotheses, sources, warnings } = input;
  const tables = new Map(studyTables(summary).map(({ name, table }) => [name, asText(table)]));
  const swept = summary.points.length > 1;
  const fitted = summary.fits.filter(({ slope }) => slope !== null);
  return page(summary.name, [
    header(summary.name, outcomeOf(summary), summary.outcome === "done", warnings),
    figureSection(figures),
    unfinishedSection(tables),
    fitSection(summary, tables),
    pointSection(summary, tables),
    description.length > 0 && section("What was computed", renderList(description), ...differingLines(input)),
    hypothesisSection(hypotheses),
    // The file is shown as its first point: what it states of the others is in the folder alone.
    reproductionSection(
      "muflow study . --out again",
      summary,
      {
        title: `The study: its ${swept ? "first " : ""}point with all defaults, the sweep, the fits`,
        value: summary.spec,
      },
      "in this folder",
    ),
    sourcesSection([...sources, ...fitSources(fitted.map(({ spec }) => spec))]),
  ]);
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
  const found = verdicts.length === 0 ? "" : ` Predictions: ${verdicts.join(", ")}.`;
  return outcome === "done" ? `Done: ${size}.${found}` : `Not complete: ${outcome}; ${size} in all.${found}`;
}

type Tables = ReadonlyMap<string, TextTable>;

/** Such runs that a page shows at once, and those that it holds at all. */
const FEW_UNFINISHED = 8;
const MOST_UNFINISHED = 50;

function unfinishedSection(tables: Tables): string {
  const table = tables.get("unfinished");
  if (table === undefined) return "";
  const more = table.rows.length - MOST_UNFINISHED;
  const shown = renderTable({ ...table, rows: table.rows.slice(0, MOST_UNFINISHED) });
  return section(
    "Runs that are in no mean or fit",
    table.rows.length <= FEW_UNFINISHED ? shown : details(unfinishedTitle(table), shown),
    ...renderNotes([
      ...(more > 0 ? [`And ${counted(more, "more run")}, in the files: ${table.rows.length} in all.`] : []),
      `missing: not computed, or not yet finished; failed: ended by its numerics${table.rows.some((row) => row.includes("stalled")) ? "; stalled: run to the end, where its network learns nothing more" : ""}.`,
    ]),
    tableFiles("unfinished"),
  );
}

/** `107 runs: 105 missing, 2 failed`. */
function unfinishedTitle({ head, rows }: TextTable): string {
  const at = head.indexOf("status");
  const parts = ["missing", "failed", "stalled"]
    .map((status) => ({ status, number: rows.filter((row) => row[at] === status).length }))
    .filter(({ number }) => number > 0)
    .map(({ status, number }) => `${number} ${status}`);
  return `${counted(rows.length, "run")}: ${parts.join(", ")}`;
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
  const shown =
    points.rows.length <= FEW_ROWS
      ? manyRows(points)
      : details(`All ${points.rows.length} rows`, manyRows(points));
  const compared = summary.points.flatMap(({ comparisons }) => comparisons);
  return section(
    "Points",
    shown,
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

function manyRows({ head, rows }: TextTable): string {
  const more = rows.length - MOST_ROWS;
  const table = renderTable({ head, rows: rows.slice(0, MOST_ROWS) });
  return more > 0
    ? `${table}\n${renderNotes([`And ${counted(more, "more row")}, in the files.`]).join("")}`
    : table;
}
