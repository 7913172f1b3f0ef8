// Computes a study, or one shard of it, into its folder: runs that have ended lie in one pack, those under way in files of their
// own, so whatever ends early, a run or the whole, loses at most the time since its last checkpoint, and the same command goes on.

import type { RunOptions } from "../experiment/execute.ts";
import {
  boundNoticesOf,
  computeRuns,
  type PoolOptions,
  requireEnded,
  withWorkers,
} from "../experiment/pool.ts";
import { errorNotices } from "../kernels/backend/backend.ts";
import { largestError } from "../kernels/gpu/report.ts";
import { claimFolder } from "../results/folder.ts";
import { States } from "../results/states.ts";
import { sharedProgress } from "../run/progress.ts";
import { keepStudy, type PreparedStudy, poolTasks, type StudyTask, studyTasks } from "./prepare.ts";
import { ShardProgress } from "./shards/shard-state.ts";
import { type Shard, tasksInShard } from "./shards/shards.ts";

export interface ComputeOptions extends RunOptions {
  readonly shard: Shard;
}

/** Between two notes of how far a shard is. */
const NOTE_MS = 2000;

/** The tasks of a shard, in the order of the study. */
export function shardTasks(study: PreparedStudy, shard: Shard): StudyTask[] {
  const tasks = studyTasks(study);
  return tasksInShard(
    tasks.map(({ work }) => work),
    shard,
  ).map((task) => tasks[task]!);
}

/**
 * Computes what is not yet there. Runs that fail leave their reason with their state; they do not stop the others.
 * Throws MuflowError "stopped" when asked to stop or the disk is full, "input" where the folder is not ours.
 */
export async function computeStudy(study: PreparedStudy, options: ComputeOptions): Promise<void> {
  const { folder, shard, threads, checkpointSeconds, stop } = options;
  const giveBack = await claimFolder(folder, study.manifest, options.onNotice);
  const states = States.of(folder, giveBack);
  const tasks = shardTasks(study, shard);
  const progress = sharedProgress(tasks.length);
  const reached = new ShardProgress(study, tasks, folder);
  const noteTimer = setInterval(() => reached.write(progress), NOTE_MS);
  try {
    keepStudy(study, folder);
    const pool: PoolOptions = {
      threads,
      checkpointSeconds,
      stop,
      progress,
      states,
      packs: true,
      onResult(index, { status, notices }) {
        reached.taskEnded(index, status);
        for (const message of notices) options.onNotice?.(message);
      },
    };
    const pooled = poolTasks(study, tasks, folder);
    const results = await withWorkers(
      threads,
      (workers) => computeRuns(workers, pooled, pool),
      () => options.onProgress?.(progress),
    );
    for (const message of boundNoticesOf(pooled, results)) options.onNotice?.(message);
    for (const message of errorNotices(largestError())) options.onNotice?.(message);
    requireEnded(folder, results);
  } finally {
    clearInterval(noteTimer);
    reached.write(progress);
    states.close();
    giveBack();
  }
}

/** Keeps what a study states in its folder, whose runs may be there already: fits are asked for of the same runs. */
export async function stateStudy(study: PreparedStudy, folder: string): Promise<void> {
  const giveBack = await claimFolder(folder, study.manifest);
  try {
    keepStudy(study, folder);
  } finally {
    giveBack();
  }
}
