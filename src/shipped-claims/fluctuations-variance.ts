// N E‖f_N − E f_N‖² does not depend on N: the central limit theorem's normalisation, without the limit: the variance is taken about the
// mean over replicas, and no density enters.

import { cited } from "../claims/claim.ts";
import { networkOutputs } from "./support/networks.ts";
import { langevinNetworks } from "./support/tanh-chaos.ts";
import { TANH_DENSITY, tanhDensityTask } from "./support/tanh-density.ts";
import { widthRate } from "./support/width-rate.ts";

const UNTIL = 1;
const STEP = 0.1;

export const fluctuationsVariance = widthRate<Float64Array>({
  id: "fluctuations-variance",
  statement:
    "The variance of √N(f_N − f) under mean-field Langevin dynamics, with a smooth, bounded ψ and i.i.d. starts, does not depend on N for large N.",
  source: cited("sirignano2020"),
  equation: "N E‖f_N − E f_N‖² → a positive limit as N → ∞, the norm that of L²(q).",
  experiment: (design) =>
    `${TANH_DENSITY}; θ₀ ~ N(1.5, 0.6²), t = ${UNTIL}, Euler–Maruyama with h = ${STEP}; ${design()}.`,
  statistic:
    "Slope against N, both logarithmic, of N times the variance of f_N over replicas, summed over the data.",
  validates: "the scaling of fluctuations, on which every interval over replicas and every rate in N rests",
  exponent: 0,
  law: "constant",
  of: "mean",
  scatter: "common",
  quick: { 10: 8000, 100: 800, 1000: 720 },
  full: { 10: 10_000, 32: 3000, 100: 2000, 320: 1000, 1000: 1000, 3200: 1000 },
  y: "N · variance of f_N",
  caption:
    "The scatter between networks of the same width, times the width: it is the same for narrow and for wide networks.",
  prepare() {
    const run = langevinNetworks(STEP, UNTIL);
    const { weight } = tanhDensityTask.data;
    return {
      sample: (width, replica) => networkOutputs({ ...run, width, replica })[0],
      values: (samples, width) => squaredDeviations(samples, weight).map((value) => width * value),
    };
  },
});

/** R/(R − 1) Σ_i q_i (f_i − their mean)², whose mean over the replicas is their variance. */
function squaredDeviations(outputs: readonly Float64Array[], weight: Float64Array): number[] {
  const replicas = outputs.length;
  const mean = weight.map((_, i) => outputs.reduce((sum, f) => sum + f[i] / replicas, 0));
  return outputs.map(
    (f) =>
      f.reduce((sum, value, i) => sum + weight[i] * (value - mean[i]) ** 2, 0) * (replicas / (replicas - 1)),
  );
}
