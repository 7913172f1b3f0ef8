// |E F(μ_N) − F(μ_t)| ~ 1/N although |F(μ_N) − F(μ_t)| ~ N^(−1/2). What is of order N^(−1/2) has mean 0 and is known along coupled copies:
// Z = (1/N)Σ_j Φ[μ_t](θ̄_j) − ∫Φ[μ_t]dμ_t, and the reaction of μ_N to the fluctuations of its copies on the way. Less both, the
// scatter of F(μ_N) is of order 1/N too, so that any width takes the same number of replicas; Z alone would leave N^(−1/2).

import { cited } from "../claims/claim.ts";
import { coupledCopies, responseOf } from "../index.ts";
import { MOMENTUM, momentumLimit } from "./support/tanh-chaos.ts";
import { widthRate } from "./support/width-rate.ts";

const UNTIL = 2;
const PILOTS = 1000;
/** Beyond those of the levels. */
const PILOT_REPLICA = 1_000_000;

export const finiteWidthBiasRate = widthRate({
  id: "finite-width-bias-rate",
  statement:
    "The expected energy of N neurons under kinetic mean-field Langevin dynamics, with a smooth, bounded ψ and i.i.d. starts, differs from the energy of their limit by an amount of order 1/N.",
  source: cited("chen2023"),
  equation:
    "F(μ_N) − F(μ_t) = (1/N)Σ_j Φ[μ_t](θ̄_j) − ∫Φ[μ_t]dμ_t + Σ_n a_n·(f̄_N(t_n) − f(t_n)) + O(1/N), a_n = ∂F(μ_t)/∂f(t_n), θ̄_j the copies: E F(μ_N) − F(μ_t) ~ N^(−1).",
  experiment: (quick, full) =>
    `${MOMENTUM}; t = ${UNTIL}; ${quick} (${full} in the full variant), seed 1, other draws for every width; a_n by impulses on ${PILOTS} pilot neurons.`,
  statistic:
    "Slope against N, both logarithmic, of the mean over replicas of F(μ_N) − F(μ_t) less its part of first order, whose mean is 0.",
  validates: "the order of the bias of finite width, and the control variate that makes it visible",
  exponent: -1,
  law: "1/N",
  of: "mean",
  quick: { 10: 7000, 100: 1000, 1000: 740 },
  full: { 10: 10_000, 32: 3000, 100: 2000, 320: 1000, 1000: 1000, 3200: 1000 },
  y: "E F(μ_N) − F(μ_t)",
  caption:
    "On average a network of N neurons has more energy than its limit, by an amount that falls in proportion to 1/N.",
  async prepare() {
    const limit = await momentumLimit(UNTIL);
    const response = responseOf(limit, { width: PILOTS, seed: 1, replica: PILOT_REPLICA });
    const { energy: limitEnergy } = limit.states.at(-1)!;
    return {
      sample(width, replica) {
        const [state] = coupledCopies(limit, { width, seed: 1, replica, response });
        return state.energy - limitEnergy - state.control - state.reaction!;
      },
    };
  },
});
