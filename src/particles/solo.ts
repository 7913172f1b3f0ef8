// One network on one thread, ready to be stepped: no team, no record, no checkpoint. For whoever drives an integrator by hand, as
// claims and tests do; a recorded run is src/run/simulate-particles.ts.

import { type Dynamics, hasJumps } from "../dynamics/dynamics.ts";
import { SOLO } from "../kernels/team.ts";
import type { InitialLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import { type BatchOptions, batchPlan } from "./batch.ts";
import { population } from "./birth-death.ts";
import { makeDrift } from "./drifts.ts";
import { ensemble, stateRows } from "./ensemble.ts";
import { initialise } from "./initial.ts";
import { allocateRun } from "./memory.ts";
import { brownianNoise, type NoiseSource } from "./noise.ts";
import type { ParticleSystem } from "./system.ts";

export interface SoloOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Default 0. */
  readonly replica?: number;
  /** Batches of data that move the neurons; default all data. */
  readonly batch?: number | BatchOptions;
  /** Whether the integrator keeps the state before (`higher-momentum`); default no. */
  readonly history?: boolean;
}

/**
 * A system of `width` neurons drawn from `law`, the same bits as in a run of that seed and replica. Its noise is the Brownian one
 * of (seed, replica) unless given. Errors (input): a batch that the data do not have.
 */
export function solo(
  problem: Problem,
  dynamics: Dynamics,
  width: number,
  law: InitialLaw,
  { seed = 0, replica = 0, batch, history = false }: SoloOptions = {},
  noise: NoiseSource = brownianNoise(seed, replica),
): ParticleSystem {
  const plan = batch === undefined ? null : batchPlan(batch, problem.data.size, []);
  const needs = { momentum: dynamics.order === "second", history, anchor: plan?.estimator === "svrg" };
  const layout = stateRows(problem.dimension, needs);
  const memory = allocateRun(problem, width, layout.total, 1, 1, hasJumps(dynamics));
  const particles = ensemble(problem, width, layout, SOLO, memory);
  const { temperature, domain } = problem;
  initialise(particles, law, { seed, replica, temperature, domain });
  const { field, drift } = makeDrift(problem, particles, memory, plan, { seed, replica });
  return {
    problem,
    dynamics,
    particles,
    field,
    drift,
    batch: plan,
    noise,
    population: population(dynamics, particles, memory, { seed, replica }),
  };
}
