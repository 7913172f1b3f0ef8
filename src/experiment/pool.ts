// Who computes what: a run that would hold up the others, because it costs more than its share of the cores,
// is split over all threads; the others go to the pool whole, costliest first. The split changes no bit.

import { Tinypool } from "tinypool";
import { allocateRun } from "../particles/memory.ts";
import type { BuiltExperiment, ExperimentInputs } from "./build.ts";
import { costOf, type Run, stepsOf } from "./runs.ts";
import type { Experiment } from "./schema.ts";
import { rowsOf } from "./simulate-particles.ts";
import type { Job, JobResult } from "./worker.ts";

/** Below this many ψ-evaluations a step a team would wait for one another longer than it computes. */
const WORTH_SPLITTING = 1e6;

export interface PoolTask {
  readonly experiment: Experiment;
  readonly inputs: ExperimentInputs;
  readonly built: BuiltExperiment;
  readonly hash: string;
  readonly threads: number;
  readonly checkpointSeconds: number;
  readonly stop: Int32Array;
  readonly progress: Float64Array;
  checkpointOf(run: number): string;
}

/** Results by run, in the order of the runs. After a stop, or a failure to read or write, runs not begun are "stopped". */
export async function computeRuns(task: PoolTask): Promise<JobResult[]> {
  const { threads, built } = task;
  const pool = new Tinypool({
    filename: new URL("./worker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: 60_000,
  });
  const results: JobResult[] = new Array(built.runs.length);
  const perform = async (run: number, size: number) => {
    if (Atomics.load(task.stop, 0) !== 0) {
      results[run] = { status: "stopped", failure: null, notices: [] };
      return;
    }
    results[run] = await performRun(pool, task, run, size);
    // A run that diverges ends alone: the others' results, and which failure is named, must not depend on timing.
    const { failure } = results[run];
    if (failure !== null && failure.kind !== "numerics") Atomics.store(task.stop, 0, 1);
  };
  try {
    const order = built.runs
      .map((_, run) => run)
      .sort((a, b) => workOf(built.runs[b]) - workOf(built.runs[a]) || a - b);
    const alone = order.filter((run) => isWorthSplitting(run, built.runs, threads));
    for (const run of alone) await perform(run, threads);
    const queue = order.filter((run) => !alone.includes(run));
    const serve = async () => {
      for (let run = queue.shift(); run !== undefined; run = queue.shift()) await perform(run, 1);
    };
    await Promise.all(Array.from({ length: threads }, serve));
    return results;
  } finally {
    await pool.destroy();
  }
}

async function performRun(pool: Tinypool, task: PoolTask, run: number, size: number): Promise<JobResult> {
  const one = task.built.runs[run];
  const memory =
    size === 1 || one.solver !== "particles"
      ? null
      : allocateRun(one.problem, one.width, rowsOf(one).total, size);
  const members = await Promise.all(
    Array.from({ length: size }, (_, rank): Promise<JobResult> => {
      const job: Job = {
        experiment: task.experiment,
        inputs: task.inputs,
        hash: task.hash,
        run,
        rank,
        size,
        threads: task.threads,
        memory,
        checkpoint: task.checkpointOf(run),
        checkpointSeconds: task.checkpointSeconds,
        stop: task.stop,
        progress: task.progress,
      };
      return pool.run(job);
    }),
  );
  return members.find((member) => member.failure !== null) ?? members[0];
}

/** Only networks are split: grids are quick for their size, and their solves sequential. */
function isWorthSplitting(run: number, runs: readonly Run[], threads: number): boolean {
  if (threads === 1 || runs[run].solver !== "particles") return false;
  const total = runs.reduce((sum, each) => sum + workOf(each), 0);
  return costOf(runs[run]) >= WORTH_SPLITTING && workOf(runs[run]) > total / threads;
}

function workOf(run: Run): number {
  return costOf(run) * stepsOf(run);
}
