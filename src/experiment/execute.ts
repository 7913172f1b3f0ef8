// One experiment, all its runs: computes (or resumes) what was prepared, and leaves a folder whose bits depend on the experiment and the version
// alone.

import { join } from "node:path";
import type { Tinypool } from "tinypool";
import { MuflowError } from "../base/errors.ts";
import { errorNotices, meansOf } from "../kernels/backend/backend.ts";
import { largestError } from "../kernels/gpu/report.ts";
import { writeAtomically } from "../results/files.ts";
import { claimFolder, readSummary, requireSameExperiment, stopped, summaryPath } from "../results/folder.ts";
import { densityArrays, neuronArrays } from "../results/formats/arrays.ts";
import { dataSummary, runLabel, seriesOf } from "../results/formats/rows.ts";
import { encodeCsv, encodeParquet, type SeriesTable } from "../results/formats/series.ts";
import { type RunSummary, ranToEnd, type Summary, stalledOutcome } from "../results/formats/summary.ts";
import { machine } from "../results/machine.ts";
import { keepSource } from "../results/source.ts";
import { States } from "../results/states.ts";
import { type Progress, sharedProgress } from "../run/progress.ts";
import { isOnGrid } from "../run/runs.ts";
import { statedIn } from "../spec/canonical.ts";
import { encodeNpz } from "../tables/npz.ts";
import { boundNoticesOf, computeRuns, concludeRuns, requireEnded, tasksOf, withWorkers } from "./pool.ts";
import type { PreparedExperiment } from "./prepare.ts";
import type { Conclusion, JobResult } from "./worker.ts";

/** How an experiment, or all of a study, is computed. */
export interface RunOptions {
  readonly folder: string;
  /** Worker threads; never changes a bit of the results. */
  readonly threads: number;
  readonly checkpointSeconds: number;
  /** Shared Int32: set entry 0 to stop, saved. */
  readonly stop: Int32Array;
  /** Called about four times a second with where each run is, by sharedProgress. */
  onProgress?(progress: Float64Array): void;
  onNotice?(message: string): void;
}

/** What a finished (or failed) experiment leaves in memory: what its report is made of. */
export interface FinishedExperiment {
  readonly summary: Summary;
  readonly series: SeriesTable;
  /** In the order of the runs; null of those that left nothing. */
  readonly results: readonly (Progress | null)[];
  /** Set where the numerics failed, and the folder holds what was computed until then; or where runs stalled. */
  readonly failure: MuflowError | null;
}

/** So many runs have a file each, where people look for it; of more, those that have ended are packed. */
const FEW_RUNS = 16;

/** The summary of the folder where it is already finished with this experiment, else null. Throws where it is another's. */
export function finishedSummary(prepared: PreparedExperiment, folder: string): Summary | null {
  requireSameExperiment(folder, prepared.manifest);
  const summary = readSummary(folder);
  return summary !== null && ranToEnd(summary) ? summary : null;
}

/** The prepared experiment's results as they lie in its folder's checkpoints. */
export function collectResults(
  prepared: PreparedExperiment,
  folder: string,
  onNotice: (message: string) => void = () => {},
): (Progress | null)[] {
  const states = new States(folder);
  const { hash } = prepared.manifest;
  return prepared.built.runs.map(
    (run, index) =>
      states.loadRun({ hash, run: index, checkpoint: checkpointPath(folder, index) }, run, onNotice)
        ?.progress ?? null,
  );
}

/**
 * Computes the experiment into its folder, resuming what is saved there.
 * Throws MuflowError "stopped" when asked to stop or the disk is full, "input" where the folder is not ours.
 */
