// Who computes what: a run that would hold up the others, because it costs more than its share of the cores,
// is split over all threads; the others go to the pool whole, costliest first. The split changes no bit.

import { Tinypool } from "tinypool";
import { MuflowError } from "../base/errors.ts";
import { isRaised } from "../base/interrupt.ts";
import { meansOf } from "../kernels/backend/backend.ts";
import { noteError } from "../kernels/gpu/report.ts";
import { memoryFor } from "../particles/network.ts";
import { stopped } from "../results/folder.ts";
import type { Slot, States } from "../results/states.ts";
import { boundNotices } from "../run/bounds.ts";
import type { BuiltExperiment, ExperimentInputs } from "../run/build.ts";
import { secondsOf } from "../run/needs.ts";
import { isNetwork } from "../run/runs.ts";
import { type Run, sharedBy } from "../run/solvers/list.ts";
import type { Experiment } from "../spec/schema.ts";
import type { Conclusion, ConclusionJob, Job, JobResult } from "./worker.ts";

/** One run of some experiment, and where it is saved. */
export interface RunTask extends Slot {
  readonly experiment: Experiment;
  readonly inputs: ExperimentInputs;
  /** The run whose number is `run`. */
  readonly planned: Run;
}

export interface PoolOptions {
  readonly threads: number;
  readonly checkpointSeconds: number;
  /** Of the folder that the tasks are saved in. */
  readonly states: States;
  /** Whether runs that have ended are packed. */
  readonly packs: boolean;
  /** Shared Int32: set entry 0 to stop, saved. */
  readonly stop: Int32Array;
  /** Shared: where each task is, by sharedProgress. */
  readonly progress: Float64Array;
  /** Called when a task has ended, however it did. */
  onResult?(task: number, result: JobResult): void;
}

/** The runs of an experiment as tasks. */
export function tasksOf(
  { built, ...shared }: Omit<RunTask, "run" | "planned" | "checkpoint"> & { built: BuiltExperiment },
  checkpointOf: (run: number) => string,
): RunTask[] {
  return built.runs.map((planned, run) => ({ ...shared, run, planned, checkpoint: checkpointOf(run) }));
}

/** Between two looks at how far threads are. */
const POLL_MS = 250;

/** Threads for as long as `use` takes, so that this one stays free to hear of signals, and to look at times how far they are. */
export async function withWorkers<Result>(
  threads: number,
  use: (workers: Tinypool) => Promise<Result>,
  look?: () => void,
): Promise<Result> {
  const workers = new Tinypool({
    filename: new URL("./worker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: 60_000,
  });
  const timer = look === undefined ? undefined : setInterval(look, POLL_MS);
  try {
    return await use(workers);
  } finally {
    clearInterval(timer);
    await workers.destroy();
  }
}

/** Errors: what runs could not read or write; stopped, where they were asked to and are saved in `folder`. */
export function requireEnded(folder: string, results: readonly JobResult[]): void {
  const external = results.find(({ failure }) => failure !== null && failure.kind !== "numerics")?.failure;
  if (external) throw new MuflowError(external.kind, external.message);
  if (results.some(({ status }) => status === "stopped")) throw stopped(folder);
}

/** What an experiment's runs say together; null where it was asked to stop. */
export function concludeRuns(workers: Tinypool, job: ConclusionJob): Promise<Conclusion | null> {
  return workers.run(job, { name: "conclude" });
}

/** Results in the order of the tasks. After a stop, or a failure to read or write, tasks not begun are "stopped". */
export async function computeRuns(
  workers: Tinypool,
  tasks: readonly RunTask[],
  options: PoolOptions,
): Promise<JobResult[]> {
  const { threads, stop } = options;
  const results: JobResult[] = new Array(tasks.length);
  const perform = async (task: number, size: number) => {
    if (isRaised(stop)) {
      results[task] = { status: "stopped", failure: null, notices: [], bounds: null };
      return;
    }
    results[task] = withStateKept(
      options,
      tasks[task],
      await performRun(workers, tasks[task], task, size, options),
    );
    options.onResult?.(task, results[task]);
    // A run that diverges ends alone: the others' results, and which failure is named, must not depend on timing.
    const { failure } = results[task];
    if (failure !== null && failure.kind !== "numerics") Atomics.store(stop, 0, 1);
  };
  const work = tasks.map(({ planned }) => workOf(planned));
  const total = work.reduce((sum, each) => sum + each, 0);
  const order = tasks.map((_, task) => task).sort((a, b) => work[b] - work[a] || a - b);
  const alone = new Set(order.filter((task) => isWorthSplitting(tasks[task].planned, total, threads)));
  for (const task of alone) await perform(task, threads);
  const queue = order.filter((task) => !alone.has(task)).values();
  const serve = async () => {
    for (const task of queue) await perform(task, 1);
  };
  await Promise.all(Array.from({ length: threads }, serve));
  return results;
}

/** The result, its state saved where it was handed back. A disk that does not take it is a failure like one on the way. */
function withStateKept(
  { states, packs }: PoolOptions,
  slot: RunTask,
  { state, ...result }: JobResult,
): JobResult {
  const { status, failure } = result;
  try {
    if (state !== undefined) states.keep(slot, state);
    else if (packs && status === "failed" && failure?.kind === "numerics") states.fail(slot, failure.message);
    else if (packs && status !== "stopped") states.forgive(slot);
    return result;
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    const { kind, message } = error;
    return { ...result, status: "failed", failure: { kind, message } };
  }
}

async function performRun(
  workers: Tinypool,
  { planned, ...task }: RunTask,
  slot: number,
  size: number,
  options: PoolOptions,
): Promise<JobResult> {
  const crew = sharedBy(planned) === "crew" ? size : 1;
  const team = crew > 1 ? 1 : size;
  const memory = team === 1 || !isNetwork(planned) ? null : memoryFor(planned, team);
  const members = await Promise.all(
    Array.from({ length: team }, (_, rank): Promise<JobResult> => {
      const { checkpointSeconds, stop, progress, packs } = options;
      const assignment = { slot, rank, size: team, crew, memory, packs, packed: options.states.packed(task) };
      const means = meansOf(options.threads);
      const job: Job = { ...task, ...assignment, ...means, checkpointSeconds, stop, progress };
      return workers.run(job);
    }),
  );
  for (const { error = null } of members) noteError(error);
  return members.find((member) => member.failure !== null) ?? members[0];
}

/** What the lower bounds of all networks leave to say, once those have ended. */
export function boundNoticesOf(
  tasks: readonly Pick<RunTask, "planned">[],
  results: readonly JobResult[],
): string[] {
  return boundNotices(
    tasks.flatMap(({ planned: run }, task) => {
      const { status, bounds } = results[task];
      return isNetwork(run) && status !== "stopped" ? [{ run, bounds }] : [];
    }),
  );
}

/** Of runs that threads may share those that would hold up all others. `total`: of all tasks. */
function isWorthSplitting(run: Run, total: number, threads: number): boolean {
  return threads > 1 && sharedBy(run) !== null && workOf(run) > total / threads;
}

/** Seconds of one core that a whole run takes, roughly. */
export function workOf(run: Run): number {
  return secondsOf([run]);
}
