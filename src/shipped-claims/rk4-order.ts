// The classical Runge–Kutta method on θ̇ = −∇Φ[μ_N](θ), smooth neurons: the error at a fixed time is Ch⁴ +
// O(h⁵).

import { cited, claim } from "../claims/claim.ts";
import { gradientFlow, particles } from "../index.ts";
import { STEP_ORDER_EXPERIMENT, STEP_ORDER_STATISTIC, stepOrder } from "./support/step-order.ts";
import { TANH_WIDTH } from "./support/tanh-network.ts";

export const rk4Order = claim({
  id: "rk4-order",
  statement:
    "The classical Runge–Kutta method with step h lies O(h⁴) from the gradient flow of the network at a fixed time.",
  source: cited("hairer1993"),
  equation: "θ̇ = −∇Φ[μ_N](θ), stages (½, ½, 1), weights (1, 2, 2, 1)/6: |θ_{t/h} − θ(t)| = Ch⁴ + O(h⁵).",
  experiment: `${STEP_ORDER_EXPERIMENT}; h = 1/5 … 1/80 (1/160 in the full variant).`,
  statistic: STEP_ORDER_STATISTIC,
  validates: "the integrator rk4 and the force on a neuron",
  predicted: { equals: 4 },
  within: 0.1,
  measure: (context) =>
    stepOrder(
      {
        dynamics: gradientFlow(),
        friction: null,
        solver: particles({ width: TANH_WIDTH, seed: 1, integrator: "rk4" }),
        steps: context.full ? [5, 10, 20, 40, 80, 160] : [5, 10, 20, 40, 80],
        predicted: 4,
        caption: "Halving the step divides the error of the Runge–Kutta method by 16.",
      },
      context,
    ),
});
