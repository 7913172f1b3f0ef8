// How far a shard is. From its states, which say what is true and are read whole; and from a small file that the shard's own
// process keeps up to date, for those who watch: state/progress.json.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { JobResult } from "../../experiment/worker.ts";
import { States } from "../../results/states.ts";
import { shown } from "../../run/progress.ts";
import { stepsOf } from "../../run/runs.ts";
import { type PreparedStudy, type StudyTask, slotOf } from "../prepare.ts";

export interface ShardState {
  /** Runs with a result, or a reason why they will have none. */
  readonly ended: number;
  /** Those without a result among them. */
  readonly failed: number;
  /** Of the shard's work, 0 to 1. */
  readonly share: number;
}

const NOTHING: ShardState = { ended: 0, failed: 0, share: 0 };

/** Reads every state of those tasks in the folder. Damaged ones are told of, and count for what is left of them. */
export function shardState(
  study: PreparedStudy,
  tasks: readonly StudyTask[],
  folder: string,
  onNotice: (message: string) => void,
): ShardState {
  const states = new States(folder);
  const reached = tasks.map(({ point, run }) => {
    const saved = states.load(slotOf(folder, study.points[point]!.prepared.manifest.hash, run), onNotice);
    if (saved?.failure !== undefined) return "failed";
    return saved?.finished === true ? "done" : (saved?.progress?.step ?? 0);
  });
  return {
    ended: reached.filter((state) => typeof state === "string").length,
    failed: reached.filter((state) => state === "failed").length,
    share: shareOf(study, tasks, (task) => (typeof reached[task] === "number" ? reached[task] : null)),
  };
}

/** `stepOf`: of the task with that position, null where it has ended. */
function shareOf(
  { points }: PreparedStudy,
  tasks: readonly StudyTask[],
  stepOf: (task: number) => number | null,
): number {
  let done = 0;
  let total = 0;
  for (const [index, { point, run, work }] of tasks.entries()) {
    const step = stepOf(index);
    done += step === null ? work : (work * step) / stepsOf(points[point]!.prepared.built.runs[run]!);
    total += work;
  }
  return total > 0 ? done / total : 1;
}

const stateShape = z.object({ ended: z.int(), failed: z.int(), share: z.number().min(0).max(1) });

const progressPath = (folder: string) => join(folder, "state", "progress.json");

/** Says how far a shard is. What cannot be written is left out: the states are what counts. */
export class ShardProgress {
  private readonly ended = new Set<number>();
  private failed = 0;

  constructor(
    private readonly study: PreparedStudy,
    private readonly tasks: readonly StudyTask[],
    private readonly folder: string,
  ) {}

  taskEnded(task: number, status: JobResult["status"]): void {
    if (status === "done" || status === "stalled" || status === "broken") this.ended.add(task);
    if (status === "broken") this.failed++;
  }

  /** `progress`: by sharedProgress. */
  write(progress: Float64Array): void {
    const state: ShardState = {
      ended: this.ended.size,
      failed: this.failed,
      share: shareOf(this.study, this.tasks, (task) =>
        this.ended.has(task) ? null : shown(progress, task).step,
      ),
    };
    const path = progressPath(this.folder);
    try {
      writeFileSync(`${path}.new`, JSON.stringify(state));
      renameSync(`${path}.new`, path);
    } catch {}
  }
}

/** What the shard's process last said. */
export function readShardProgress(folder: string): ShardState {
  try {
    return stateShape.parse(JSON.parse(readFileSync(progressPath(folder), "utf8")));
  } catch {
    return NOTHING;
  }
}
