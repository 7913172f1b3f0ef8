// E W₁(μ_N, μ_t) ~ N^(−1/2) for p = 1: the laws of θ of networks with momenta and of their density at t = 4, by the same word with the
// same step. W₁ = ∫|F_N − F|dθ, exact for atoms against a histogram.

import { cited } from "../claims/claim.ts";
import { grid as productOf } from "../grid/grid.ts";
import { thetaMarginal } from "../observables/distances/compare.ts";
import { distancesOfSlices, slicesOf, spaceOf } from "../observables/distances/distances.ts";
import { networkNeurons } from "./support/networks.ts";
import { MOMENTUM, momentumAxes, momentumDensities, momentumNetworks } from "./support/tanh-chaos.ts";
import { widthRate } from "./support/width-rate.ts";

const UNTIL = 4;

export const w1Rate = widthRate({
  id: "w1-rate",
  statement:
    "For one parameter a neuron, W₁ from the law of N neurons under kinetic mean-field Langevin dynamics to their limit is N^(−1/2) in the mean, where ∫√(F(1 − F)) is finite.",
  source: cited("fournier2015"),
  equation: "W₁(μ_N, μ_t) = ∫|F_N − F|dθ, F_N and F the distribution functions of θ: E W₁ ~ N^(−1/2).",
  experiment: (quick, full) =>
    `${MOMENTUM}; ${quick} (${full} in the full variant), seed 1, other draws for every width.`,
  statistic: `Slope against N, both logarithmic, of the mean over replicas of W₁(μ_N, μ_t) at t = ${UNTIL}, by the marginals of θ.`,
  validates: "networks and densities as laws, and the distance between them",
  exponent: -0.5,
  law: "N^(−1/2)",
  of: "mean",
  scatter: "common",
  quick: { 30: 128, 300: 128, 3000: 128 },
  full: { 30: 64, 300: 64, 3000: 64, 30000: 64 },
  y: "mean of W₁(μ_N, μ_t)",
  caption:
    "The cloud of neurons comes closer to its limiting density, by the square root of the number of neurons.",
  async prepare() {
    const [{ density }] = await momentumDensities([UNTIL]);
    const phase = productOf(momentumAxes);
    const marginal = thetaMarginal(phase, density, 1);
    const space = spaceOf(marginal.grid);
    const limit = slicesOf(marginal, space);
    return {
      sample(width, replica) {
        const [theta] = networkNeurons({ ...momentumNetworks([UNTIL]), width, replica });
        return distancesOfSlices(slicesOf({ points: theta }, space), limit).w1;
      },
    };
  },
});
