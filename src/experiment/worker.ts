// A thread of the pool: executes one run, or its share of a large one, from the last checkpoint to the end; or concludes from
// all runs of an experiment. Either way it looks at the flag `stop` throughout, and answers within a fraction of a second.

import { type FailureKind, MuflowError } from "../base/errors.ts";
import { Interrupted, interruptible, isRaised, stopRequested, unlessRaised } from "../base/interrupt.ts";
import { type Means, takeMeans } from "../kernels/backend/backend.ts";
import { useCrew } from "../kernels/crew.ts";
import { takeError } from "../kernels/gpu/report.ts";
import { forgetMemory } from "../kernels/kernel.ts";
import { SOLO, type Team, TeamAborted, ThreadTeam } from "../kernels/team.ts";
import { type Comparison, compareSolvers } from "../observables/distances/compare.ts";
import type { RunMemory } from "../particles/memory.ts";
import { memoryFor } from "../particles/network.ts";
import { encodeCheckpoint, saveCheckpoint } from "../results/checkpoint.ts";
import { systemRefusal } from "../results/files.ts";
import type { Packed } from "../results/pack.ts";
import { MOST_PACKED, savedRun } from "../results/states.ts";
import type { BoundTally } from "../run/bounds.ts";
import { buildExperiment, type ExperimentInputs } from "../run/build.ts";
import { comparable } from "../run/comparisons.ts";
import {
  CONTROL,
  type Hooks,
  type Progress,
  type Row,
  type SimulationEnd,
  type Stage,
  show,
} from "../run/progress.ts";
import { ratesOf, type SettlingRate } from "../run/rates.ts";
import { inFile, isNetwork, type ParticleRun, stepsOf } from "../run/runs.ts";
import { nameOf, type Run, simulate } from "../run/solvers/list.ts";
import { functionsOf, NO_FUNCTIONS, type OwnFunctions } from "../spec/own-functions.ts";
import type { Experiment } from "../spec/schema.ts";

/** What the main thread hands to a worker. */
export interface Job extends Means {
  readonly experiment: Experiment;
  readonly inputs: ExperimentInputs;
  readonly hash: string;
  /** Index of the run within its experiment. */
  readonly run: number;
  /** Where its progress is shown. */
  readonly slot: number;
  readonly rank: number;
  /** Threads on this run; memory is shared where there are several. */
  readonly size: number;
  readonly memory: RunMemory | null;
  /** Threads that do this one's kernels, itself among them; absent: no other. */
  readonly crew?: number;
  /** Where the run's checkpoint lies. */
  readonly checkpoint: string;
  /** Where the folder's pack has its state; null where it has none. */
  readonly packed: Packed | null;
  /** Whether the state at its end is handed back, to be packed, where it is small. */
  readonly packs: boolean;
  readonly checkpointSeconds: number;
  /** Shared: non-zero asks for a stop. */
  readonly stop: Int32Array;
  /** Shared: where each task is, by sharedProgress. */
  readonly progress: Float64Array;
}

export interface JobResult {
  /** "aborted": another member of the team failed, and says so itself. */
  readonly status: "done" | "stopped" | "broken" | "stalled" | "failed" | "aborted";
  /** What happened and what to do, from the member that knows. Errors lose their class between threads: plain data. */
  readonly failure: { readonly kind: FailureKind; readonly message: string } | null;
  readonly notices: readonly string[];
  /** How the lower bounds came out, where networks have any. */
  readonly bounds: BoundTally | null;
  /** The state at its end, where it is to be packed. */
  readonly state?: Uint8Array;
  /** Of sums in single precision, where it was looked for. */
  readonly error?: number | null;
}

/** The pool calls this once per job. */
export default async function work(job: Job): Promise<JobResult> {
  return performed(job, await functionsOf(job.inputs.module));
}

/** The job's result, with the functions that its experiment names. */
export function performed(job: Job, functions: OwnFunctions = NO_FUNCTIONS): JobResult {
  return interruptible(
    () => isRaised(job.stop),
    () => ({ ...perform(job, functions), error: takeError() }),
  );
}

