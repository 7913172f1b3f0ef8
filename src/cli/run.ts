// muflow run SPEC: checks everything, computes with live progress, writes the folder and its report, prints a table.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MuflowError } from "../base/errors.ts";
import { listen } from "../base/interrupt.ts";
import {
  collectResults,
  type FinishedExperiment,
  finishedSummary,
  runExperiment,
} from "../experiment/execute.ts";
import { extendRun, requireItsRecords } from "../experiment/extend.ts";
import type { PreparedExperiment } from "../experiment/prepare.ts";
import { usualThreads } from "../kernels/backend/backend.ts";
import { asText } from "../report/tables/data-table.ts";
import { comparisonNotes, comparisonsTable } from "../report/tables/distances.ts";
import { BRIEF_OBSERVABLES, courseNotes, summaryData, summaryNotes } from "../report/tables/finals.ts";
import { seriesOf } from "../results/formats/rows.ts";
import { decodeCsv, type SeriesTable } from "../results/formats/series.ts";
import type { Summary } from "../results/formats/summary.ts";
import { sourcesOf } from "../run/describe.ts";
import { roomWarning } from "../run/needs.ts";
import { precisionNotices } from "../run/precision.ts";
import { stepWarning } from "../run/stability.ts";
import { wallWarning } from "../run/walls.ts";
import { readSpec } from "../spec/load.ts";
import { drawnFrom, wordsOf } from "./drawn.ts";
import { heldAfter, requireFormats, writeFormats } from "./formats.ts";
import { interruptible, interruptibleReading, print, tell } from "./output.ts";
import { withProgress } from "./progress.ts";
import { type ComputeArguments, prepare, takeBackend, takeItsBackend } from "./spec-arguments.ts";

export interface RunArguments extends ComputeArguments {
  extend?: string;
}

export async function run(spec: string, options: RunArguments): Promise<void> {
  const { format = [], maxTime } = options;
  takeBackend(options);
  if (options.extend !== undefined) requireItsRecords(await readSpec(spec, options), options.extend);
  const prepared = await interruptibleReading(spec, () => prepare(spec, options), maxTime);
  takeItsBackend(prepared.loaded.experiment.backend, options);
  const { threads = usualThreads() } = options;
  const folder = options.out ?? options.extend ?? join("runs", prepared.loaded.experiment.name);
  const { runs } = prepared.built;
  requireFormats(folder, format, () => heldAfter(runs));
  if (options.extend !== undefined) await extendRun(prepared, options.extend, folder, tell);
  const done = finishedSummary(prepared, folder);
  if (done !== null) {
    tell(
      `${folder}: already finished with the same experiment (hash ${done.hash.slice(0, 12)}); not run again`,
    );
    await interruptible(folder, async () => {
      if (!existsSync(join(folder, "report.html"))) await rebuildReport(prepared, folder, done);
      await writeFormats(folder, format, tell);
    });
    printResults(done, seriesIn(folder), folder);
    if (done.outcome !== "done") throw new MuflowError("numerics", done.outcome);
    return;
  }
  for (const notice of prepared.built.problem.data.notices ?? []) tell(`data: ${notice}`);
  for (const warning of warningsOf(prepared)) tell(warning);
  for (const notice of precisionNotices(runs)) tell(notice);
  const tight = roomWarning(prepared.built, threads);
  if (tight !== null) tell(tight);
  const finished = await interruptible(
    folder,
    async (stop) => {
      const { checkpoint: checkpointSeconds } = options;
      const finished = await withProgress(runs, threads, (onProgress) =>
        runExperiment(prepared, { folder, threads, checkpointSeconds, stop, onProgress, onNotice: tell }),
      );
      await draw(prepared, folder, finished);
      await writeFormats(folder, format, tell);
      return finished;
    },
    maxTime,
  );
  printResults(finished.summary, finished.series, folder);
  if (finished.failure !== null) throw finished.failure;
}

/** What is known to be doubtful before anything runs. */
function warningsOf({ built }: PreparedExperiment): string[] {
  return [stepWarning(built.runs), wallWarning(built.runs)].filter((warning) => warning !== null);
}

/** Charts take as long to load as all else: not before there is something to draw. */
async function draw(
  prepared: PreparedExperiment,
  folder: string,
  finished: Omit<FinishedExperiment, "failure">,
): Promise<void> {
  const { writeReport } = await import("../report/write.ts");
  await listen();
  const { built } = prepared;
  await writeReport(folder, {
    ...wordsOf(built),
    ...(await drawnFrom(built, finished)),
    sources: sourcesOf(built),
    warnings: warningsOf(prepared),
  });
}

/** The series that a finished folder holds; none where they were taken away. */
function seriesIn(folder: string): SeriesTable {
  const path = join(folder, "series.csv");
  return existsSync(path) ? decodeCsv(readFileSync(path, "utf8")) : { columns: [], rows: [] };
}

/** Makes the report of a finished folder from what lies in it. */
export async function rebuildReport(
  prepared: PreparedExperiment,
  folder: string,
  summary: Summary,
): Promise<void> {
  const results = collectResults(prepared, folder, tell);
  const { built } = prepared;
  await draw(prepared, folder, {
    summary,
    series: seriesOf(built, prepared.loaded.experiment, results),
    results,
  });
}

function printResults(summary: Summary, series: SeriesTable, folder: string): void {
  const finals = summaryData(summary, BRIEF_OBSERVABLES);
  print(asText(finals), [...summaryNotes(summary, finals), ...courseNotes(summary, series)]);
  if (summary.comparisons.length > 0) {
    print(comparisonsTable(summary, { last: true }), comparisonNotes(summary));
  }
  process.stdout.write(`results: ${folder} (open ${join(folder, "report.html")})\n`);
}
