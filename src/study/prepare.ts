// A study, read and checked before anything is written: its points, each an experiment; its runs, each a task with a place of
// its own for its state; and its identity, which covers every point, so that shards made anywhere fit together.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { inputError } from "../base/errors.ts";
import { listen } from "../base/interrupt.ts";
import { type RunTask, tasksOf, workOf } from "../experiment/pool.ts";
import { type PreparedExperiment, prepareListening } from "../experiment/prepare.ts";
import type { Manifest } from "../results/folder.ts";
import { keepSource } from "../results/source.ts";
import type { Slot } from "../results/states.ts";
import { lookSecondsOf } from "../run/needs.ts";
import type { JsonObject } from "../spec/canonical.ts";
import { blameIn, type LoadOptions, readSpec, type StatedSpec } from "../spec/load.ts";
import type { FitSpec } from "../spec/shapes/study.ts";
import { checkFits } from "./fits/check-fits.ts";
import {
  combinationsOf,
  countOf,
  firstOf,
  pointOf,
  type StatedStudy,
  type SweptValues,
  sampleOf,
  studyOf,
  valuesText,
} from "./sweep.ts";

export interface PreparedPoint {
  readonly values: SweptValues;
  readonly prepared: PreparedExperiment;
}

export interface PreparedStudy {
  readonly name: string;
  readonly seed: number;
  readonly sweep: StatedStudy["sweep"];
  readonly fits: readonly FitSpec[];
  /** What the file states. */
  readonly spec: StatedSpec;
  readonly points: readonly PreparedPoint[];
  /** Of fits that cannot succeed, what is lacking. */
  readonly lacks: readonly string[];
  /** How many points the sweep stands for: more than `points` where those are a sample. */
  readonly size: number;
  /** `hash` covers every point's, so the version and all files too; not the fits, which compute nothing new. */
  readonly manifest: Manifest;
}

/** One run of one point. */
export interface StudyTask {
  readonly point: number;
  readonly run: number;
  readonly work: number;
}

/** More runs than this are asked for twice. */
const MOST_RUNS = 100_000;
/** Where nothing is run, and looking at all points would take longer, a sample is looked at, of so many at most. */
const PATIENCE_SECONDS = 2;
const MOST_SAMPLED = 1000;

/**
 * Reads and checks a study. Errors (input): whatever is wrong with any point, named with its values; two points that are
 * the same experiment; a fit of what the study will not have; more than 100 000 runs without `yes`.
 */
export async function prepareStudy(
  path: string,
  options: LoadOptions & StudyOptions = {},
): Promise<PreparedStudy> {
  return completeStudy(await readSpec(path, options), options);
}

export interface StudyOptions {
  /** Any number of runs. */
  readonly yes?: boolean;
  /** Any number of points: of more than seconds allow the first, and those that differ from it in one key. For what runs none of them. */
  readonly sampled?: boolean;
}

/** The same of a spec that is at hand. */
export async function completeStudy(
  source: StatedSpec,
  options: Pick<LoadOptions, "set"> & StudyOptions = {},
): Promise<PreparedStudy> {
  const { path } = source;
  const stated = studyOf(source, options.set);
  const combinations = countOf(stated);
  // The first point tells how many runs a point has, before millions of them are read.
  const sample = await preparedPoint(stated, firstOf(stated));
  const runs = combinations * sample.built.runs.length;
  const most = Math.floor(PATIENCE_SECONDS / lookSecondsOf(sample.loaded.experiment, sample.built));
  const isSample = options.sampled === true && combinations > Math.max(1, most);
  if (runs > MOST_RUNS && options.yes !== true && options.sampled !== true) {
    throw inputError(
      path,
      `found ${combinations} points of ${sample.built.runs.length} runs, ${runs} in all; allowed without --yes: ${MOST_RUNS}`,
    );
  }
  const points: PreparedPoint[] = [];
  const seen = new Map<string, SweptValues>();
  for (const values of isSample ? sampleOf(stated, Math.min(most, MOST_SAMPLED)) : combinationsOf(stated)) {
    const prepared = await preparedPoint(stated, values);
    const twin = seen.get(prepared.manifest.hash);
    if (twin !== undefined) {
      const text = `${valuesText(twin)} and ${valuesText(values)} are the same experiment; leave one out`;
      throw blameIn(source).error(["sweep"], text);
    }
    seen.set(prepared.manifest.hash, values);
    points.push({ values, prepared });
    await listen();
  }
  const lacks = checkFits(
    stated,
    points.map(({ values, prepared }) => ({ values, runs: prepared.built.runs })),
  );
  const { loaded, manifest } = points[0]!.prepared;
  const spec = { experiment: manifest.spec, sweep: stated.sweep } as unknown as JsonObject;
  const hash = createHash("sha256");
  for (const { prepared } of points) hash.update(`${prepared.manifest.hash}\n`);
  return {
    name: loaded.experiment.name,
    seed: loaded.experiment.seed,
    sweep: stated.sweep,
    fits: stated.fits,
    spec: source,
    points,
    lacks,
    size: combinations,
    manifest: { ...manifest, hash: hash.digest("hex"), spec },
  };
}

async function preparedPoint(stated: StatedStudy, values: SweptValues): Promise<PreparedExperiment> {
  return prepareListening((await pointOf(stated, values)).loaded);
}

/** Every run of every point, point after point. */
export function studyTasks({ points }: PreparedStudy): StudyTask[] {
  return points.flatMap(({ prepared }, point) =>
    prepared.built.runs.map((run, index) => ({ point, run: index, work: workOf(run) })),
  );
}

/** The task as the pool takes it, its state in that folder. */
export function poolTasks(study: PreparedStudy, tasks: readonly StudyTask[], folder: string): RunTask[] {
  const byPoint = study.points.map(({ prepared }) => tasksIn(folder, prepared, prepared.manifest.hash));
  return tasks.map(({ point, run }) => byPoint[point]![run]!);
}

/** The runs of an experiment as the pool takes them, their states in that folder by that hash. */
export function tasksIn(folder: string, prepared: PreparedExperiment, hash: string): RunTask[] {
  const { inputs, built, loaded } = prepared;
  // A task is sent to a thread; what is loaded cannot be.
  return tasksOf({ inputs, built, experiment: loaded.experiment, hash }, (run) =>
    checkpointOf(folder, hash, run),
  );
}

/** Keeps what the study states, with the files that its points name, in that folder. */
export function keepStudy({ spec, points }: PreparedStudy, folder: string): void {
  keepSource(
    folder,
    spec,
    points.flatMap(({ prepared }) => prepared.loaded.files),
  );
}

/** States lie by the hash of their experiment: the same run has the same place in every study and shard. */
export function checkpointOf(folder: string, hash: string, run: number): string {
  return join(folder, "state", hash.slice(0, 16), `run-${run}.checkpoint`);
}

/** A run of that experiment, with its place in that folder. */
export function slotOf(folder: string, hash: string, run: number): Slot {
  return { hash, run, checkpoint: checkpointOf(folder, hash, run) };
}