function perform(job: Job, functions: OwnFunctions): JobResult {
  const notices: string[] = [];
  if (job.rank === 0) show(job.progress, job.slot, { stage: "allocating memory" });
  const run = buildExperiment(job.experiment, job.inputs, functions).runs[job.run];
  const memory = isNetwork(run) ? memoryOf(run, job) : null;
  const member = memory !== null && job.size > 1 ? new ThreadTeam(memory.control, job.rank, job.size) : null;
  const team: Team = member ?? SOLO;
  try {
    takeMeans(job);
    useCrew(job.crew ?? 1);
    const lead = job.rank === 0;
    const resumed = lead ? savedRun(job, run, job.packed, (message) => notices.push(message)) : null;
    const done = resumed?.finished === true ? stepsOf(run) : (resumed?.progress?.step ?? 0);
    if (lead) show(job.progress, job.slot, { step: done, resumed: done });
    if (team.agree(resumed?.finished === true ? 1 : 0) !== 0) {
      const stalled = resumed?.stalled;
      const bounds = resumed?.progress?.bounds ?? null;
      return stalled === undefined
        ? { status: "done", failure: null, notices, bounds }
        : { status: "stalled", failure: { kind: "numerics", message: stalled }, notices, bounds };
    }
    const { hash } = job;
    const saveUnfinished = (progress: Progress) =>
      saveCheckpoint(job.checkpoint, { hash, run: job.run, progress, finished: false });
    const from = resumed?.progress ?? null;
    const joined = team.agree(from === null ? 0 : 1) !== 0;
    const end = execute(run, memory, team, hooksOf(job, saveUnfinished), from, joined);
    if (lead) {
      notices.push(...(end.notices ?? []));
      show(job.progress, job.slot, { stage: "saving" });
    }
    const { bounds = null } = end.progress;
    if (!lead) return { status: end.status, failure: null, notices, bounds };
    const ended = end.status === "broken" || end.status === "stalled";
    const message = ended ? (end.failure ?? nameOf(run)) : "";
    const failure = ended ? ({ kind: "numerics", message } as const) : null;
    const result = { status: end.status, failure, notices, bounds };
    if (end.status === "stopped") return result;
    const why = end.status === "stalled" ? { stalled: message } : ended ? { failure: message } : {};
    const finished = end.status !== "broken";
    const checkpoint = { hash, run: job.run, finished, ...why, progress: end.progress };
    const body = job.packs ? encodeCheckpoint(checkpoint) : [];
    const size = body.reduce((sum, part) => sum + part.length, 0);
    if (size > 0 && size <= MOST_PACKED) return { ...result, state: Buffer.concat(body) };
    saveCheckpoint(job.checkpoint, checkpoint);
    return result;
  } catch (error) {
    const bounds = null;
    if (error instanceof Interrupted) return { status: "stopped", failure: null, notices, bounds };
    if (error instanceof TeamAborted) return { status: "aborted", failure: null, notices, bounds };
    member?.abort();
    const known = error instanceof MuflowError ? error : systemRefusal(error);
    if (known === null) throw error;
    const failure = { kind: known.kind, message: inFile(run, known).message };
    return { status: "failed", failure, notices, bounds };
  }
}

/** What the main thread hands to a worker for what runs say together: their checkpoints, in order. */
export interface ConclusionJob extends Means {
  readonly experiment: Experiment;
  readonly inputs: ExperimentInputs;
  readonly hash: string;
  readonly checkpoints: readonly string[];
  /** Where the folder's pack has them; null where it does not. */
  readonly packed: readonly (Packed | null)[];
  readonly stop: Int32Array;
}

export interface Conclusion {
  readonly comparisons: readonly Comparison[];
  readonly rates: readonly SettlingRate[];
}

/** Distances between the solvers, and rates beside the spectrum: they may take as long as runs. null where asked to stop. */
export async function conclude(job: ConclusionJob): Promise<Conclusion | null> {
  const { experiment, inputs, hash, checkpoints, packed, stop } = job;
  takeMeans(job);
  forgetMemory();
  const built = buildExperiment(experiment, inputs, await functionsOf(inputs.module));
  const results = checkpoints.map(
    (checkpoint, run) =>
      savedRun({ hash, run, checkpoint }, built.runs[run]!, packed[run]!, () => {})?.progress ?? null,
  );
  return unlessRaised(stop, () => ({
    comparisons: compareSolvers(comparable(built, results)),
    rates: ratesOf(built, results),
  }));
}

function memoryOf(run: ParticleRun, job: Job): RunMemory {
  return job.memory ?? memoryFor(run, 1, job.threads);
}

/** `resumed` is what the first member of a team found; `joined`: the others take it from memory. */
function execute(
  run: Run,
  memory: RunMemory | null,
  team: Team,
  hooks: Hooks,
  resumed: Progress | null,
  joined: boolean,
): SimulationEnd {
  const resume = (resumed ?? undefined) as Progress<never> | undefined;
  if (memory !== null) return simulate(run, hooks as Hooks<never>, resume, { team, memory, joined });
  forgetMemory();
  return simulate(run, hooks as Hooks<never>, resume);
}

function hooksOf(job: Job, save: (progress: Progress) => void): Hooks {
  let saved = Date.now();
  const hooks = {
    control(step: number) {
      show(job.progress, job.slot, { step, stage: "at the first step" });
      if (stopRequested()) return CONTROL.stop;
      return Date.now() - saved >= 1000 * job.checkpointSeconds ? CONTROL.save : CONTROL.none;
    },
    save(progress: Progress) {
      hooks.begins("saving");
      save(progress);
      saved = Date.now();
    },
    recorded(step: number, { observables }: Row) {
      show(job.progress, job.slot, { step, value: observables.risk ?? observables.energy });
    },
    begins: (stage: Stage) => show(job.progress, job.slot, { stage }),
  };
  return hooks;
}
