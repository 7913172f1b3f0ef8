// (E‖f_N − f‖²)^{1/2} ~ N^(−1/2) under mean-field Langevin dynamics, networks against the density at t = 2. Euler–Maruyama's own error,
// O(h) and the same for all N, would be a floor under the distances: it is extrapolated away between two steps on one Brownian path.

import { cited } from "../claims/claim.ts";
import { evolve, grid, langevin } from "../index.ts";
import { rmsDifference } from "../observables/distances/distances.ts";
import { networkOutputs } from "./support/networks.ts";
import { chaosStart, langevinNetworks } from "./support/tanh-chaos.ts";
import { TANH_DENSITY, tanhDensityTask } from "./support/tanh-density.ts";
import { PILOT_REPLICA, widthRate } from "./support/width-rate.ts";

const UNTIL = 2;
const CELLS = 800;
/** Neurons on whom the error of the step is measured. */
const PILOTS = 10_000;

/** f_N at t = 2, to O(h²): from runs of steps h and 2h, 2f_h − f_2h. `unit`: the finest step on that Brownian path. */
function extrapolatedOutputs(asked: {
  step: number;
  unit: number;
  width: number;
  replica: number;
}): Float64Array {
  const { step, unit, width, replica } = asked;
  const [fine, coarse] = [step, 2 * step].map((h) => {
    const run = langevinNetworks(h, UNTIL);
    return networkOutputs({ ...run, width, replica, finerSteps: Math.round(h / unit) })[0];
  });
  return fine.map((value, i) => 2 * value - coarse[i]);
}

export const finiteWidthLangevin = widthRate({
  id: "finite-width-langevin",
  statement:
    "Under mean-field Langevin dynamics with a smooth, bounded ψ and i.i.d. starts, the network of N neurons lies N^(−1/2) from the one of the limiting density in root mean square.",
  source: cited("suzuki2023"),
  equation:
    "dθ = −∂_θΦ[μ_N]dt + √(2τ)dW; ∂_tμ = ∂_θ(μ∂_θΦ[μ] + τ∂_θμ): E‖f_N − f‖² ~ N^(−1), the norm that of L²(q).",
  experiment: (design) =>
    `${TANH_DENSITY}; θ₀ ~ N(1.5, 0.6²); Euler–Maruyama with h = 1/16 and 1/8 on one Brownian path, extrapolated to h = 0, ${design("h = 1/32 and 1/16, ")}; density: scheme second-order on ${CELLS} cells of [−6, 6], the shorter step.`,
  statistic:
    "Slope against N, both logarithmic, of the root mean square over replicas of ‖f_N − f‖ at t = 2.",
  validates: "networks under Langevin dynamics and the density of their limit, each by the other",
  exponent: -0.5,
  law: "N^(−1/2)",
  of: "root mean square",
  quick: { 10: 1500, 100: 300, 1000: 200 },
  full: { 10: 3000, 100: 1000, 1000: 500, 10000: 100 },
  y: "root mean square of ‖f_N − f‖",
  caption:
    "What networks under noisy gradient descent compute lies closer to what their limiting density computes, by the square root of the number of neurons.",
  async prepare(full) {
    const step = full ? 1 / 32 : 1 / 16;
    const density = async (cells: number) => {
      const solver = grid({ cells: [cells], extent: [[-6, 6]], scheme: "second-order" });
      const course = { initial: chaosStart, until: UNTIL, step, record: 1 };
      return (await evolve(tanhDensityTask, langevin(), solver, course)).snapshots[1].outputs;
    };
    const limit = await density(CELLS);
    const { weight } = tanhDensityTask.data;
    // Both errors fall as the square of what is halved, the step, the cells: what remains is less than what it changed.
    const [long, short] = [2, 1].map((share) =>
      extrapolatedOutputs({ step: share * step, unit: step, width: PILOTS, replica: PILOT_REPLICA }),
    );
    const stepError = rmsDifference(long, short, weight);
    const gridError = rmsDifference(limit, await density(CELLS / 2), weight);
    return {
      sample: (width, replica) =>
        rmsDifference(extrapolatedOutputs({ step, unit: step, width, replica }), limit, weight),
      floor: stepError + gridError,
      notes: [
        `The step puts f_N off by ${stepError.toExponential(1)}, the cells put f off by ${gridError.toExponential(1)} at most.`,
      ],
    };
  },
});
