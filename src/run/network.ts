// The network of a run: what a neuron's state consists of, its memory, and the system that an integrator moves.

import { hasJumps } from "../dynamics/dynamics.ts";
import type { Team } from "../kernels/team.ts";
import { population } from "../particles/birth-death.ts";
import { makeDrift } from "../particles/drifts.ts";
import { ensemble, type StateRows, stateRows } from "../particles/ensemble.ts";
import { integratorOf } from "../particles/integrators.ts";
import { allocateRun, type RunMemory } from "../particles/memory.ts";
import { brownianNoise } from "../particles/noise.ts";
import type { ParticleSystem } from "../particles/system.ts";
import { testOutputs } from "../particles/test-outputs.ts";
import type { ParticleRun } from "./runs.ts";

/** What a neuron's state consists of in this run. */
export function rowsOf({ problem, dynamics, integrator, batch }: ParticleRun): StateRows {
  return stateRows(problem.dimension, {
    momentum: dynamics.order === "second",
    history: integratorOf(integrator).history === true,
    anchor: batch?.estimator === "svrg",
  });
}

/** Memory for a run on `threads` threads, in a process where `computing` (default: the same) compute. */
export function memoryFor(run: ParticleRun, threads: number, computing = threads): RunMemory {
  const { problem, width, dynamics } = run;
  return allocateRun(problem, width, rowsOf(run).total, threads, computing, hasJumps(dynamics));
}

/** The system of a run, as a member of the team has it. */
export function makeSystem(run: ParticleRun, team: Team, memory: RunMemory): ParticleSystem {
  const { problem, dynamics } = run;
  const particles = ensemble(problem, run.width, rowsOf(run), team, memory);
  return {
    problem,
    dynamics,
    particles,
    ...makeDrift(problem, particles, memory, run.batch, run),
    batch: run.batch,
    test: testOutputs(problem, particles),
    noise: brownianNoise(run.seed, run.replica),
    population: population(dynamics, particles, memory, run),
  };
}
