// N E‖f_N − E f_N‖² does not depend on N: the central limit theorem's normalisation, without the limit: the variance is taken about the
// mean over replicas, and no density enters.

import { cited, claim } from "../claims/claim.ts";
import { networkOutputs } from "./support/networks.ts";
import { langevinNetworks } from "./support/tanh-chaos.ts";
import { TANH_DENSITY, tanhDensityTask } from "./support/tanh-density.ts";
import { type Design, designText, widthRate } from "./support/width-rate.ts";

const UNTIL = 1;
const STEP = 0.1;

const QUICK: Design = [
  { width: 10, replicas: 8000 },
  { width: 100, replicas: 800 },
  { width: 1000, replicas: 720 },
];
const FULL: Design = [
  { width: 10, replicas: 10_000 },
  { width: 32, replicas: 3000 },
  { width: 100, replicas: 2000 },
  { width: 320, replicas: 1000 },
  { width: 1000, replicas: 1000 },
  { width: 3200, replicas: 1000 },
];

export const fluctuationsVariance = claim({
  id: "fluctuations-variance",
  statement:
    "The variance of √N(f_N − f) under mean-field Langevin dynamics, with a smooth, bounded ψ and i.i.d. starts, does not depend on N for large N.",
  source: cited("sirignano2020"),
  equation: "N E‖f_N − E f_N‖² → a positive limit as N → ∞, the norm that of L²(q).",
  experiment: `${TANH_DENSITY}; θ₀ ~ N(1.5, 0.6²), t = ${UNTIL}, Euler–Maruyama with h = ${STEP}; ${designText(QUICK)} (${designText(FULL)} in the full variant), seed 1, other draws for every width.`,
  statistic:
    "Slope against N, both logarithmic, of N times the variance of f_N over replicas, summed over the data.",
  validates: "the scaling of fluctuations, on which every interval over replicas and every rate in N rests",
  predicted: { equals: 0 },
  within: 0.05,
  async measure({ full, progress }) {
    const design = full ? FULL : QUICK;
    const run = langevinNetworks(STEP, UNTIL);
    const total = design.reduce((sum, { width, replicas }) => sum + width * replicas, 0);
    let [done, replica] = [0, 0];
    const levels = design.map(({ width, replicas }) => {
      const outputs = Array.from({ length: replicas }, () => {
        const [seen] = networkOutputs({ ...run, width, replica });
        replica += 1;
        done += width;
        progress(done / total);
        return seen;
      });
      return {
        x: width,
        samples: squaredDeviations(outputs, tanhDensityTask.data.weight).map((value) => width * value),
      };
    });
    return widthRate({
      levels,
      statistic: "mean",
      pairing: "independent",
      scatter: "common",
      predicted: 0,
      law: "constant",
      y: "N · variance of f_N",
      caption:
        "The scatter between networks of the same width, times the width: it is the same for narrow and for wide networks.",
    });
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
