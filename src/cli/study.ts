// muflow study SPEC, muflow merge DIR…: every point of a sweep, all at once or in shards; fits, verdicts, one report.

import { join, resolve } from "node:path";
import { inputError, MuflowError } from "../base/errors.ts";
import { listen } from "../base/interrupt.ts";
import { shellWord } from "../base/shell.ts";
import { counted, rounded } from "../base/words.ts";
import { workOf } from "../experiment/pool.ts";
import { usualThreads } from "../kernels/backend/backend.ts";
import { fitNotes, fitsTable, readablePoints } from "../report/study/tables.ts";
import { isFolder } from "../results/files.ts";
import { requireSameExperiment, siblingOf } from "../results/folder.ts";
import { roomWarning, secondsTogether } from "../run/needs.ts";
import { precisionNotices } from "../run/precision.ts";
import { stabilityOf } from "../run/stability.ts";
import { computeStudy, shardTasks, stateStudy } from "../study/compute.ts";
import { coursesOf } from "../study/courses.ts";
import { describePoints, differingDefaults } from "../study/describe-points.ts";
import { computeTrials, needsTrials } from "../study/fits/compute-trials.ts";
import { gatherStudy, readStudy } from "../study/gather.ts";
import { pointWarnings } from "../study/point-warnings.ts";
import { type PreparedStudy, prepareStudy, type StudyTask, studyTasks } from "../study/prepare.ts";
import { mergeShards, sharedStudy } from "../study/shards/merge.ts";
import { parseShard, type Shard, shardsMissing, WHOLE } from "../study/shards/shards.ts";
import { sbatchOptions } from "../study/shards/slurm.ts";
import { onlyPoint } from "../study/single.ts";
import { pointSources } from "../study/sources.ts";
import type { StudySummary } from "../study/summary.ts";
import { valuesText } from "../study/sweep.ts";
import { drawnFrom, wordsOf } from "./drawn.ts";
import type { Format } from "./format-names.ts";
import { NO_SNAPSHOTS, requireFormats, writeFormats } from "./formats.ts";
import { modesElsewhere } from "./modes.ts";
import { interruptible, interruptibleReading, print, tell } from "./output.ts";
import { progressDisplay, withProgress } from "./progress.ts";
import { computeOnSlurm } from "./slurm.ts";
import { type ComputeArguments, takeBackend, takeItsBackend } from "./spec-arguments.ts";

export interface StudyArguments extends ComputeArguments {
  shard?: string;
  on: "local" | "slurm";
  shards?: number;
  sbatch?: string[];
  retries?: number;
  yes: boolean;
}

export async function study(spec: string, options: StudyArguments): Promise<void> {
  const shard = options.shard === undefined ? WHOLE : parseShard(options.shard);
  const { on, retries = RETRIES, format = [], maxTime } = options;
  const sbatch = sbatchOptions(options.sbatch ?? []);
  requireFittingOptions(options);
  takeBackend(options);
  const prepared = await interruptibleReading(spec, () => statedStudy(spec, options), maxTime);
  takeItsBackend(backendOf(prepared), options);
  const base = isFolder(spec) ? resolve(spec) : join("runs", prepared.name);
  const folder = options.out ?? (shard.count === 1 ? base : siblingOf(base, suffix(shard)));
  requireFormats(folder, format, () => NO_SNAPSHOTS);
  requireSameExperiment(folder, prepared.manifest);
  const tasks = shardTasks(prepared, shard);
  if (tasks.length === 0) {
    tell(`shard ${shard.index} of ${shard.count} has nothing to do: the study has fewer runs`);
  }
  const finished = isFinished(prepared, folder);
  const threads = options.threads ?? usualThreads();
  if (!finished) await interruptible(folder, () => warn(prepared, tasks, threads), maxTime);
  let started = Date.now();
  let computed: readonly string[] | null = null;
  if (finished) {
    const anew = (await restate(prepared, folder))
      ? "its fits are others than before, and are made anew"
      : "not run again";
    tell(`${folder}: already finished with the same study; ${anew}`);
  } else if (on === "slurm") {
    const { threads, backend, checkpoint: checkpointSeconds } = options;
    const onSlurm = await computeOnSlurm(prepared, folder, {
      ...{ shards: options.shards, threads, backend, checkpointSeconds, sbatch, retries },
    });
    started = onSlurm.started.getTime();
    computed = onSlurm.folders;
  }
  await interruptible(
    folder,
    async (stop) => {
      if (computed !== null) await mergeShards(prepared, computed, folder, tell);
      else if (!finished) await compute(prepared, folder, shard, options, stop);
      if (shard.count > 1) return;
      const advice = on === "slurm" ? () => "the same command submits them again" : () => COMPUTE_AND_MERGE;
      await tryVerdicts(prepared, folder, options, stop);
      await conclude(prepared, folder, (Date.now() - started) / 1000, format, advice, stop);
    },
    maxTime,
  );
  if (shard.count > 1) {
    const others = `muflow merge ${options.out === undefined ? `${shellWord(base)}-shard-*-of-${shard.count}` : "with the folders of the other shards"}`;
    process.stdout.write(
      `shard ${shard.index} of ${shard.count}: ${counted(tasks.length, "run")} in ${folder}; then ${others}\n`,
    );
  }
}

