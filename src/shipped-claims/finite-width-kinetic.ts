// (E‖f_N − f‖²)^{1/2} ~ N^(−1/2) along the heavy ball with noise, networks against the density of phase space at t = 1 and t = 4.
// √N(f_N − f) has a limit law: one relative error, pooled over the widths, is that of every mean square.

import { cited, claim } from "../claims/claim.ts";
import { evolve } from "../index.ts";
import { networkOutputs } from "./support/networks.ts";
import {
  chaosStart,
  MOMENTUM,
  MOMENTUM_STEP,
  momentumGrid,
  momentumMotion,
  momentumNetworks,
  squaredDistance,
} from "./support/tanh-chaos.ts";
import { tanhDensityTask } from "./support/tanh-density.ts";
import { type Design, designText, samplesByWidth, widthRate } from "./support/width-rate.ts";

const TIMES = [1, 4];

const QUICK: Design = [
  { width: 30, replicas: 600 },
  { width: 300, replicas: 200 },
  { width: 3000, replicas: 140 },
];
const FULL: Design = [
  { width: 100, replicas: 1000 },
  { width: 1000, replicas: 400 },
  { width: 10_000, replicas: 100 },
  { width: 100_000, replicas: 40 },
];

export const finiteWidthKinetic = claim({
  id: "finite-width-kinetic",
  statement:
    "Along kinetic mean-field Langevin dynamics with a smooth, bounded ψ and i.i.d. starts, the network of N neurons lies N^(−1/2) from the one of the limiting density in root mean square.",
  source: cited("chen2023"),
  equation:
    "dθ = ω dt, dω = −(γω + ∂_θΦ[μ_N])dt + √(2γτ)dW; ∂_tμ + ω∂_θμ − ∂_θΦ[μ]∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ): E‖f_N − f‖² ~ N^(−1), the norm that of L²(q).",
  experiment: `${MOMENTUM}; ${designText(QUICK)} (${designText(FULL)} in the full variant), seed 1, other draws for every width.`,
  statistic:
    "Slope against N, both logarithmic, of the root mean square over replicas of ‖f_N − f‖, taken at t = 1 and t = 4 together.",
  validates: "networks with momenta and the density of phase space, each by the other",
  predicted: { equals: -0.5 },
  within: 0.05,
  async measure({ full, progress }) {
    const course = { initial: chaosStart, until: 4, step: MOMENTUM_STEP, record: 1, snapshots: TIMES };
    const limit = await evolve(tanhDensityTask, momentumMotion, momentumGrid, course);
    const { weight } = tanhDensityTask.data;
    const levels = await samplesByWidth(full ? FULL : QUICK, progress, (width, replica) => {
      const seen = networkOutputs({ ...momentumNetworks(TIMES), width, replica });
      const squares = seen.map((outputs, k) => squaredDistance({ outputs }, limit.snapshots[k], weight));
      return Math.sqrt(squares.reduce((sum, value) => sum + value / TIMES.length, 0));
    });
    return widthRate({
      levels,
      statistic: "root mean square",
      pairing: "independent",
      predicted: -0.5,
      law: "N^(−1/2)",
      y: "root mean square of ‖f_N − f‖",
      caption:
        "What networks with momenta compute lies closer to what their limiting density computes, by the square root of the number of neurons.",
    });
  },
});
