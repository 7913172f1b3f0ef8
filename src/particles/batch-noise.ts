// The temperature that plain batches add. Their gradient has noise η of variance C per coordinate, new at every step:
//   Langevin: θ gets −hDη a step, of variance h²D²C = 2Δτ D h, so Δτ = hDC/2
//   kinetic:  ω gets −hη a step, of variance h²C = 2γΔτ h, so Δτ = hC/(2γ)
// to leading order in h. All neurons get the same batch, so width does not average it out. C of B of M data, exactly:
//   a_i = ∂ℓ(c_i, y_i) ∂_kψ(θ; x_i), ā = Σ q_i a_i;  with replacement C = Σ q_i (a_i − ā)²/B;
//   without C = (1 − B/M) S²/B, S² = Σ (M q_i a_i − ā)²/(M − 1);  reshuffled (1 − B⌊M/B⌋/M) S²/B, as the batches of an epoch
//   make up for one another, so that of their sum only the noise of what is left over remains.
// Source of the variances: Cochran, Sampling Techniques, 3rd edition, 1977, §2.5, §2.9.

import type { Dynamics } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { neuronGradient } from "../problem/neuron.ts";
import type { Problem } from "../problem/problem.ts";
import type { BatchPlan } from "./batch.ts";

/** Neurons whose mean stands for all. */
export const NOISE_PROBE = 64;

/**
 * Δτ at step h and time t, the mean over the coordinates of some neurons (theta: rows of p) at the outputs c of the whole
 * network. 0 for svrg at its anchor; O(M·p) a neuron.
 */
export function batchTemperature(
  problem: Problem,
  dynamics: Dynamics,
  plan: Pick<BatchPlan, "size" | "sampling">,
  { h, t, theta, outputs }: { h: number; t: number; theta: Float64Array; outputs: Float64Array },
): number {
  const { dimension: p } = problem;
  const neurons = theta.length / p;
  const factor = hasMomenta(dynamics)
    ? new Float64Array(p).fill((0.5 * h) / dynamics.friction.at(t))
    : dynamics.mobility(problem).map((d) => 0.5 * h * d);
  let total = 0;
  for (let j = 0; j < neurons; j++) {
    const variance = gradientVariance(problem, plan, theta.subarray(j * p, (j + 1) * p), outputs);
    for (let k = 0; k < p; k++) total += factor[k] * variance[k];
  }
  return total / (neurons * p);
}

/** C by coordinate of one neuron. */
function gradientVariance(
  { data, neuron, loss, dimension: p }: Problem,
  { size: B, sampling }: Pick<BatchPlan, "size" | "sampling">,
  theta: Float64Array,
  outputs: Float64Array,
): Float64Array {
  const { size: M, weight: q } = data;
  const variance = new Float64Array(p);
  if (neuron === null || M < 2) return variance;
  const x = new Float64Array(data.inputs);
  const slope = new Float64Array(p);
  const visit = (act: (k: number, i: number, a: number) => void) => {
    for (let i = 0; i < M; i++) {
      for (let d = 0; d < data.inputs; d++) x[d] = data.x[d * M + i];
      neuronGradient(neuron, theta, x, slope);
      const residual = loss.slope(outputs[i], data.y[i]);
      for (let k = 0; k < p; k++) act(k, i, residual * slope[k]);
    }
  };
  const mean = new Float64Array(p);
  visit((k, i, a) => {
    mean[k] += q[i] * a;
  });
  if (sampling === "with-replacement") {
    visit((k, i, a) => {
      variance[k] += q[i] * (a - mean[k]) * (a - mean[k]);
    });
    return variance.map((value) => value / B);
  }
  visit((k, i, a) => {
    variance[k] += (M * q[i] * a - mean[k]) * (M * q[i] * a - mean[k]);
  });
  const used = sampling === "reshuffled" ? B * Math.floor(M / B) : B;
  return variance.map((value) => ((1 - used / M) * value) / ((M - 1) * B));
}
