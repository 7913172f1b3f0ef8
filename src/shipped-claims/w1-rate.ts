// E W₁(μ_N, μ_t) ~ N^(−1/2) for p = 1: the laws of θ of networks with momenta and of their density at t = 4, by the same word with the
// same step. W₁ = ∫|F_N − F|dθ, exact for atoms against a histogram.

import { cited, claim } from "../claims/claim.ts";
import { axis } from "../grid/axis.ts";
import { grid as productOf } from "../grid/grid.ts";
import { evolve } from "../index.ts";
import { thetaMarginal } from "../observables/distances/compare.ts";
import { distancesOfSlices, slicesOf, spaceOf } from "../observables/distances/distances.ts";
import { networkNeurons } from "./support/networks.ts";
import {
  chaosStart,
  MOMENTUM,
  MOMENTUM_STEP,
  momentumGrid,
  momentumMotion,
  momentumNetworks,
} from "./support/tanh-chaos.ts";
import { tanhDensityTask } from "./support/tanh-density.ts";
import { type Design, designText, samplesByWidth, widthRate } from "./support/width-rate.ts";

const UNTIL = 4;

const QUICK: Design = [30, 300, 3000].map((width) => ({ width, replicas: 128 }));
const FULL: Design = [30, 300, 3000, 30_000].map((width) => ({ width, replicas: 64 }));

export const w1Rate = claim({
  id: "w1-rate",
  statement:
    "For one parameter a neuron, W₁ from the law of N neurons under kinetic mean-field Langevin dynamics to their limit is N^(−1/2) in the mean, where ∫√(F(1 − F)) is finite.",
  source: cited("fournier2015"),
  equation: "W₁(μ_N, μ_t) = ∫|F_N − F|dθ, F_N and F the distribution functions of θ: E W₁ ~ N^(−1/2).",
  experiment: `${MOMENTUM}; ${designText(QUICK)} (${designText(FULL)} in the full variant), seed 1, other draws for every width.`,
  statistic: `Slope against N, both logarithmic, of the mean over replicas of W₁(μ_N, μ_t) at t = ${UNTIL}, by the marginals of θ.`,
  validates: "networks and densities as laws, and the distance between them",
  predicted: { equals: -0.5 },
  within: 0.05,
  async measure({ full, progress }) {
    const course = {
      initial: chaosStart,
      until: UNTIL,
      step: MOMENTUM_STEP,
      record: 1,
      snapshots: [UNTIL],
    };
    const [{ density }] = (await evolve(tanhDensityTask, momentumMotion, momentumGrid, course)).snapshots;
    const { cells, extent } = momentumGrid;
    const phase = productOf(
      cells.map((count, k) => axis({ low: extent![k][0], high: extent![k][1], cells: count })),
    );
    const marginal = thetaMarginal(phase, density, 1);
    const space = spaceOf(marginal.grid);
    const limit = slicesOf(marginal, space);
    const levels = await samplesByWidth(full ? FULL : QUICK, progress, (width, replica) => {
      const [theta] = networkNeurons({ ...momentumNetworks([UNTIL]), width, replica });
      return distancesOfSlices(slicesOf({ points: theta }, space), limit).w1;
    });
    return widthRate({
      levels,
      statistic: "mean",
      pairing: "independent",
      scatter: "common",
      predicted: -0.5,
      law: "N^(−1/2)",
      y: "mean of W₁(μ_N, μ_t)",
      caption:
        "The cloud of neurons comes closer to its limiting density, by the square root of the number of neurons.",
    });
  },
});
