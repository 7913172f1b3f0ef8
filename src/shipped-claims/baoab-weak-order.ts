// BAOAB, half kick, half drift, exact friction and noise, half drift, half kick: a palindrome, so moments at
// a fixed time err by Ch² + O(h⁴). On linear neurons all moments are known, so that no sampling hides the
// order. (Stationary Var θ would show nothing: exact.)

import { cited, claim } from "../claims/claim.ts";
import { kinetic } from "../index.ts";
import { WEAK_ORDER_EXPERIMENT, WEAK_ORDER_STATISTIC, weakOrder } from "./support/weak-order.ts";

export const baoabWeakOrder = claim({
  id: "baoab-weak-order",
  statement: "BAOAB with step h errs by O(h²) in the moments of the noisy heavy ball at a fixed time.",
  source: cited("leimkuhler2013"),
  equation:
    "dθ = ω dt, dω = −(ω/2 + ∇Φ[μ_N](θ)) dt + √τ dW by BAOAB: |E φ(θ_{t/h}, ω_{t/h}) − E φ(θ(t), ω(t))| = Ch² + O(h⁴), φ quadratic.",
  experiment: `${WEAK_ORDER_EXPERIMENT}; γ = 1/2, h = 1/5 … 1/80 (1/320 in the full variant).`,
  statistic: WEAK_ORDER_STATISTIC,
  validates: "the integrator baoab: drift, kick, friction, the strength of its noise, and its weak order",
  predicted: { equals: 2 },
  within: 0.02,
  measure: (context) =>
    weakOrder(
      {
        dynamics: kinetic({ friction: 0.5 }),
        integrator: "baoab",
        friction: 0.5,
        steps: context.full ? [5, 10, 20, 40, 80, 160, 320] : [5, 10, 20, 40, 80],
        predicted: 2,
        caption:
          "Halving the step of BAOAB divides the error of its mean and covariances at a fixed time by 4.",
      },
      context,
    ),
});
