// A wide network on all threads that a library call may use: each makes the problem anew, as functions do not pass between threads, and they
// share memory as a team of the command does. One network at a time: members wait for one another, and so must all be running.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FailureKind, MuflowError } from "../base/errors.ts";
import { type Recipe, recipeOf } from "../base/recipe.ts";
import { annealedLangevin } from "../dynamics/annealed-langevin.ts";
import { birthDeath } from "../dynamics/birth-death.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { reflectedLangevin } from "../dynamics/reflected-langevin.ts";
import { twoTimescale } from "../dynamics/two-timescale.ts";
import { type Means, meansOf, threadsInUse } from "../kernels/backend/backend.ts";
import type { RunMemory } from "../particles/memory.ts";
import { memoryFor } from "../particles/network.ts";
import type { DataSet } from "../problem/data.ts";
import type { Neuron } from "../problem/neuron.ts";
import { neuron } from "../problem/perceptron.ts";
import { problem } from "../problem/problem.ts";
import type { NetworkSnapshot, SimulationEnd } from "./progress.ts";
import { type ParticleRun, stepsOf } from "./runs.ts";
import { costOf, isWide } from "./solvers/list.ts";

/** What can be sent of a run, and how the rest of it is made. */
interface Sent {
  readonly plain: Omit<ParticleRun, "problem" | "dynamics">;
  readonly problem: Recipe;
  readonly data: DataSet;
  readonly neuron: Recipe | null;
  readonly dynamics: Recipe;
}

export interface MemberJob extends Sent {
  readonly memory: RunMemory;
  readonly rank: number;
  readonly size: number;
  readonly means: Means;
}

/** Errors lose their class between threads. */
export interface MemberAnswer {
  readonly end?: SimulationEnd<NetworkSnapshot>;
  readonly failure?: { readonly kind: FailureKind; readonly message: string };
}

// biome-ignore lint/suspicious/noExplicitAny: a recipe has the options of its maker
const MAKERS: Readonly<Record<string, (options: any) => object>> = {
  gradientFlow,
  langevin,
  annealedLangevin,
  reflectedLangevin,
  birthDeath,
  twoTimescale,
  kinetic,
  neuron,
};

function make({ maker, options }: Recipe): object {
  return MAKERS[maker]!(options);
}

/** Null where something of it has functions of a user's own. */
function sent({ problem: task, dynamics: motion, ...plain }: ParticleRun): Sent | null {
  const [stated, dynamics] = [recipeOf(task), recipeOf(motion)];
  const cell = task.neuron === null ? null : recipeOf(task.neuron);
  if (stated === null || dynamics === null || (task.neuron !== null && cell === null)) return null;
  return { plain, problem: stated, data: task.data, neuron: cell, dynamics };
}

/** The same run in another thread. */
export function remade({ plain, problem: stated, data, neuron: cell, dynamics }: Sent): ParticleRun {
  const learnt = cell === null ? {} : { data, neuron: make(cell) as Neuron };
  return {
    ...plain,
    problem: problem({ ...(stated.options as object), ...learnt }),
    dynamics: make(dynamics) as Dynamics,
  };
}

const MEMBER = new URL("./network-member.js", import.meta.url);

/** ψ-evaluations of a run from which on threads that have yet to begin are worth it: some tenths of a second. */
const WORTH_THREADS = 1e8;

/** Resolves when no network is on threads any more. */
let before: Promise<unknown> = Promise.resolve();

/** The end of the run, computed by all threads that a call may use; null where this one is to compute it. Errors: those of simulateParticles. */
export function simulateOnThreads(run: ParticleRun): Promise<SimulationEnd<NetworkSnapshot>> | null {
  if (!isWide(run) || costOf(run) * stepsOf(run) < WORTH_THREADS) return null;
  const threads = threadsInUse();
  const description = threads > 1 && hasMembers() ? sent(run) : null;
  if (description === null) return null;
  const mine = before.then(() => together(run, description, threads));
  before = mine.catch(() => {});
  return mine;
}

/** A member is a file of the built program: in its sources there is none. */
function hasMembers(): boolean {
  return existsSync(fileURLToPath(MEMBER));
}

async function together(
  run: ParticleRun,
  description: Sent,
  size: number,
): Promise<SimulationEnd<NetworkSnapshot>> {
  const [memory, means] = [memoryFor(run, size), meansOf(size)];
  const workers = await workersFor(size);
  const answers = await Promise.all(
    Array.from({ length: size }, (_, rank): Promise<MemberAnswer> => {
      const job: MemberJob = { ...description, memory, rank, size, means };
      return workers.run(job);
    }),
  );
  const failure = answers.find((answer) => answer.failure !== undefined)?.failure;
  if (failure !== undefined) throw new MuflowError(failure.kind, failure.message);
  return answers[0]!.end!;
}

type Workers = import("tinypool").Tinypool;
let kept: { readonly size: number; readonly workers: Workers } | null = null;

/** Threads that stay for the next network; they keep no process from ending. */
async function workersFor(size: number): Promise<Workers> {
  if (kept?.size === size) return kept.workers;
  await kept?.workers.destroy();
  const { Tinypool } = await import("tinypool");
  const workers = new Tinypool({ filename: MEMBER.href, minThreads: size, maxThreads: size });
  kept = { size, workers };
  return workers;
}