/** What a study says of it. */
function backendOf({ points }: PreparedStudy): "gpu" | undefined {
  return points[0]!.prepared.loaded.experiment.backend;
}

/** Makes a finished folder's spec this one's; true where that asks for other fits than the folder holds. */
async function restate(study: PreparedStudy, folder: string): Promise<boolean> {
  const asked = (fits: unknown) => JSON.stringify(fits);
  const held = Object(readStudy(folder)?.spec).fits;
  if (asked(held) === asked(study.fits)) return false;
  await stateStudy(study, folder);
  return true;
}

/** A study that takes no longer says at its end soon enough that a fit cannot be made. */
const SHORT_SECONDS = 10;

/** Says what is known to be doubtful of the points to be computed. */
async function warn(
  { points, lacks }: PreparedStudy,
  tasks: readonly StudyTask[],
  threads: number,
): Promise<void> {
  const asked = new Set(tasks.map(({ point }) => point));
  const chosen = points.filter((_, point) => asked.has(point));
  const seconds = secondsTogether(
    chosen.flatMap(({ prepared }) => prepared.built.runs),
    threads,
  );
  if (seconds > SHORT_SECONDS) for (const lack of lacks) tell(lack);
  const notices = chosen.flatMap(({ prepared }) => prepared.built.problem.data.notices ?? []);
  for (const notice of new Set(notices)) tell(`data: ${notice}`);
  for (const { prepared } of chosen) {
    stabilityOf(prepared.built.runs);
    await listen();
  }
  for (const warning of pointWarnings(chosen)) tell(warning);
  for (const notice of precisionNotices(chosen[0]?.prepared.built.runs ?? [])) tell(notice);
  for (const { prepared, values } of chosen) {
    const tight = roomWarning(prepared.built, threads);
    if (tight === null) continue;
    tell([valuesText(values), tight].filter(Boolean).join(": "));
    return;
  }
}

/** How often Slurm is given a shard that got no further, after the first time. */
const RETRIES = 3;
const COMPUTE_AND_MERGE = "compute their shards and merge again";

function requireFittingOptions(options: StudyArguments): void {
  const { on, shard, shards, sbatch, retries, maxTime, format } = options;
  if (shard !== undefined && format !== undefined) {
    throw inputError("--format", "found with --shard, which draws nothing; allowed: with muflow merge");
  }
  if (on === "slurm" && shard !== undefined) {
    throw inputError("--shard", "found with --on slurm, which computes all of them; allowed: --shards n");
  }
  if (on === "slurm" && maxTime !== undefined) {
    throw inputError("--max-time", 'found with --on slurm; allowed there: --sbatch "--time=HH:MM:SS"');
  }
  const foreign = Object.entries({ shards, sbatch, retries }).find(([, value]) => value !== undefined);
  if (on === "local" && foreign !== undefined) {
    throw inputError(`--${foreign[0]}`, "found without --on slurm; allowed: with it");
  }
}

/** The study in a file, or the one that a study's folder keeps. */
function statedStudy(spec: string, { set, seed, backend, yes }: StudyArguments): Promise<PreparedStudy> {
  if (!isFolder(spec)) return prepareStudy(spec, { set, seed, backend, yes, onNotice: tell });
  if (set.length > 0 || seed !== undefined) {
    throw inputError(
      spec,
      "is a folder, whose study is fixed; allowed with --set and --seed: an experiment file",
    );
  }
  return sharedStudy([spec], tell);
}

export async function merge(
  folders: readonly string[],
  options: { out?: string; format?: readonly Format[] },
): Promise<void> {
  const { format = [] } = options;
  const started = performance.now();
  const shared = await sharedStudy(folders, tell);
  if (needsTrials(shared)) takeBackend({ backend: backendOf(shared) ?? "auto" });
  const target = options.out ?? join("runs", shared.name);
  requireFormats(target, format, () => NO_SNAPSHOTS);
  await interruptible(target, async (stop) => {
    await mergeShards(shared, folders, target, tell);
    await tryVerdicts(shared, target, {}, stop);
    const advice = (missing: readonly boolean[]) => mergeAdvice(shared, folders, target, missing);
    await conclude(shared, target, (performance.now() - started) / 1000, format, advice, stop);
  });
}

/** Which shards are to be computed, as far as the names of the folders or the missing runs tell. A folder stands for its spec. */
function mergeAdvice(
  study: PreparedStudy,
  folders: readonly string[],
  target: string,
  missing: readonly boolean[],
): string {
  const counts = new Set(folders.map((folder) => /-shard-\d+-of-(\d+)$/.exec(resolve(folder))?.[1]));
  const [count] = counts.size === 1 ? [...counts] : [];
  const work = studyTasks(study).map((task) => task.work);
  const shards = shardsMissing(work, missing, ...(count === undefined ? [] : [Number(count)]));
  if (shards.length === 0) return COMPUTE_AND_MERGE;
  const indices = shards.map(({ index }) => index).join(", ");
  const flags = shards.map((shard) => `--shard ${shard.index}/${shard.count}`).join(", ");
  const which = `shard${shards.length === 1 ? "" : "s"} ${indices} of ${shards[0]!.count}`;
  return `compute ${which} (muflow study ${shellWord(target)} ${flags}) and merge again`;
}

