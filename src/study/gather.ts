// What a study found, from the states of its runs: every point's final values and distances, the fits, and one long table of
// all series. Written into the study's folder, study.json last.
//   study.json · series.csv, series.parquet: point, the swept keys, then the columns of a run's series

import { existsSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../base/errors.ts";
import { inTurns } from "../base/interrupt.ts";
import { asComparison } from "../observables/distances/compare.ts";
import { writeAtomically } from "../results/files.ts";
import { readableIn, readSummary } from "../results/folder.ts";
import { runLabel, seriesOf } from "../results/formats/rows.ts";
import { encodeCsv, encodeParquet, type SeriesRow, type SeriesTable } from "../results/formats/series.ts";
import type { Summary } from "../results/formats/summary.ts";
import { keptJson, studyShape } from "../results/kept.ts";
import { machine } from "../results/machine.ts";
import { isOnGrid } from "../run/runs.ts";
import { advised, modesFor } from "./fits/advice.ts";
import { fitsToMake } from "./fits/fit.ts";
import { KeptTrials } from "./fits/trials.ts";
import type { PreparedPoint, PreparedStudy } from "./prepare.ts";
import { type PointResults, pointsIn, type ReadPoint } from "./results.ts";
import type { StudyFit, StudyPoint, StudyRun, StudySummary } from "./summary.ts";
import type { SweptValues } from "./sweep.ts";
import { pointLabels } from "./value-labels.ts";

const studyPath = (folder: string) => join(folder, "study.json");

/** The summary of a study's folder, or null where there is none yet. */
export function readStudy(folder: string): StudySummary | null {
  const path = studyPath(folder);
  if (!existsSync(path)) return null;
  return keptJson(path, studyShape, "remove it to have the results written again") as unknown as StudySummary;
}

/** What a finished folder holds: the results of a study, or of a run. Errors (input): it is not finished. */
export function readResults(folder: string): { study: StudySummary } | { run: Summary } {
  const study = readStudy(folder);
  if (study !== null) return { study };
  const run = readSummary(folder);
  if (run !== null) return { run };
  throw inputError(
    folder,
    `is not finished; the command that made it goes on from there. ${readableIn(folder)}`,
  );
}

/** The rates at which that quantity of a point's run may fall (`modesFor`), whoever computes them. */
export type ModesOf = (point: PreparedPoint, run: number, quantity: string) => number[] | Promise<number[]>;

/** Reads every state in the folder and writes what they say. `wallTime` in seconds. */
export async function gatherStudy(
  study: PreparedStudy,
  folder: string,
  wallTime: number,
  onNotice: (message: string) => void = () => {},
  modesOf: ModesOf = ({ prepared }, run, quantity) => modesFor(prepared.built.runs[run]!, quantity),
): Promise<StudySummary> {
  const { manifest, name, seed, sweep, fits } = study;
  const tables: SeriesTable[] = [];
  const labels = pointLabels(study.points.map(({ values }) => values));
  const points = await pointsIn(study, folder, onNotice, (results, index) =>
    tables.push(pointSeries(study.points[index]!, index, labels[index]!, results)),
  );
  const summaries = points.map(({ point, results }) => pointSummary(point, results));
  const unadvised = await inTurns(fitsToMake(fits, points, new KeptTrials(study, folder, onNotice)));
  const summary: StudySummary = {
    name,
    hash: manifest.hash,
    version: manifest.version,
    seed,
    spec: { ...manifest.spec, fits },
    machine: machine(study.points[0]!.prepared.loaded.experiment.backend),
    wallTime,
    outcome: outcomeOf(summaries),
    points: summaries,
    fits: await Promise.all(unadvised.map((fit) => withModes(fit, unadvised, points, modesOf))),
  };
  const series = joined(tables, Object.keys(sweep));
  await inTurns([
    () => writeAtomically(join(folder, "series.csv"), encodeCsv(series)),
    () => writeAtomically(join(folder, "series.parquet"), encodeParquet(series)),
  ]);
  writeAtomically(studyPath(folder), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

/** The modes of the only fit of its law: they are drawn beside it, and cost seconds each. */
async function withModes(
  fit: StudyFit,
  all: readonly StudyFit[],
  points: readonly ReadPoint[],
  modesOf: ModesOf,
): Promise<StudyFit> {
  if (fit.spec.along !== "time" || fit.spec.law !== "exponential") return fit;
  if (all.some((other) => other !== fit && other.spec === fit.spec) || points.length > 1) return fit;
  const { point } = points[0]!;
  const { runs } = point.prepared.built;
  const run = runs.findIndex((run) => run.solver === fit.spec.solver && isOnGrid(run));
  return run < 0 ? fit : advised(fit, await modesOf(point, run, fit.spec.quantity));
}

function pointSummary({ values, prepared }: PreparedPoint, { runs, distances }: PointResults): StudyPoint {
  return {
    values,
    hash: prepared.manifest.hash,
    runs: prepared.built.runs.map((run, index): StudyRun => {
      const { status, progress, reason } = runs[index]!;
      return {
        ...runLabel(run),
        final: { ...progress?.rows.at(-1)?.observables },
        status,
        ...(reason === undefined ? {} : { reason }),
      };
    }),
    comparisons: distances.map(asComparison),
  };
}

function outcomeOf(points: readonly StudyPoint[]): string {
  const runs = points.flatMap((point) => point.runs);
  const parts = (["missing", "failed", "stalled"] as const).flatMap((wanted) => {
    const count = runs.filter(({ status }) => status === wanted).length;
    return count === 0
      ? []
      : [`${count} of ${runs.length} runs ${wanted === "missing" ? "are missing" : wanted}`];
  });
  return parts.join(", ") || "done";
}

function pointSeries(
  { prepared, values }: PreparedPoint,
  point: number,
  label: string,
  { runs }: PointResults,
): SeriesTable {
  const { columns, rows } = seriesOf(
    prepared.built,
    prepared.loaded.experiment,
    runs.map(({ progress }) => progress),
    label,
  );
  const place = { point, ...cells(values) };
  return { columns, rows: rows.map((row): SeriesRow => ({ ...place, ...row })) };
}

/** Swept values as cells of a table: numbers and text as they are, everything else as JSON. */
function cells(values: SweptValues): Record<string, number | string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function joined(tables: readonly SeriesTable[], swept: readonly string[]): SeriesTable {
  const rows = tables.flatMap((table) => table.rows);
  const columns = ["point", ...swept, ...new Set(tables.flatMap((table) => table.columns))];
  // A key whose values are numbers at some points and text at others is text at all.
  const text = swept.filter((key) => rows.some((row) => typeof row[key] === "string"));
  for (const row of rows) for (const key of text) row[key] = String(row[key]);
  return { columns, rows, text };
}
