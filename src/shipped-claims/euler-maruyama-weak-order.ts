// θ_{n+1} = θ_n − h∇Φ[μ_N](θ_n) + √(2τh) ξ_n against dθ = −∇Φ[μ_N](θ) dt + √(2τ) dW: moments at a fixed time
// err by Ch + O(h²). On linear neurons all moments of both are known, so that no sampling hides the order.

import { cited, claim } from "../claims/claim.ts";
import { langevin } from "../index.ts";
import { WEAK_ORDER_EXPERIMENT, WEAK_ORDER_STATISTIC, weakOrder } from "./support/weak-order.ts";

export const eulerMaruyamaWeakOrder = claim({
  id: "euler-maruyama-weak-order",
  statement:
    "Noisy gradient descent with step h (Euler–Maruyama) errs by O(h) in the moments of mean-field Langevin dynamics at a fixed time.",
  source: cited("kloeden1992"),
  equation:
    "θ_{n+1} = θ_n − h∇Φ[μ_N](θ_n) + √(2τh) ξ_n: |E φ(θ_{t/h}) − E φ(θ(t))| = Ch + O(h²), φ quadratic.",
  experiment: `${WEAK_ORDER_EXPERIMENT}; h = 1/20 … 1/320 (1/1280 in the full variant).`,
  statistic: WEAK_ORDER_STATISTIC,
  validates: "the integrator euler-maruyama: its drift, the strength of its noise, and its weak order",
  predicted: { equals: 1 },
  within: 0.02,
  measure: (context) =>
    weakOrder(
      {
        dynamics: langevin(),
        integrator: "euler-maruyama",
        friction: null,
        steps: context.full ? [20, 40, 80, 160, 320, 640, 1280] : [20, 40, 80, 160, 320],
        predicted: 1,
        caption:
          "Halving the step of noisy gradient descent halves the error of its mean and covariances at a fixed time.",
      },
      context,
    ),
});
