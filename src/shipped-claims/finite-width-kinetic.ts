// (E‖f_N − f‖²)^{1/2} ~ N^(−1/2) along the heavy ball with noise, networks against the density of phase space at t = 1 and t = 4.
// √N(f_N − f) has a limit law: one relative error, pooled over the widths, is that of every mean square.

import { cited } from "../claims/claim.ts";
import { networkOutputs } from "./support/networks.ts";
import { MOMENTUM, momentumDensities, momentumNetworks, squaredDistance } from "./support/tanh-chaos.ts";
import { tanhDensityTask } from "./support/tanh-density.ts";
import { widthRate } from "./support/width-rate.ts";

const TIMES = [1, 4];

export const finiteWidthKinetic = widthRate({
  id: "finite-width-kinetic",
  statement:
    "Along kinetic mean-field Langevin dynamics with a smooth, bounded ψ and i.i.d. starts, the network of N neurons lies N^(−1/2) from the one of the limiting density in root mean square.",
  source: cited("chen2023"),
  equation:
    "dθ = ω dt, dω = −(γω + ∂_θΦ[μ_N])dt + √(2γτ)dW; ∂_tμ + ω∂_θμ − ∂_θΦ[μ]∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ): E‖f_N − f‖² ~ N^(−1), the norm that of L²(q).",
  experiment: (quick, full) =>
    `${MOMENTUM}; ${quick} (${full} in the full variant), seed 1, other draws for every width.`,
  statistic:
    "Slope against N, both logarithmic, of the root mean square over replicas of ‖f_N − f‖, taken at t = 1 and t = 4 together.",
  validates: "networks with momenta and the density of phase space, each by the other",
  exponent: -0.5,
  law: "N^(−1/2)",
  of: "root mean square",
  quick: { 30: 600, 300: 200, 3000: 140 },
  full: { 100: 1000, 1000: 400, 10000: 100, 100000: 40 },
  y: "root mean square of ‖f_N − f‖",
  caption:
    "What networks with momenta compute lies closer to what their limiting density computes, by the square root of the number of neurons.",
  async prepare() {
    const limit = await momentumDensities(TIMES);
    const { weight } = tanhDensityTask.data;
    return {
      sample(width, replica) {
        const seen = networkOutputs({ ...momentumNetworks(TIMES), width, replica });
        const squares = seen.map((outputs, k) => squaredDistance({ outputs }, limit[k], weight));
        return Math.sqrt(squares.reduce((sum, value) => sum + value / TIMES.length, 0));
      },
    };
  },
});
