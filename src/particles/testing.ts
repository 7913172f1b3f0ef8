// What tests of particle methods share: a run of one thread, and the order of a sequence of errors.

import { type Dynamics, hasJumps } from "../dynamics/dynamics.ts";
import { SOLO } from "../kernels/team.ts";
import type { InitialLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import { type BatchOptions, batchPlan } from "./batch.ts";
import { population } from "./birth-death.ts";
import { makeDrift } from "./drifts.ts";
import { ensemble, stateRows } from "./ensemble.ts";
import { initialise } from "./initial.ts";
import { type IntegratorName, type IntegratorSettings, makeIntegrator } from "./integrators.ts";
import { allocateRun } from "./memory.ts";
import { brownianNoise, type NoiseSource } from "./noise.ts";
import type { ParticleSystem } from "./system.ts";

/** An initialised system on one thread; its noise is the Brownian one of (seed, replica) unless given. */
export function solo(
  problem: Problem,
  dynamics: Dynamics,
  width: number,
  law: InitialLaw,
  {
    seed = 0,
    replica = 0,
    batch,
    history = false,
  }: { seed?: number; replica?: number; batch?: number | BatchOptions; history?: boolean } = {},
  noise: NoiseSource = brownianNoise(seed, replica),
): ParticleSystem {
  const plan = batch === undefined ? null : batchPlan(batch, problem.data.size, "batch");
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
    noise,
    population: population(dynamics, particles, memory, { seed, replica }),
  };
}

/** Steps from t = from·h to t = to·h. */
export function advance(
  system: ParticleSystem,
  name: IntegratorName,
  h: number,
  to: number,
  from = 0,
  settings: IntegratorSettings = {},
): ParticleSystem {
  const integrator = makeIntegrator(name, system, h, settings);
  for (let n = from; n < to; n++) integrator.step(n);
  return system;
}

/** The least-squares slope of log(error) against log(h). */
export function slopeOf(steps: readonly number[], errors: readonly number[]): number {
  const x = steps.map(Math.log);
  const y = errors.map(Math.log);
  const mean = (v: readonly number[]) => v.reduce((total, value) => total + value, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  let above = 0;
  let below = 0;
  for (let i = 0; i < x.length; i++) {
    above += (x[i] - mx) * (y[i] - my);
    below += (x[i] - mx) * (x[i] - mx);
  }
  return above / below;
}

/** A seeded sequence of uniforms in (0, 1) for test data (Park–Miller). */
export function uniforms(seed: number): () => number {
  let state = (seed * 48271 + 12345) % 2147483647;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
