// The order in h of integrators without noise: the transient of a tanh network, whose errors of θ at t = 1 against an independent
// solution are Ch^p + O(h^{p+1}), as neurons are smooth.

import { type Claim, cited } from "../claims/claim.ts";
import { evolve, gaussian, gradientFlow, kinetic, particles } from "../index.ts";
import { type OrderClaim, orderClaim } from "./support/order-claim.ts";
import { rootMeanSquare, TANH_WIDTH, tanhMotion, tanhTask } from "./support/tanh-network.ts";

const UNTIL = 1;

interface StepOrder extends Omit<OrderClaim, "experiment" | "statistic" | "quick" | "full" | "y" | "errors"> {
  readonly solver: Omit<Parameters<typeof particles>[0], "width" | "seed">;
  /** γ, null for gradient flow. */
  readonly friction: number | null;
  /** 1/h of the coarsest run and of the finest, quick and full; each is twice the one before. */
  readonly steps: readonly [from: number, quick: number, full: number];
}

function stepOrder(asked: StepOrder): Claim {
  const { solver, friction, steps, ...stated } = asked;
  const [from, quick, full] = steps;
  const damped = friction === null ? "" : `, γ = ${friction}`;
  return orderClaim({
    ...stated,
    experiment: `${TANH_WIDTH} neurons ψ = a tanh(wx + b) on 15 points of sin 2x, λ = 0.1, θ, and ω where there is friction, N(0, 1) (seed 1), to t = 1; h = 1/${from} … 1/${quick} (1/${full} in the full variant)${damped}.`,
    statistic:
      "Order in h of the root mean square over neurons of θ_h(1) − θ(1); θ(1) from the equations written out apart, known to 1e-13.",
    quick: [from, quick],
    full: [from, full],
    y: "root mean square error of θ at t = 1",
    errors() {
      const position = { mean: [0, 0, 0], std: [1, 1, 1] };
      const initial = gaussian(friction === null ? position : { ...position, momentum: position });
      const dynamics = friction === null ? gradientFlow() : kinetic({ friction });
      const run = particles({ width: TANH_WIDTH, seed: 1, ...solver });
      let exact: ReturnType<typeof tanhMotion> | null = null;
      return {
        async of(step) {
          const course = { initial, until: UNTIL, step, record: 1 };
          const { snapshots } = await evolve(tanhTask, dynamics, run, course);
          exact ??= tanhMotion(snapshots[0], friction, UNTIL);
          return rootMeanSquare(snapshots[1].theta, exact.theta);
        },
        floor: () => exact!.error,
      };
    },
  });
}

export const eulerOrder = stepOrder({
  id: "euler-order",
  statement: "Gradient descent with step h lies O(h) from the gradient flow of the network at a fixed time.",
  source: cited("hairer1993"),
  equation: "θ_{n+1} = θ_n − h∇Φ[μ_N](θ_n), θ̇ = −∇Φ[μ_N](θ): |θ_{t/h} − θ(t)| = Ch + O(h²).",
  validates:
    "the integrator euler, the force on a neuron, and gradient descent as a discretisation of gradient flow",
  order: 1,
  within: 0.02,
  solver: { integrator: "euler" },
  friction: null,
  steps: [20, 320, 1280],
  caption: "Halving the step of gradient descent halves its distance from the gradient flow.",
});

export const rk4Order = stepOrder({
  id: "rk4-order",
  statement:
    "The classical Runge–Kutta method with step h lies O(h⁴) from the gradient flow of the network at a fixed time.",
  source: cited("hairer1993"),
  equation: "θ̇ = −∇Φ[μ_N](θ), stages (½, ½, 1), weights (1, 2, 2, 1)/6: |θ_{t/h} − θ(t)| = Ch⁴ + O(h⁵).",
  validates: "the integrator rk4 and the force on a neuron",
  order: 4,
  within: 0.1,
  solver: { integrator: "rk4" },
  friction: null,
  steps: [5, 80, 160],
  caption: "Halving the step divides the error of the Runge–Kutta method by 16.",
});

/** Of second order with h² = 2s/(1 + β), γ = 2(1 − β)/((1 + β)h) and the first step of docs/theory.md §2.4. */
export const polyakOrder = stepOrder({
  id: "polyak-order",
  statement:
    "Polyak's iteration with β = (2 − γh)/(2 + γh), s = h²(1 + β)/2 and its matching first step lies O(h²) from the heavy ball.",
  source: cited("polyak1964"),
  equation:
    "θ_{k+1} = θ_k + β(θ_k − θ_{k−1}) − s∇Φ, θ₁ = θ₀ + h(1 − γh/2)ω₀ − (h²/2)∇Φ, against θ̈ + 0.7θ̇ + ∇Φ = 0: error Ch² + O(h³).",
  validates: "Polyak's iteration, the friction and step it stands for, and its first step",
  order: 2,
  within: 0.02,
  solver: { integrator: "polyak" },
  friction: 0.7,
  steps: [10, 160, 640],
  caption: "Halving the step of Polyak's iteration divides its distance from the heavy ball by 4.",
});

/** The reading found in most papers: h = √s, γ = (1 − β)/h. */
export const polyakFirstOrder = stepOrder({
  id: "polyak-first-order",
  statement:
    "Polyak's iteration read with h = √s and γ = (1 − β)/h lies O(h), and no closer, from the heavy ball.",
  source: cited("polyak1964"),
  equation: "θ_{k+1} = θ_k + (1 − γh)(θ_k − θ_{k−1}) − h²∇Φ against θ̈ + 0.7θ̇ + ∇Φ = 0: error Ch + O(h²).",
  validates: "the usual reading of β and s as a friction and a step, and that its order is 1",
  order: 1,
  within: 0.02,
  solver: { integrator: "polyak", order: 1 },
  friction: 0.7,
  steps: [40, 640, 2560],
  caption:
    "Read in the usual way, Polyak's iteration comes closer to the heavy ball only in proportion to its step.",
});
