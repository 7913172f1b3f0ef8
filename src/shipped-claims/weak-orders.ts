// Weak orders on transients, without sampling: all first and second moments of a scheme on N linear neurons at t = 1 against those
// of the equation, which are known in closed form (docs/theory.md §3.1). At rest they would show nothing of BAOAB, which is exact there.

import { type Claim, cited } from "../claims/claim.ts";
import { type IntegratorName, kinetic, langevin } from "../index.ts";
import { linearNeuron } from "../limits/gaussian.ts";
import { exactMoments, MOMENTS_WIDTH, momentsApart, schemeMoments } from "./support/exact-moments.ts";
import { linearProblem } from "./support/neurons.ts";
import { type OrderClaim, orderClaim } from "./support/order-claim.ts";

const UNTIL = 1;
const START = { theta: -1, omega: 0.6, varTheta: 0.3, covariance: 0, varOmega: 0.5 };

/** s = 7/6, c = 1.28, λ = ½, τ = 0.4: far from rest at t = 1. */
const task = linearProblem([1, -0.5, 1.5], [1, 0.3, 2], { lambda: 0.5, tau: 0.4 });

interface WeakOrder extends Omit<OrderClaim, "experiment" | "statistic" | "quick" | "full" | "y" | "errors"> {
  readonly integrator: IntegratorName;
  /** γ, null for Langevin. */
  readonly friction: number | null;
  /** 1/h of the coarsest run and of the finest, quick and full; each is twice the one before. */
  readonly steps: readonly [from: number, quick: number, full: number];
}

function weakOrder(asked: WeakOrder): Claim {
  const { integrator, friction, steps, ...stated } = asked;
  const [from, quick, full] = steps;
  const damped = friction === null ? "" : `γ = ${friction}, `;
  return orderClaim({
    ...stated,
    experiment: `${MOMENTS_WIDTH} neurons ψ = θx, s = 7/6, λ = 1/2, τ = 0.4, i.i.d. from N(−1, 0.3), momenta N(0.6, 0.5), to t = 1; ${damped}h = 1/${from} … 1/${quick} (1/${full} in the full variant).`,
    statistic:
      "Order in h of the Euclidean distance between all first and second moments of (θ_1, …, θ_N), and momenta, at t = 1 under the scheme and under the equation; those of the scheme from its responses to unit noises, without sampling.",
    quick: [from, quick],
    full: [from, full],
    y: "distance of the moments at t = 1",
    errors() {
      const dynamics = friction === null ? langevin() : kinetic({ friction });
      const exact = exactMoments(linearNeuron(task), friction, START, UNTIL);
      return {
        of: (h, count) =>
          momentsApart(schemeMoments(task, dynamics, integrator, { h, count, start: START })[count], exact),
        // Rounding: as many steps, of moments of order 1.
        floor: (last) => last * Number.EPSILON,
      };
    },
  });
}

export const eulerMaruyamaWeakOrder = weakOrder({
  id: "euler-maruyama-weak-order",
  statement:
    "Noisy gradient descent with step h (Euler–Maruyama) errs by O(h) in the moments of mean-field Langevin dynamics at a fixed time.",
  source: cited("kloeden1992"),
  equation:
    "θ_{n+1} = θ_n − h∇Φ[μ_N](θ_n) + √(2τh) ξ_n: |E φ(θ_{t/h}) − E φ(θ(t))| = Ch + O(h²), φ quadratic.",
  validates: "the integrator euler-maruyama: its drift, the strength of its noise, and its weak order",
  order: 1,
  within: 0.02,
  integrator: "euler-maruyama",
  friction: null,
  steps: [20, 320, 1280],
  caption:
    "Halving the step of noisy gradient descent halves the error of its mean and covariances at a fixed time.",
});

/** Half kick, half drift, exact friction and noise, half drift, half kick: a palindrome, whose errors run in even powers of h. */
export const baoabWeakOrder = weakOrder({
  id: "baoab-weak-order",
  statement: "BAOAB with step h errs by O(h²) in the moments of the noisy heavy ball at a fixed time.",
  source: cited("leimkuhler2013"),
  equation:
    "dθ = ω dt, dω = −(ω/2 + ∇Φ[μ_N](θ)) dt + √τ dW by BAOAB: |E φ(θ_{t/h}, ω_{t/h}) − E φ(θ(t), ω(t))| = Ch² + O(h⁴), φ quadratic.",
  validates: "the integrator baoab: drift, kick, friction, the strength of its noise, and its weak order",
  order: 2,
  within: 0.02,
  integrator: "baoab",
  friction: 0.5,
  steps: [5, 80, 320],
  caption: "Halving the step of BAOAB divides the error of its mean and covariances at a fixed time by 4.",
});
