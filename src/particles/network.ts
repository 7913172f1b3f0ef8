// A network: what a neuron's state consists of, its memory, and the system that an integrator moves.

import { type Dynamics, hasJumps } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import type { Team } from "../kernels/team.ts";
import type { Problem } from "../problem/problem.ts";
import type { BatchPlan } from "./batch.ts";
import { population } from "./birth-death.ts";
import { makeDrift } from "./drifts.ts";
import { ensemble, type StateRows, stateRows } from "./ensemble.ts";
import { type IntegratorName, integratorOf } from "./integrators.ts";
import { allocateRun, type RunMemory } from "./memory.ts";
import { brownianNoise } from "./noise.ts";
import { boundaryOf, type ParticleSystem } from "./system.ts";
import { testOutputs } from "./test-outputs.ts";

export interface Network {
  readonly problem: Problem;
  readonly dynamics: Dynamics;
  /** N */
  readonly width: number;
  readonly replica: number;
  readonly seed: number;
  /** null: all data at every step. */
  readonly batch: BatchPlan | null;
  /** What is to move it; absent: one that keeps no state before. */
  readonly integrator?: IntegratorName;
}

/** What a neuron's state consists of. */
export function rowsOf({ problem, dynamics, integrator, batch }: Network): StateRows {
  return stateRows(problem.dimension, {
    momentum: hasMomenta(dynamics),
    history: integrator !== undefined && integratorOf(integrator).history === true,
    anchor: batch?.estimator === "svrg",
  });
}

/** Memory for a network on `threads` threads, in a process where `computing` (default: the same) compute. */
export function memoryFor(network: Network, threads: number, computing = threads): RunMemory {
  const { problem, width, dynamics } = network;
  return allocateRun(problem, width, rowsOf(network).total, threads, computing, hasJumps(dynamics));
}

/** The system of a network, as a member of the team has it. Its noise is the Brownian one of (seed, replica) unless given. */
export function makeSystem(
  network: Network,
  team: Team,
  memory: RunMemory,
  noise = brownianNoise(network.seed, network.replica),
): ParticleSystem {
  const { problem, dynamics, batch } = network;
  const particles = ensemble(problem, network.width, rowsOf(network), team, memory);
  return {
    problem,
    dynamics,
    particles,
    boundary: boundaryOf(problem, dynamics, particles),
    ...makeDrift(problem, particles, memory, batch, network),
    batch,
    test: testOutputs(problem, particles),
    noise,
    population: population(dynamics, particles, memory, network),
  };
}
