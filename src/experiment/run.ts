// One experiment, all its runs: reads and checks everything before anything is written, computes (or resumes),
// and leaves a folder whose bits depend on the experiment and the version alone.

import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { join, relative } from "node:path";
import type { Tinypool } from "tinypool";
import { MuflowError } from "../base/errors.ts";
import { atOnce, listening } from "../base/interrupt.ts";
import { PACKAGE } from "../base/package.ts";
import { printable, secondsText } from "../base/words.ts";
import type { DataSet } from "../problem/data.ts";
import { writeAtomically } from "../results/files.ts";
import {
  claimFolder,
  type Manifest,
  readSummary,
  requireSameExperiment,
  stopped,
  summaryPath,
} from "../results/folder.ts";
import {
  encodeCsv,
  encodeParquet,
  KEY_COLUMNS,
  type SeriesRow,
  type SeriesTable,
} from "../results/formats/series.ts";
import { type RunSummary, ranToEnd, type Summary, stalledOutcome } from "../results/formats/summary.ts";
import { keepSource } from "../results/source.ts";
import { States } from "../results/states.ts";
import {
  type BuiltExperiment,
  buildExperiment,
  type ExperimentInputs,
  inputsInPieces,
  LONG_SECONDS,
} from "../run/build.ts";
import { cellSeconds, requireCounts, requireRoom } from "../run/needs.ts";
import { checkOwnFunctions } from "../run/own-checks.ts";
import {
  type DensitySnapshot,
  type NetworkSnapshot,
  type Progress,
  sharedProgress,
} from "../run/progress.ts";
import { gridOf, inFile, isFirstReplica, type Run } from "../run/runs.ts";
import { checkDensityRun } from "../run/simulate-density.ts";
import { checkStationaryRun } from "../run/solve-stationary.ts";
import { canonicalExperiment, experimentHash, statedIn } from "../spec/canonical.ts";
import { functionsIn, type LoadedExperiment } from "../spec/load.ts";
import { PROBLEM_KEYS } from "../spec/shape.ts";
import { type StatedSolvers, solverLabels } from "../spec/solver-labels.ts";
import { encodeNpz, type NumericArray } from "../tables/npz.ts";
import { boundNoticesOf, computeRuns, concludeRuns, requireEnded, tasksOf, withWorkers } from "./pool.ts";
import type { Conclusion, JobResult } from "./worker.ts";

const { version } = PACKAGE;

/** An experiment that was read and checked, and knows its identity. */
export interface PreparedExperiment {
  readonly loaded: LoadedExperiment;
  readonly built: BuiltExperiment;
  readonly manifest: Manifest;
  readonly inputs: ExperimentInputs;
}

/** Everything that can be wrong with the input is found here (input errors, put to the file, the point or the option); nothing is written. */
export function prepareExperiment(loaded: LoadedExperiment): PreparedExperiment {
  return atOnce(preparedInPieces(loaded));
}

/** The same, listening while data are made. */
export function prepareListening(loaded: LoadedExperiment): Promise<PreparedExperiment> {
  return listening(preparedInPieces(loaded));
}

function* preparedInPieces(loaded: LoadedExperiment): Generator<void, PreparedExperiment> {
  try {
    return yield* checkedExperiment(loaded);
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    throw new MuflowError(error.kind, blamed(error.message, loaded));
  }
}

/** What is wrong, by its key in the file and begun by who is to blame; a file of numbers that is alone to blame speaks for itself. */
function blamed(message: string, { blame, stated, files }: LoadedExperiment): string {
  const text = inKeysOfFile(
    message.startsWith(`${stated.path}: `) ? message.slice(stated.path.length + 2) : message,
  );
  const file = files.find(({ path }) => /^[:,]/.test(afterStart(text, printable(path))));
  const key = file?.key ?? /^[^\s:]+(?=: )/.exec(text)?.[0] ?? "";
  // A row is the file's own; which columns it has to have, keys beside it say.
  const path = key.split(".").slice(0, file === undefined || text.includes(": row ") ? undefined : -1);
  const who = blame({ path, text }, "later");
  return file !== undefined && who === stated.path ? text : `${who}: ${text}`;
}

function afterStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : "";
}

/** Of the library's functions the one that a key of the file stands for. */
const FUNCTIONS_OF_DATA: Readonly<Record<string, string>> = {
  "data.fromCsv": "data",
  "data.fromNpy": "data",
  "data.fromNpz": "data",
  "data.fromFunction": "data",
  "data.fromArrays": "data.arrays",
  "data.standardised": "data.standardise",
};

/** The library calls the parts of a problem by their names, the file by their keys: data.standardise is problem.data.standardise there. */
function inKeysOfFile(text: string): string {
  const [start = "", head = ""] = /^(\w+)(?:\.\w+)?(?=[.:])/.exec(text) ?? [];
  if (!PROBLEM_KEYS.includes(head)) return text;
  return `problem.${FUNCTIONS_OF_DATA[start] ?? start}${text.slice(start.length)}`;
}

function* checkedExperiment(loaded: LoadedExperiment): Generator<void, PreparedExperiment> {
  requireCounts(loaded.experiment);
  const { module } = loaded.stated;
  const own = functionsIn(loaded.stated);
  const read = yield* inputsInPieces(loaded.experiment, loaded.directory, {
    store: loaded.store,
    own,
    onNotice: loaded.stated.onNotice,
  });
  const inputs = module === undefined ? read : { ...read, module: module.record };
  const built = buildExperiment(loaded.experiment, inputs, own);
  checkOwnFunctions(built, loaded.stated.path);
  const runs = built.runs.filter(isFirstReplica);
  for (const run of runs) requireRoom(run, `solvers.${run.entry}.${run.solver}`);
  const seconds = cellSeconds(runs);
  if (seconds > LONG_SECONDS) {
    const told = `looking at the cells of the densities: ${secondsText(seconds)}`;
    // Points of a study are alike.
    loaded.store.once(told, () => loaded.stated.onNotice?.(told));
  }
  for (const run of runs) {
    checkRun(run);
    yield;
  }
  const canonical = canonicalExperiment(loaded.experiment, loaded.files);
  const moduleSha256 = module?.sha256 ?? null;
  const hash = experimentHash({
    canonical,
    version,
    ...(moduleSha256 === null ? {} : { moduleSha256 }),
  });
  const files = loaded.files.map(({ key, path, sha256 }) => ({
    key,
    path: relative(loaded.directory, path),
    sha256,
  }));
  return { loaded, built, inputs, manifest: { hash, version, spec: canonical, moduleSha256, files } };
}