export async function runExperiment(
  prepared: PreparedExperiment,
  options: RunOptions,
): Promise<FinishedExperiment> {
  const { built, inputs, manifest, loaded } = prepared;
  const shared = { experiment: loaded.experiment, inputs, hash: manifest.hash };
  const { folder, stop } = options;
  const notice = options.onNotice ?? (() => {});
  const started = performance.now();
  const giveBack = await claimFolder(folder, manifest, notice);
  const states = States.of(folder, giveBack);
  const progress = sharedProgress(built.runs.length);
  try {
    keepSource(folder, loaded.stated, loaded.files);
    const tasks = tasksOf({ ...shared, built }, (run) => checkpointPath(folder, run));
    const { threads, checkpointSeconds } = options;
    const packs = built.runs.length > FEW_RUNS;
    const compute = async (workers: Tinypool) => {
      const results = await computeRuns(workers, tasks, {
        threads,
        checkpointSeconds,
        stop,
        progress,
        states,
        packs,
      });
      const failed = results.some(({ failure }) => failure !== null && failure.kind !== "numerics");
      if (failed || results.some(({ status }) => status === "stopped")) return { results, conclusion: null };
      // Networks alone have nothing to be compared with.
      if (!built.runs.some(isOnGrid)) return { results, conclusion: NONE };
      const job = {
        ...shared,
        checkpoints: tasks.map(({ checkpoint }) => checkpoint),
        packed: tasks.map((task) => states.packed(task)),
        ...meansOf(threads),
        stop,
      };
      return { results, conclusion: await concludeRuns(workers, job) };
    };
    const look = () => options.onProgress?.(progress);
    const { results, conclusion } = await withWorkers(threads, compute, look);
    for (const message of results.flatMap(({ notices }) => notices)) notice(message);
    for (const message of boundNoticesOf(tasks, results)) notice(message);
    for (const message of errorNotices(largestError())) notice(message);
    requireEnded(folder, results);
    if (conclusion === null) throw stopped(folder);
    const outcome = outcomeOf(results);
    const error = outcome === "done" ? null : new MuflowError("numerics", outcome);
    const wallTime = (performance.now() - started) / 1000;
    const reasons = results.map((result) => (isBroken(result) ? (result.failure?.message ?? "") : null));
    const collected = collectResults(prepared, folder);
    return writeResults(prepared, folder, collected, reasons, conclusion, error, wallTime);
  } finally {
    states.close();
    giveBack();
  }
}

const NONE: Conclusion = { comparisons: [], rates: [] };

/** By its numbers, whether it knows where or one of its threads threw. */
function isBroken({ status }: JobResult): boolean {
  return status === "broken" || status === "failed";
}

/** What broke first in the order of the runs; else what stalled; else "done". */
function outcomeOf(results: readonly JobResult[]): string {
  const reasons = (isOne: (result: JobResult) => boolean) =>
    results.flatMap((result) => (isOne(result) && result.failure !== null ? result.failure.message : []));
  const [broken] = reasons(isBroken);
  const stalled = reasons(({ status }) => status === "stalled");
  return broken ?? (stalled.length > 0 ? stalledOutcome(stalled) : "done");
}

/** Where the state of a run lies. */
export function checkpointPath(folder: string, run: number): string {
  return join(folder, "state", `run-${run}.checkpoint`);
}

function writeResults(
  prepared: PreparedExperiment,
  folder: string,
  results: readonly (Progress | null)[],
  broken: readonly (string | null)[],
  conclusion: Conclusion,
  failure: MuflowError | null,
  wallTime: number,
): FinishedExperiment {
  const { built, manifest, loaded } = prepared;
  const series = seriesOf(built, loaded.experiment, results);
  const neurons = neuronArrays(built, results);
  const densities = densityArrays(built, results);
  const summary: Summary = {
    name: loaded.experiment.name,
    hash: manifest.hash,
    version: manifest.version,
    seed: loaded.experiment.seed,
    spec: statedIn(manifest.spec),
    machine: machine(loaded.experiment.backend),
    wallTime,
    outcome: failure === null ? "done" : failure.message,
    ...dataSummary(built.problem.data),
    runs: built.runs.map(
      (run, index): RunSummary => ({
        ...runLabel(run),
        final: { ...results[index]?.rows.at(-1)?.observables },
        ...stoppedAt(results[index], broken[index]),
      }),
    ),
    ...conclusion,
  };
  writeAtomically(join(folder, "series.csv"), encodeCsv(series));
  writeAtomically(join(folder, "series.parquet"), encodeParquet(series));
  writeAtomically(join(folder, "neurons.npz"), encodeNpz(neurons));
  if (Object.keys(densities).length > 0) writeAtomically(join(folder, "density.npz"), encodeNpz(densities));
  writeAtomically(summaryPath(folder), `${JSON.stringify(summary, null, 2)}\n`);
  return { summary, series, results, failure };
}

function stoppedAt(result: Progress | null, reason: string | null): Pick<RunSummary, "stopped"> {
  return reason === null ? {} : { stopped: { t: result?.rows.at(-1)?.t ?? 0, reason } };
}
