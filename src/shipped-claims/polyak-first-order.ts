// θ_{k+1} = θ_k + β(θ_k − θ_{k−1}) − s∇Φ with h = √s, γ = (1 − β)/h: the reading found in most papers, of
// first order only.

import { cited, claim } from "../claims/claim.ts";
import { kinetic, particles } from "../index.ts";
import { STEP_ORDER_EXPERIMENT, STEP_ORDER_STATISTIC, stepOrder } from "./support/step-order.ts";
import { TANH_WIDTH } from "./support/tanh-network.ts";

export const polyakFirstOrder = claim({
  id: "polyak-first-order",
  statement:
    "Polyak's iteration read with h = √s and γ = (1 − β)/h lies O(h), and no closer, from the heavy ball.",
  source: cited("polyak1964"),
  equation: "θ_{k+1} = θ_k + (1 − γh)(θ_k − θ_{k−1}) − h²∇Φ against θ̈ + 0.7θ̇ + ∇Φ = 0: error Ch + O(h²).",
  experiment: `${STEP_ORDER_EXPERIMENT}; h = 1/40 … 1/640 (1/2560 in the full variant), γ = 0.7.`,
  statistic: STEP_ORDER_STATISTIC,
  validates: "the usual reading of β and s as a friction and a step, and that its order is 1",
  predicted: { equals: 1 },
  within: 0.02,
  measure: (context) =>
    stepOrder(
      {
        dynamics: kinetic({ friction: 0.7 }),
        friction: 0.7,
        solver: particles({ width: TANH_WIDTH, seed: 1, integrator: "polyak", order: 1 }),
        steps: context.full ? [40, 80, 160, 320, 640, 1280, 2560] : [40, 80, 160, 320, 640],
        predicted: 1,
        caption:
          "Read in the usual way, Polyak's iteration comes closer to the heavy ball only in proportion to its step.",
      },
      context,
    ),
});
