// (E‖f_N − f‖²)^{1/2} ~ N^(−1/2) along the heavy ball with noise, networks against the density of phase space at t = 1 and t = 4.
// √N(f_N − f) has a limit law: one relative error, pooled over the widths, is that of every mean square.

import { evolve, particles } from "../../src/index.ts";
import { claim } from "../../src/study/claim.ts";
import {
  chaosStart,
  MOMENTUM,
  MOMENTUM_STEP,
  momentumGrid,
  momentumMotion,
  squaredDistance,
} from "./support/tanh-chaos.ts";
import { tanhDensityTask } from "./support/tanh-density.ts";
import { samplesByWidth, widthRate } from "./support/width-rate.ts";
import { CHEN_2023 } from "./support/works.ts";

const TIMES = [1, 4];

export const finiteWidthKinetic = claim({
  id: "finite-width-kinetic",
  statement:
    "Along kinetic mean-field Langevin dynamics with a smooth, bounded ψ and i.i.d. starts, the network of N neurons lies N^(−1/2) from the one of the limiting density in root mean square.",
  source: CHEN_2023,
  equation:
    "dθ = ω dt, dω = −(γω + ∂_θΦ[μ_N])dt + √(2γτ)dW; ∂_tμ + ω∂_θμ − ∂_θΦ[μ]∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ): E‖f_N − f‖² ~ N^(−1), the norm that of L²(q).",
  experiment: `${MOMENTUM}; N = 30, 300, 3000, 128 replicas (100, 1000, 10 000, 100 000 with 40 replicas in the full variant), seed 1, other draws for every width.`,
  statistic:
    "Slope against N, both logarithmic, of the root mean square over replicas of ‖f_N − f‖, taken at t = 1 and t = 4 together.",
  validates: "networks with momenta and the density of phase space, each by the other",
  predicted: { equals: -0.5 },
  within: 0.05,
  async measure({ full, progress }) {
    const widths = full ? [100, 1000, 10_000, 100_000] : [30, 300, 3000];
    const replicas = full ? 40 : 128;
    const course = { initial: chaosStart, until: 4, step: MOMENTUM_STEP, record: 1, snapshots: TIMES };
    const limit = await evolve(tanhDensityTask, momentumMotion, momentumGrid, course);
    const levels = await samplesByWidth({ widths, replicas, progress }, async (width, replica) => {
      const solver = particles({ width, seed: 1, replica, integrator: "baoab" });
      const { snapshots } = await evolve(tanhDensityTask, momentumMotion, solver, course);
      const squares = snapshots.map((snapshot, k) =>
        squaredDistance(snapshot, limit.snapshots[k], tanhDensityTask.data.weight),
      );
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
