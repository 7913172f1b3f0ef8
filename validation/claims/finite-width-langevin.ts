// (E‖f_N − f‖²)^{1/2} ~ N^(−1/2) under mean-field Langevin dynamics, networks against the density at t = 2. Euler–Maruyama's own error,
// O(h) and the same for all N, is a floor under the distances: levels count as far as they stand 20 times above it.

import { evolve, grid, langevin } from "../../src/index.ts";
import { rmsDifference } from "../../src/observables/distances.ts";
import { claim } from "../../src/study/claim.ts";
import { networkOutputs } from "./support/networks.ts";
import { chaosStart, langevinNetworks } from "./support/tanh-chaos.ts";
import { TANH_DENSITY, tanhDensityTask } from "./support/tanh-density.ts";
import { samplesByWidth, widthRate } from "./support/width-rate.ts";
import { SUZUKI_2023 } from "./support/works.ts";

const UNTIL = 2;
const CELLS = 800;
/** Neurons on whom the error of the step is measured. */
const PILOTS = 10_000;

export const finiteWidthLangevin = claim({
  id: "finite-width-langevin",
  statement:
    "Under mean-field Langevin dynamics with a smooth, bounded ψ and i.i.d. starts, the network of N neurons lies N^(−1/2) from the one of the limiting density in root mean square.",
  source: SUZUKI_2023,
  equation:
    "dθ = −∂_θΦ[μ_N]dt + √(2τ)dW; ∂_tμ = ∂_θ(μ∂_θΦ[μ] + τ∂_θμ): E‖f_N − f‖² ~ N^(−1), the norm that of L²(q).",
  experiment: `${TANH_DENSITY}; θ₀ ~ N(1.5, 0.6²); Euler–Maruyama with h = 1/128, N = 10, 100, 1000, 80 replicas (h = 1/320, N = 10, 32, …, 3200, 80 replicas in the full variant), seed 1, other draws for every width; density: scheme second-order on ${CELLS} cells of [−6, 6], the same step.`,
  statistic:
    "Slope against N, both logarithmic, of the root mean square over replicas of ‖f_N − f‖ at t = 2.",
  validates: "networks under Langevin dynamics and the density of their limit, each by the other",
  predicted: { equals: -0.5 },
  within: 0.05,
  async measure({ full, progress }) {
    const step = full ? 1 / 320 : 1 / 128;
    const widths = full ? [10, 32, 100, 320, 1000, 3200] : [10, 100, 1000];
    const replicas = 80;
    const run = langevinNetworks(step, UNTIL);
    const density = async (cells: number) => {
      const solver = grid({ cells: [cells], extent: [[-6, 6]], scheme: "second-order" });
      const course = { initial: chaosStart, until: UNTIL, step, record: 1 };
      return (await evolve(tanhDensityTask, langevin(), solver, course)).snapshots[1].outputs;
    };
    const limit = await density(CELLS);
    const { weight } = tanhDensityTask.data;
    // Both errors fall in proportion to what is halved, the step, or faster, the cells: what remains is at most what it changed.
    const [long, short] = [2, 1].map(
      (finerSteps) =>
        networkOutputs({ ...run, step: finerSteps * step, finerSteps, width: PILOTS, replica: 0 })[0],
    );
    const stepError = rmsDifference(long, short, weight);
    const gridError = rmsDifference(limit, await density(CELLS / 2), weight);
    const levels = await samplesByWidth({ widths, replicas, progress }, (width, replica) => {
      const [outputs] = networkOutputs({ ...run, width, replica });
      return rmsDifference(outputs, limit, weight);
    });
    return widthRate({
      levels,
      statistic: "root mean square",
      pairing: "independent",
      floor: stepError + gridError,
      predicted: -0.5,
      law: "N^(−1/2)",
      y: "root mean square of ‖f_N − f‖",
      caption:
        "What networks under noisy gradient descent compute lies closer to what their limiting density computes, by the square root of the number of neurons.",
      notes: [
        `The step puts f_N off by ${stepError.toExponential(1)}, the cells put f off by ${gridError.toExponential(1)} at most.`,
      ],
    });
  },
});
