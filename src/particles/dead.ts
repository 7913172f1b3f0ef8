// Dead neurons: ∇_θψ(θ_j; x_i) = 0, exactly, at every datum that pulls (g_i = q_i ∂ℓ ≠ 0). No gradient of the data reaches them, as
// where a relu is off at all data, or where tanh has saturated. A gradient that is 0 because its terms cancel, as at a minimum, is
// none of that: the terms are added with other weights, ρ_i > 0 drawn at random where g_i ≠ 0. Cost: one gradient.

import { fillUniforms } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { psiSums } from "../kernels/kernel.ts";
import { stateLength, TILE } from "../kernels/layout.ts";
import { type Problem, residualAt } from "../problem/problem.ts";
import { average } from "./ensemble.ts";
import type { ParticleSystem } from "./system.ts";

/** How many of the neurons are dead; null where nothing pulls: without data, or at f = y. */
export function deadNeurons({ problem, particles, field }: ParticleSystem): number | null {
  const { part, pass, rows, state, dimension: p } = particles;
  field.observe();
  const weights = pullingWeights(problem, field.outputs);
  const sums = psiSums(problem, pass, 0);
  if (weights === null || sums === null) return null;
  const gradient = new Float64Array(stateLength(part.tiles, p));
  sums.drift(state, rows, weights, gradient);
  pass.settle();
  const out = new Float64Array(1);
  average(particles, 1, out, (base, lanes, sums) => {
    const from = (base / rows) * p;
    for (let lane = 0; lane < lanes; lane++) if (isDead(gradient, from + lane, p)) sums[lane] += 1;
  });
  return Math.round(out[0] * part.width);
}

/** ρ: a random number in (0, 1) where g_i ≠ 0, else 0; null where that is nowhere. */
function pullingWeights(problem: Problem, outputs: Float64Array): Float64Array | null {
  const { size } = problem.data;
  const residual = new Float64Array(size);
  residualAt(problem, outputs, residual);
  if (residual.every((g) => g === 0)) return null;
  const weights = new Float64Array(size + (size % 2));
  const [k0, k1] = deriveKey(0, PURPOSE.probe, 1);
  fillUniforms(weights, 0, weights.length, k0, k1, 0, 0, 0);
  return weights.subarray(0, size).map((weight, i) => (residual[i] === 0 ? 0 : weight));
}

function isDead(gradient: Float64Array, lane: number, p: number): boolean {
  for (let k = 0; k < p; k++) if (gradient[lane + k * TILE] !== 0) return false;
  return true;
}
