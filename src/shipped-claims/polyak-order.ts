// θ_{k+1} = θ_k + β(θ_k − θ_{k−1}) − s∇Φ with h² = 2s/(1 + β), γ = 2(1 − β)/((1 + β)h) discretises θ̈ + γθ̇ +
// ∇Φ = 0 to second order where the first step is θ₁ = θ₀ + h(1 − γh/2)ω₀ − (h²/2)∇Φ (docs/theory.md §2.4).

import { cited, claim } from "../claims/claim.ts";
import { kinetic, particles } from "../index.ts";
import { STEP_ORDER_EXPERIMENT, STEP_ORDER_STATISTIC, stepOrder } from "./support/step-order.ts";
import { TANH_WIDTH } from "./support/tanh-network.ts";

export const polyakOrder = claim({
  id: "polyak-order",
  statement:
    "Polyak's iteration with β = (2 − γh)/(2 + γh), s = h²(1 + β)/2 and its matching first step lies O(h²) from the heavy ball.",
  source: cited("polyak1964"),
  equation:
    "θ_{k+1} = θ_k + β(θ_k − θ_{k−1}) − s∇Φ, θ₁ = θ₀ + h(1 − γh/2)ω₀ − (h²/2)∇Φ, against θ̈ + 0.7θ̇ + ∇Φ = 0: error Ch² + O(h³).",
  experiment: `${STEP_ORDER_EXPERIMENT}; h = 1/10 … 1/160 (1/640 in the full variant), γ = 0.7.`,
  statistic: STEP_ORDER_STATISTIC,
  validates: "Polyak's iteration, the friction and step it stands for, and its first step",
  predicted: { equals: 2 },
  within: 0.02,
  measure: (context) =>
    stepOrder(
      {
        dynamics: kinetic({ friction: 0.7 }),
        friction: 0.7,
        solver: particles({ width: TANH_WIDTH, seed: 1, integrator: "polyak" }),
        steps: context.full ? [10, 20, 40, 80, 160, 320, 640] : [10, 20, 40, 80, 160],
        predicted: 2,
        caption: "Halving the step of Polyak's iteration divides its distance from the heavy ball by 4.",
      },
      context,
    ),
});
