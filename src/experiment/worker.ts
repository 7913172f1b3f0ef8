// A thread of the pool: executes one run, or its share of a large one, from the last checkpoint to the end.

import { type FailureKind, MuflowError } from "../base/errors.ts";
import { SOLO, type Team, TeamAborted, ThreadTeam } from "../kernels/team.ts";
import { allocateRun, type RunMemory } from "../particles/memory.ts";
import { buildExperiment, type ExperimentInputs } from "./build.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { Experiment } from "./schema.ts";
import { CONTROL, divergenceOf, type Progress, simulate, stateRows } from "./simulate.ts";

/** What the main thread hands to a worker. */
export interface Job {
  readonly experiment: Experiment;
  readonly inputs: ExperimentInputs;
  readonly hash: string;
  /** Index of the run. */
  readonly run: number;
  readonly rank: number;
  /** Threads on this run; memory is shared where there are several. */
  readonly size: number;
  /** Threads computing in this process. */
  readonly threads: number;
  readonly memory: RunMemory | null;
  /** Where the run's checkpoint lies. */
  readonly checkpoint: string;
  readonly checkpointSeconds: number;
  /** Shared: non-zero asks for a stop. */
  readonly stop: Int32Array;
  /** Shared: steps done and the last recorded risk (or energy), two numbers a run. */
  readonly progress: Float64Array;
}

export interface JobResult {
  /** "aborted": another member of the team failed, and says so itself. */
  readonly status: "done" | "stopped" | "diverged" | "failed" | "aborted";
  /** What happened and what to do, from the member that knows. Errors lose their class between threads: plain data. */
  readonly failure: { readonly kind: FailureKind; readonly message: string } | null;
  readonly notices: readonly string[];
}

/** The pool calls this once per job. */
export default function work(job: Job): JobResult {
  const notices: string[] = [];
  const built = buildExperiment(job.experiment, job.inputs);
  const run = built.runs[job.run];
  const memory =
    job.memory ?? allocateRun(run.problem, run.width, stateRows(run.problem, run.dynamics), 1, job.threads);
  const member = job.size > 1 ? new ThreadTeam(memory.control, job.rank, job.size) : null;
  const team: Team = member ?? SOLO;
  try {
    const lead = job.rank === 0;
    const resumed = lead
      ? loadCheckpoint(job.checkpoint, job.hash, (message) => notices.push(message))
      : null;
    if (team.agree(resumed?.finished === true ? 1 : 0) !== 0) {
      return { status: "done", failure: null, notices };
    }
    const save = (progress: Progress, finished: boolean) => {
      const checkpoint: Checkpoint = { hash: job.hash, finished, progress };
      saveCheckpoint(job.checkpoint, checkpoint);
    };
    let saved = Date.now();
    const end = simulate(
      run,
      team,
      memory,
      {
        control(step) {
          job.progress[2 * job.run] = step;
          if (Atomics.load(job.stop, 0) !== 0) return CONTROL.stop;
          return Date.now() - saved >= 1000 * job.checkpointSeconds ? CONTROL.save : CONTROL.none;
        },
        save(progress) {
          save(progress, false);
          saved = Date.now();
        },
        recorded(step, row) {
          job.progress[2 * job.run] = step;
          job.progress[2 * job.run + 1] = row.observables.risk ?? row.observables.energy;
        },
      },
      team.agree(resumed === null ? 0 : 1) === 0 ? undefined : (resumed?.progress ?? "joined"),
    );
    if (lead && end.status !== "stopped") save(end.progress, end.status === "done");
    const diverged = lead && end.status === "diverged";
    const failure = diverged ? { kind: "numerics" as const, message: divergenceOf(run, end) } : null;
    return { status: end.status, failure, notices };
  } catch (error) {
    if (error instanceof TeamAborted) return { status: "aborted", failure: null, notices };
    member?.abort();
    if (!(error instanceof MuflowError)) throw error;
    return { status: "failed", failure: { kind: error.kind, message: error.message }, notices };
  }
}
