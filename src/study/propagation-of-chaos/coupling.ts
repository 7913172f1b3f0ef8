// Propagation of chaos, coupled (Sznitman, Saint-Flour XIX, 1991): neurons θ_j driven by μ_N beside copies θ̄_j driven by the μ_t
// of a grid, from the same starts with the same noise. The copies are i.i.d. of law μ_t, and E|θ_j − θ̄_j|² = O(1/N). With them
//   F(μ_N) − F(μ_t) − Z,  Z = (1/N) Σ_j Φ[μ_t](θ̄_j) − ∫Φ[μ_t] dμ_t,  E Z = 0,
// has the mean of F(μ_N) − F(μ_t) and less variance. What Z leaves of order N^(−1/2) is the reaction of μ_N to the fluctuations
// of its copies on the way (response.ts); less that too, the scatter is O(1/N), as the mean is.

import { MuflowError } from "../../base/errors.ts";
import { requireCount, requireKeys } from "../../base/keys.ts";
import { TILE } from "../../kernels/layout.ts";
import type { Drift } from "../../particles/drift.ts";
import { average, isFiniteState } from "../../particles/ensemble.ts";
import type { FieldNumbers, MeanField } from "../../particles/field.ts";
import { ImposedDrift } from "../../particles/imposed.ts";
import { makeIntegrator } from "../../particles/integrators.ts";
import { solo } from "../../particles/solo.ts";
import type { ParticleSystem } from "../../particles/system.ts";
import { riskAt } from "../../problem/problem.ts";
import { schedule } from "../../spec/schedule.ts";
import { type LimitState, type MeanFieldLimit, requireLimit } from "./mean-field-limit.ts";

/** By step n: weights of the outputs at t = nh, then of W's moments. */
export type ResponseWeights = readonly Float64Array[];

/** N neurons and their copies at a time. */
export interface CoupledState {
  readonly t: number;
  /** ((1/N) Σ_j |θ_j − θ̄_j|²)^{1/2}; on the torus by the shorter way around. */
  readonly distance: number;
  /** f_N at the data. */
  readonly outputs: Float64Array;
  /** f of the copies at the data, of mean f_{μ_t}. */
  readonly copyOutputs: Float64Array;
  /** F(μ_N) */
  readonly energy: number;
  /** Z = (1/N) Σ_j Φ[μ_t](θ̄_j) − ∫Φ[μ_t] dμ_t, of mean 0. */
  readonly control: number;
  /** Σ_n a_n·(f̄_N(t_n) − f_{μ_{t_n}}), of mean 0, at the time that the response is of; null elsewhere. */
  readonly reaction: number | null;
}

export interface CoupledOptions {
  /** N */
  readonly width: number;
  /** Default 0. */
  readonly seed?: number;
  /** Default 0. */
  readonly replica?: number;
  /** Default: the end of the course. */
  readonly times?: readonly number[];
  /** The weights a_n of `responseOf`, for the end of the course. */
  readonly response?: ResponseWeights;
}

/**
 * Moves N neurons and their copies through the course of that limit; one state for each time asked for, ascending. The
 * neurons are those of `evolve` with the same width, seed and replica, to the bit. Cost: twice theirs.
 * Errors: a width that is none, a time that is no step of the course (input); neurons that diverge (numerics).
 *
 * @example
 * ```ts
 * import { coupledCopies, data, gaussian, grid, langevin, meanFieldLimit, neuron, problem } from "muflow";
 *
 * const task = problem({
 *   data: data.fromFunction({ function: "sin", interval: [-2, 2], samples: 4 }),
 *   neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
 *   regulariser: { l2: 0.1 },
 *   temperature: 0.1,
 * });
 * const course = { initial: gaussian({ mean: 0, std: 1 }), until: 1, step: 0.1 };
 * const limit = await meanFieldLimit(task, langevin(), grid({ cells: 100, extent: [-6, 6] }), course);
 * // A hundred times as many neurons are about ten times as close to their copies.
 * const [few] = coupledCopies(limit, { width: 100 });
 * const [many] = coupledCopies(limit, { width: 10000 });
 * console.log(few.distance.toExponential(1), many.distance.toExponential(1)); // 2.3e-2 1.8e-3
 * ```
 */
