// Networks of library calls on all threads that these may use: a wide one on all of them, which share memory as a team of the command does, and several
// narrow ones, asked for at once, side by side. Each thread makes the problem anew, as functions do not pass between threads.

import { sum } from "d3-array";
import { builtFile } from "../base/built.ts";
import { type FailureKind, MuflowError } from "../base/errors.ts";
import { type Recipe, recipeOf } from "../base/recipe.ts";
import { type DynamicsKind, dynamicsOf } from "../dynamics/kinds.ts";
import { type Means, meansOf, threadsInUse } from "../kernels/backend/backend.ts";
import { noteError } from "../kernels/gpu/report.ts";
import type { RunMemory } from "../particles/memory.ts";
import { memoryFor } from "../particles/network.ts";
import type { DataSet } from "../problem/data.ts";
import { neuron, type PerceptronOptions } from "../problem/perceptron.ts";
import { type ProblemOptions, problem } from "../problem/problem.ts";
import { secondsOf } from "./needs.ts";
import type { NetworkSnapshot, SimulationEnd } from "./progress.ts";
import type { ParticleRun } from "./runs.ts";
import { sharedBy, simulate } from "./solvers/list.ts";

/** What can be sent of a run, and how the rest of it is made. */
interface Sent {
  readonly plain: Omit<ParticleRun, "problem" | "dynamics">;
  readonly problem: Recipe;
  readonly data: DataSet;
  readonly neuron: Recipe | null;
  readonly dynamics: Recipe & { readonly kind: DynamicsKind };
}

export interface MemberJob extends Sent {
  /** What a team shares; null where the thread has the run to itself. */
  readonly memory: RunMemory | null;
  readonly rank: number;
  readonly size: number;
  readonly means: Means;
}

/** Errors lose their class between threads. */
export interface MemberAnswer {
  readonly end?: SimulationEnd<NetworkSnapshot>;
  readonly failure?: { readonly kind: FailureKind; readonly message: string };
  /** Of sums in single precision, where it was looked for. */
  readonly error?: number | null;
}

/** Null where something of it has functions of a user's own. */
function sent({ problem: task, dynamics: motion, ...plain }: ParticleRun): Sent | null {
  const [stated, moved] = [recipeOf(task), recipeOf(motion)];
  const cell = task.neuron === null ? null : recipeOf(task.neuron);
  if (stated === null || moved === null || (task.neuron !== null && cell === null)) return null;
  const dynamics = { ...moved, kind: motion.kind as DynamicsKind };
  return { plain, problem: stated, data: task.data, neuron: cell, dynamics };
}

/** The same run in another thread. */
export function remade({ plain, problem: stated, data, neuron: cell, dynamics }: Sent): ParticleRun {
  const learnt = cell === null ? {} : { data, neuron: neuron(cell.options as PerceptronOptions) };
  return {
    ...plain,
    problem: problem({ ...(stated.options as ProblemOptions), ...learnt }),
    dynamics: dynamicsOf(dynamics.kind).make(dynamics.options as never),
  };
}

const MEMBER = builtFile("network-member.js");

/** Seconds of one core, as foretold, that are worth threads which have yet to begin, and threads which are there already. */
const WORTH = { toBegin: 0.1, begun: 0.01 };

/** A run that somebody waits for. */
interface Waiting {
  readonly run: ParticleRun;
  readonly description: Sent;
  readonly threads: number;
  readonly means: Means;
  /** Seconds of one core. */
  readonly work: number;
  resolve(end: SimulationEnd<NetworkSnapshot>): void;
  reject(error: unknown): void;
}

/** Those of this turn of the event loop. */
let asked: Waiting[] = [];
/** Resolves when no network is on threads any more. */
let before: Promise<unknown> = Promise.resolve();

/** The end of the run, computed on threads where that is worth it, once all that is asked for in this turn is known. Errors: those of simulateParticles. */
export function simulateNetwork(
  run: ParticleRun,
): SimulationEnd<NetworkSnapshot> | Promise<SimulationEnd<NetworkSnapshot>> {
  const threads = threadsInUse();
  const description = threads > 1 && MEMBER !== null ? sent(run) : null;
  if (description === null) return simulate(run);
  return new Promise((resolve, reject) => {
    const [means, work] = [meansOf(threads), secondsOf([run])];
    if (asked.length === 0) setImmediate(begin);
    asked.push({ run, description, threads, means, work, resolve, reject });
  });
}

function begin(): void {
  const waiting = asked;
  asked = [];
  const worth = kept === null ? WORTH.toBegin : WORTH.begun;
  const isShared = ({ run, work }: Waiting) => sharedBy(run) !== null && work >= worth;
  const shared = waiting.filter(isShared);
  const narrow = waiting.filter((each) => !isShared(each));
  const beside = narrow.length > 1 && sum(narrow, ({ work }) => work) >= worth ? narrow : [];
  before = before.then(async () => {
    await Promise.all(beside.map(alone));
    // Members of a team wait for one another, and so must all be running.
    for (const each of shared) await together(each);
  });
  if (beside.length > 0) return;
  for (const { run, resolve, reject } of narrow) {
    try {
      resolve(simulate(run));
    } catch (error) {
      reject(error);
    }
  }
}

/** The run on the next thread that is free. */
function alone({ description, threads, means, resolve, reject }: Waiting): Promise<void> {
  return answered(threads, [{ ...description, memory: null, rank: 0, size: 1, means }]).then(resolve, reject);
}

/** The run on all threads. */
function together({ run, description, threads: size, means, resolve, reject }: Waiting): Promise<void> {
  const memory = memoryFor(run, size);
  const jobs = Array.from({ length: size }, (_, rank) => ({ ...description, memory, rank, size, means }));
  return answered(size, jobs).then(resolve, reject);
}

/** What the first of these members has to say. */
async function answered(
  threads: number,
  jobs: readonly MemberJob[],
): Promise<SimulationEnd<NetworkSnapshot>> {
  const workers = await workersFor(threads);
  const answers: MemberAnswer[] = await Promise.all(jobs.map((job) => workers.run(job)));
  for (const { error = null } of answers) noteError(error);
  const failure = answers.find((answer) => answer.failure !== undefined)?.failure;
  if (failure !== undefined) throw new MuflowError(failure.kind, failure.message);
  return answers[0]!.end!;
}

type Workers = import("tinypool").Tinypool;
let kept: { readonly size: number; readonly workers: Promise<Workers> } | null = null;

/** Threads that stay for the next network; they keep no process from ending. */
function workersFor(size: number): Promise<Workers> {
  if (kept?.size !== size) kept = { size, workers: workersAfter(kept?.workers, size) };
  return kept.workers;
}

async function workersAfter(others: Promise<Workers> | undefined, size: number): Promise<Workers> {
  await (await others)?.destroy();
  const { Tinypool } = await import("tinypool");
  return new Tinypool({ filename: MEMBER!.href, minThreads: size, maxThreads: size });
}