function suffix({ index, count }: Shard): string {
  return `-shard-${index}-of-${count}`;
}

function isFinished({ manifest }: PreparedStudy, folder: string): boolean {
  const summary = readStudy(folder);
  return summary?.outcome === "done" && summary.hash === manifest.hash;
}

async function compute(
  prepared: PreparedStudy,
  folder: string,
  shard: Shard,
  { threads = usualThreads(), checkpoint: checkpointSeconds }: StudyArguments,
  stop: Int32Array,
): Promise<void> {
  const runs = shardTasks(prepared, shard).map(
    ({ point, run }) => prepared.points[point]!.prepared.built.runs[run]!,
  );
  if (runs.length === 0) return;
  await withProgress(runs, threads, (onProgress) =>
    computeStudy(prepared, { folder, shard, threads, checkpointSeconds, stop, onProgress, onNotice: tell }),
  );
}

/** Seconds between checkpoints of trials, where nobody says. */
const CHECKPOINT = 30;

/** Makes the trial runs that verdicts hang on, and says beforehand how many. */
async function tryVerdicts(
  prepared: PreparedStudy,
  folder: string,
  { threads, checkpoint = CHECKPOINT }: Partial<Pick<StudyArguments, "threads" | "checkpoint">>,
  stop: Int32Array,
): Promise<void> {
  if (!needsTrials(prepared)) return;
  await computeTrials(prepared, folder, {
    ...(threads === undefined ? {} : { threads }),
    checkpointSeconds: checkpoint,
    stop,
    onRound(trials) {
      const runs = trials.map(({ planned }) => planned);
      const work = runs.reduce((sum, run) => sum + workOf(run), 0);
      const before = studyTasks(prepared).reduce((sum, task) => sum + task.work, 0);
      tell(
        `verdicts on rates hang on ${counted(runs.length, "trial run")} (half the step, 3/2 of the cells, or another start), about ${rounded(work / before, 2)} times the work of the study itself`,
      );
      return progressDisplay(runs, threads);
    },
    onNotice: tell,
  });
}

/** Results, report and table; what is missing or failed decides the exit code. */
async function conclude(
  prepared: PreparedStudy,
  folder: string,
  wallTime: number,
  formats: readonly Format[],
  advice: (missing: readonly boolean[]) => string,
  stop: Int32Array,
): Promise<void> {
  const summary = await gatherStudy(prepared, folder, wallTime, tell, modesElsewhere(stop));
  await reportStudy(prepared, folder, summary);
  await writeFormats(folder, formats, tell);
  printStudy(summary, folder);
  const runs = summary.points.flatMap((point) => point.runs);
  const missing = runs.map(({ status }) => status === "missing");
  if (missing.includes(true)) {
    throw new MuflowError("stopped", `${folder}: ${summary.outcome}; ${advice(missing)}`);
  }
  for (const { values, runs } of summary.points) {
    const failed = runs.find(({ status }) => status === "failed" || status === "stalled");
    if (failed === undefined) continue;
    const where = ["the first", valuesText(values)].filter(Boolean).join(" at ");
    throw new MuflowError("numerics", `${folder}: ${summary.outcome}, ${where}: ${failed.reason}`);
  }
}

export async function reportStudy(
  study: PreparedStudy,
  folder: string,
  summary: StudySummary,
): Promise<void> {
  const { MOST_COURSES, writeStudyReport } = await import("../report/study/report.ts");
  const { built } = study.points[0]!.prepared;
  const words = {
    warnings: pointWarnings(study.points),
    ...wordsOf(built),
    description: describePoints(study.points),
    differing: differingDefaults(study.points),
    sources: pointSources(study.points),
  };
  const courses = coursesOf(study, folder, MOST_COURSES);
  const only = onlyPoint(study, folder, summary);
  const drawn = only && (await drawnFrom(built, only));
  await listen();
  await writeStudyReport(folder, {
    summary,
    ...words,
    courses,
    ...(drawn === null ? {} : { only: { ...drawn, ...words } }),
  });
}

/** Rows of final values that a terminal shows. */
const MOST_ROWS = 40;

function printStudy(summary: StudySummary, folder: string): void {
  const { fits, points } = summary;
  const runs = points.reduce((count, point) => count + point.runs.length, 0);
  if (fits.length > 0) print(fitsTable(fits), fitNotes(fits));
  else {
    const { head, rows, notes } = readablePoints(summary);
    const more = rows.length - MOST_ROWS;
    const rest = more > 0 ? [`And ${counted(more, "more row")} in tables/points.csv.`] : [];
    print({ head, rows: rows.slice(0, MOST_ROWS) }, [...rest, ...notes]);
  }
  process.stdout.write(`${counted(points.length, "point")}, ${counted(runs, "run")}\n`);
  process.stdout.write(`results: ${folder} (open ${join(folder, "report.html")})\n`);
}
