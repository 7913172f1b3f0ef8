// θ_{n+1} = θ_n − h∇Φ[μ_N](θ_n) against θ̇ = −∇Φ[μ_N](θ): smooth neurons, so the error at a fixed time is Ch
// + O(h²).

import { cited, claim } from "../claims/claim.ts";
import { gradientFlow, particles } from "../index.ts";
import { STEP_ORDER_EXPERIMENT, STEP_ORDER_STATISTIC, stepOrder } from "./support/step-order.ts";
import { TANH_WIDTH } from "./support/tanh-network.ts";

export const eulerOrder = claim({
  id: "euler-order",
  statement: "Gradient descent with step h lies O(h) from the gradient flow of the network at a fixed time.",
  source: cited("hairer1993"),
  equation: "θ_{n+1} = θ_n − h∇Φ[μ_N](θ_n), θ̇ = −∇Φ[μ_N](θ): |θ_{t/h} − θ(t)| = Ch + O(h²).",
  experiment: `${STEP_ORDER_EXPERIMENT}; h = 1/20 … 1/320 (1/1280 in the full variant).`,
  statistic: STEP_ORDER_STATISTIC,
  validates:
    "the integrator euler, the force on a neuron, and gradient descent as a discretisation of gradient flow",
  predicted: { equals: 1 },
  within: 0.02,
  measure: (context) =>
    stepOrder(
      {
        dynamics: gradientFlow(),
        friction: null,
        solver: particles({ width: TANH_WIDTH, seed: 1, integrator: "euler" }),
        steps: context.full ? [20, 40, 80, 160, 320, 640, 1280] : [20, 40, 80, 160, 320],
        predicted: 1,
        caption: "Halving the step of gradient descent halves its distance from the gradient flow.",
      },
      context,
    ),
});