/** What is wrong with a density before its first step. */
function checkRun(run: Run): void {
  if (run.solver === "particles") return;
  try {
    if (run.solver === "stationary") checkStationaryRun(run);
    else checkDensityRun(run);
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    throw new MuflowError(error.kind, inFile(run, error.message));
  }
}

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
    (one, run) =>
      states.loadRun({ hash, run, checkpoint: checkpointPath(folder, run) }, one, onNotice)?.progress ?? null,
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
  const { built, manifest, loaded } = prepared;
  const { folder, stop } = options;
  const notice = options.onNotice ?? (() => {});
  const started = performance.now();
  const giveBack = await claimFolder(folder, manifest, notice);
  const states = States.of(folder, giveBack);
  const progress = sharedProgress(built.runs.length);
  try {
    keepSource(folder, loaded.stated, loaded.files);
    const tasks = tasksOf({ ...prepared, experiment: loaded.experiment, hash: manifest.hash }, (run) =>
      checkpointPath(folder, run),
    );
    const { threads, checkpointSeconds } = options;
    const packs = built.runs.length > FEW_RUNS;
    const compute = async (workers: Tinypool) => {
      const results = await computeRuns(workers, tasks, {
        ...{ threads, checkpointSeconds, stop, progress, states, packs },
      });
      const failed = results.some(({ failure }) => failure !== null && failure.kind !== "numerics");
      if (failed || results.some(({ status }) => status === "stopped")) return { results, conclusion: null };
      // Networks alone have nothing to be compared with.
      if (built.runs.every(({ solver }) => solver === "particles")) return { results, conclusion: NONE };
      const job = {
        experiment: loaded.experiment,
        inputs: prepared.inputs,
        hash: manifest.hash,
        checkpoints: tasks.map(({ checkpoint }) => checkpoint),
        packed: tasks.map((task) => states.packed(task)),
        stop,
      };
      return { results, conclusion: await concludeRuns(workers, job) };
    };
    const look = () => options.onProgress?.(progress);
    const { results, conclusion } = await withWorkers(threads, compute, look);
    for (const message of results.flatMap(({ notices }) => notices)) notice(message);
    for (const message of boundNoticesOf(tasks, results)) notice(message);
    requireEnded(folder, results);
    if (conclusion === null) throw stopped(folder);
    const outcome = outcomeOf(results);
    const error = outcome === "done" ? null : new MuflowError("numerics", outcome);
    const wallTime = (performance.now() - started) / 1000;
    const reasons = results.map(({ status, failure }) =>
      status === "broken" ? (failure?.message ?? "") : null,
    );
    const collected = collectResults(prepared, folder);
    return writeResults(prepared, folder, collected, reasons, conclusion, error, wallTime);
  } finally {
    states.close();
    giveBack();
  }
}

const NONE: Conclusion = { comparisons: [], rates: [] };