export function coupledCopies(limit: MeanFieldLimit, options: CoupledOptions): CoupledState[] {
  requireLimit(limit);
  requireKeys("copies", options, ["width", "seed", "replica", "times", "response"]);
  const { states } = limit;
  const { width, seed = 0, replica = 0 } = options;
  const neurons = systemOf(limit, { width, seed, replica });
  const copies = systemOf(limit, { width, seed, replica }, (field) => new ImposedDrift(field, states));
  try {
    return coupledCourse(limit, options, neurons, copies);
  } finally {
    for (const { particles } of [neurons, copies]) particles.pass.release();
  }
}

function coupledCourse(
  { step, states, integrator }: MeanFieldLimit,
  { width, replica = 0, times = [states.at(-1)!.t], response }: CoupledOptions,
  neurons: ParticleSystem,
  copies: ParticleSystem,
): CoupledState[] {
  const until = (states.length - 1) * step;
  const wanted = new Set(schedule({ until, step, record: 1, snapshots: times }).snapshots);
  const movers = [neurons, copies].map((system) => makeIntegrator(integrator, system, step));
  const out: CoupledState[] = [];
  let reaction = 0;
  for (const [n, state] of states.entries()) {
    if (response !== undefined) reaction += reactionTo(copies, state, response[n]);
    if (wanted.has(n)) {
      const atEnd = response !== undefined && n === states.length - 1;
      out.push({ ...coupledState(neurons, copies, state), reaction: atEnd ? reaction : null });
    }
    if (out.length === wanted.size) break;
    for (const mover of movers) mover.step(n);
    if (!isFiniteState(neurons.particles.state) || !isFiniteState(copies.particles.state)) {
      throw new MuflowError(
        "numerics",
        `coupling: N = ${width}, replica ${replica}: the state became non-finite at step ${n + 1} (t = ${(n + 1) * step}) with ${integrator}; take a smaller step`,
      );
    }
  }
  return out;
}

/** N neurons of that course at t = 0, on one thread, moved by the drift made of their field: that itself by default. */
export function systemOf(
  { problem, dynamics, initial, integrator }: MeanFieldLimit,
  { width, seed, replica }: { width: number; seed: number; replica: number },
  driftOf: (field: MeanField) => Drift = (field) => field,
): ParticleSystem {
  requireCount("width", width);
  const system = solo(problem, dynamics, width, initial, { seed, replica, integrator });
  return { ...system, drift: driftOf(system.field) };
}

function coupledState(
  neurons: ParticleSystem,
  copies: ParticleSystem,
  limit: LimitState,
): Omit<CoupledState, "reaction"> {
  neurons.field.observe();
  copies.field.observe();
  const { outputs } = neurons.field;
  return {
    t: limit.t,
    distance: distanceBetween(neurons, copies),
    outputs: outputs.slice(),
    copyOutputs: copies.field.outputs.slice(),
    energy: riskAt(neurons.problem, outputs) + neurons.field.externalEnergy(),
    control: meanPotential(copies, limit) - limit.meanPotential,
  };
}

const TURN = 2 * Math.PI;

function distanceBetween(
  { particles, problem }: ParticleSystem,
  { particles: others }: ParticleSystem,
): number {
  const { dimension: p, state } = particles;
  const torus = problem.domain === "torus";
  const out = new Float64Array(1);
  average(particles, 1, out, (base, lanes, sums) => {
    for (let k = 0; k < p; k++) {
      const at = base + k * TILE;
      for (let i = 0; i < lanes; i++) {
        const away = Math.abs(state[at + i] - others.state[at + i]);
        const length = torus ? Math.min(away, TURN - away) : away;
        sums[i] += length * length;
      }
    }
  });
  return Math.sqrt(out[0]);
}

/** (1/N) Σ_j Φ[μ](θ_j) for the measure with those numbers. */
function meanPotential({ particles, field }: ParticleSystem, measure: FieldNumbers): number {
  const { rows, part } = particles;
  const values = new Float64Array(part.tiles * TILE);
  field.potential(values, measure);
  const out = new Float64Array(1);
  average(particles, 1, out, (base, lanes, sums) => {
    const from = base / rows;
    for (let i = 0; i < lanes; i++) sums[i] += values[from + i];
  });
  return out[0];
}

/** a·(the numbers of the copies − those of μ_t) */
function reactionTo(
  { field }: ParticleSystem,
  { outputs, moments }: FieldNumbers,
  weights: Float64Array,
): number {
  field.observe();
  let total = 0;
  for (let i = 0; i < outputs.length; i++) total += weights[i] * (field.outputs[i] - outputs[i]);
  for (let k = 0; k < moments.length; k++) {
    total += weights[outputs.length + k] * (field.moments[k] - moments[k]);
  }
  return total;
}
