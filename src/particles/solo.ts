// One network on one thread, ready to be stepped: no team, no record, no checkpoint. For whoever drives an integrator by hand, as
// claims and tests do; a recorded run is src/run/simulate-particles.ts.

import type { Dynamics } from "../dynamics/dynamics.ts";
import { SOLO } from "../kernels/team.ts";
import type { InitialLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import { type BatchOptions, batchPlan } from "./batch.ts";
import type { IntegratorName } from "./integrators.ts";
import { makeSystem, memoryFor, type Network } from "./network.ts";
import type { NoiseSource } from "./noise.ts";
import { start } from "./start.ts";
import type { ParticleSystem } from "./system.ts";

export interface SoloOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Default 0. */
  readonly replica?: number;
  /** Batches of data that move the neurons; default all data. */
  readonly batch?: number | BatchOptions;
  /** What is to move it; default one that keeps no state before, as `higher-momentum` does. */
  readonly integrator?: IntegratorName;
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
  { seed = 0, replica = 0, batch, ...rest }: SoloOptions = {},
  noise?: NoiseSource,
): ParticleSystem {
  const plan = batch === undefined ? null : batchPlan(batch, problem.data.size, []);
  const network: Network = { problem, dynamics, width, seed, replica, batch: plan, ...rest };
  const system = makeSystem(network, SOLO, memoryFor(network, 1), noise);
  start(system, law, { seed, replica });
  return system;
}