/** What broke first in the order of the runs; else what stalled; else "done". */
function outcomeOf(results: readonly JobResult[]): string {
  const reasons = (wanted: JobResult["status"]) =>
    results.flatMap(({ status, failure }) => (status === wanted && failure !== null ? failure.message : []));
  const [broken] = reasons("broken");
  const stalled = reasons("stalled");
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
    version,
    seed: loaded.experiment.seed,
    spec: statedIn(manifest.spec),
    machine: machine(),
    wallTime,
    outcome: failure === null ? "done" : failure.message,
    ...dataSummary(built.problem.data),
    runs: built.runs.map(
      (one, run): RunSummary => ({
        ...runLabel(one),
        final: { ...results[run]?.rows.at(-1)?.observables },
        ...stoppedAt(results[run], broken[run]),
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

/** What a summary says of the data. */
export function dataSummary(data: DataSet): Pick<Summary, "data"> {
  const { size, names, test, standardised, notices } = data;
  if (names === undefined) return {};
  return {
    data: {
      points: size,
      ...names,
      ...(test === undefined ? {} : { test: test.size }),
      ...(standardised === undefined ? {} : { standardised }),
      ...(notices === undefined ? {} : { notices }),
    },
  };
}

/** What tells a run from the others in summaries. */
export function runLabel(one: Run): Omit<RunSummary, "final" | "stopped"> {
  const own = one.solver === "particles" ? { width: one.width, replica: one.replica } : { cells: one.cells };
  return { solver: one.solver, ...own };
}

/**
 * The series of all runs: the key columns, then every observable in the order first met. `point`: what
 * tells a study's point from the others, "" where nothing does.
 */
export function seriesOf(
  built: BuiltExperiment,
  experiment: StatedSolvers,
  results: readonly (Progress | null)[],
  point = "",
): SeriesTable {
  const labels = solverLabels(experiment).map((label) => [point, label].filter(Boolean).join(": "));
  const rows = results.flatMap((result, run) =>
    (result?.rows ?? []).map(
      ({ t, observables }): SeriesRow => ({
        run,
        ...keyOf(built.runs[run]),
        label: labels[built.runs[run].entry],
        t,
        ...blankWhereUndefined(observables),
      }),
    ),
  );
  const observables = new Set(
    rows.flatMap((row) => Object.keys(row).filter((key) => !KEY_COLUMNS.includes(key))),
  );
  return { columns: [...KEY_COLUMNS, ...observables], rows };
}

/** What could not be computed (a bound whose integral is not resolved) is left blank. */
function blankWhereUndefined(observables: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(observables).map(([name, value]) => [name, Number.isNaN(value) ? null : value]),
  );
}

function keyOf(run: Run): Pick<SeriesRow, "solver" | "width" | "replica"> {
  if (run.solver !== "particles") return { solver: run.solver, width: null, replica: null };
  return { solver: "particles", width: run.width, replica: run.replica };
}

/** The arrays of neurons.npz: snapshots by run, and the data. */
export function neuronArrays(
  built: BuiltExperiment,
  results: readonly (Progress | null)[],
): Record<string, NumericArray> {
  const { data, dimension } = built.problem;
  const arrays: Record<string, NumericArray> = {};
  for (const [run, result] of results.entries()) {
    const one = built.runs[run];
    if (result === null || result.snapshots.length === 0 || one.solver !== "particles") continue;
    const snapshots = result.snapshots as readonly NetworkSnapshot[];
    const count = snapshots.length;
    const { width } = one;
    arrays[`run${run}_times`] = { shape: [count], data: Float64Array.from(snapshots, ({ t }) => t) };
    arrays[`run${run}_theta`] = {
      shape: [count, width, dimension],
      data: concatenated(snapshots.map(({ theta }) => theta)),
    };
    if (built.dynamics.order === "second") {
      arrays[`run${run}_omega`] = {
        shape: [count, width, dimension],
        data: concatenated(snapshots.map(({ omega }) => omega)),
      };
    }
    if (data.size > 0) {
      arrays[`run${run}_outputs`] = {
        shape: [count, data.size],
        data: concatenated(snapshots.map(({ outputs }) => outputs)),
      };
    }
  }
  return { ...arrays, ...dataArrays(data) };
}

/** The arrays of density.npz, of runs on a grid: the cell centres of each axis, snapshots of cell averages, and the data. */
export function densityArrays(
  built: BuiltExperiment,
  results: readonly (Progress | null)[],
): Record<string, NumericArray> {
  const { data, dimension } = built.problem;
  const arrays: Record<string, NumericArray> = {};
  for (const [run, result] of results.entries()) {
    const one = built.runs[run];
    if (result === null || result.snapshots.length === 0 || one.solver === "particles") continue;
    const snapshots = result.snapshots as readonly DensitySnapshot[];
    const count = snapshots.length;
    for (const [k, { centres }] of gridOf(one).axes.entries()) {
      const coordinate = k < dimension ? `theta_${k}` : `omega_${k - dimension}`;
      arrays[`run${run}_${coordinate}`] = { shape: [centres.length], data: centres };
    }
    arrays[`run${run}_times`] = { shape: [count], data: Float64Array.from(snapshots, ({ t }) => t) };
    arrays[`run${run}_density`] = {
      shape: [count, ...one.cells],
      data: concatenated(snapshots.map(({ density }) => density)),
    };
    if (data.size > 0) {
      arrays[`run${run}_outputs`] = {
        shape: [count, data.size],
        data: concatenated(snapshots.map(({ outputs }) => outputs)),
      };
    }
  }
  return Object.keys(arrays).length === 0 ? {} : { ...arrays, ...dataArrays(data) };
}

function dataArrays(data: DataSet): Record<string, NumericArray> {
  if (data.size === 0) return {};
  const rows = new Float64Array(data.size * data.inputs);
  for (let i = 0; i < data.size; i++) {
    for (let k = 0; k < data.inputs; k++) rows[i * data.inputs + k] = data.x[k * data.size + i];
  }
  return {
    data_x: { shape: [data.size, data.inputs], data: rows },
    data_y: { shape: [data.size], data: data.y },
    data_weight: { shape: [data.size], data: data.weight },
  };
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The machine in words, for summary.json and the report's last line. */
export function machine(): Record<string, string | number> {
  return {
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    platform: `${platform()} ${release()} ${arch()}`,
  };
}
