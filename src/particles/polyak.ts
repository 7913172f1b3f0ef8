// Polyak's iteration θ_{k+1} = θ_k + β(θ_k − θ_{k−1}) − s∇Φ(θ_k) for the kinetic equation with constant γ and τ = 0.
//   Order 2, as kicks: v = (1 − γh/2)ω − (h/2)∇Φ(θ), θ⁺ = θ + hv, ω⁺ = (v − (h/2)∇Φ(θ⁺))/(1 + γh/2).
//   Order 1: ω⁺ = βω − h∇Φ(θ), θ⁺ = θ + hω⁺, so that ω is the backward difference (β, s: momentum.ts).
// The kicks are the iteration: with a = γh/2, the last of step k − 1 says (1 + a)ω_k = (θ_k − θ_{k−1})/h − (h/2)∇Φ(θ_k);
// put into the first of step k, θ_{k+1} − θ_k = (1 − a)/(1 + a)·(θ_k − θ_{k−1}) − (h²/2)(1 + (1 − a)/(1 + a))∇Φ(θ_k). It starts
// with θ₁ = θ₀ + h(1 − a)ω₀ − (h²/2)∇Φ(θ₀). The two together: ω_k = (θ_{k+1} − θ_{k−1})/2h, of second order too.
// Order 2 or 1; one gradient per step; stable for sλ < 2(1 + β), which for order 2 is h < 2/√λ whatever γ.
// Needs 0 ≤ β: γh ≤ 2, for order 1 γh ≤ 1. Source: Polyak 1964; as kicks with noise, Brünger, Brooks, Karplus 1984.

import { rounded } from "../base/words.ts";
import { blend } from "../kernels/row-works.ts";
import { method } from "./method.ts";
import { DIGITS, polyakBreach, polyakMomentum } from "./momentum.ts";
import { movesOf, phaseRows } from "./moves.ts";
import { type KineticSystem, kineticOf } from "./system.ts";

export const polyak = method({
  name: "polyak",
  sources: ["polyak1964", "brunger1984"],
  needs: ["momenta", "no noise", "constant friction"],
  settings: {
    order: {
      values: [2, 1],
      description: "2 (default): β = (2 − γh)/(2 + γh), s = h²(1 + β)/2; 1: β = 1 − γh, s = h²; h the step",
      label: (order: number) => `order ${order}`,
    },
  },
  breach: (friction, step, { order }) => polyakBreach({ friction: friction.at(0), step, order }),
  make(system, h, { order }) {
    const kinetic = kineticOf(system);
    const { kick } = movesOf(kinetic);
    const kickAndGlide = kickedAndGlided(kinetic, h);
    const friction = kinetic.dynamics.friction.at(0);
    const { beta } = polyakMomentum({ friction, step: h, order });
    if (order === 1) {
      return {
        step(n) {
          kickAndGlide(n, beta, h);
        },
      };
    }
    const half = (friction * h) / 2;
    return {
      step(n) {
        kickAndGlide(n, 1 - half, h / 2);
        // The gradient where this step ends is the one where the next begins.
        kick(n + 1, h / 2, 1 / (1 + half));
      },
    };
  },
  stableStep(curvature, friction, { order }) {
    const gamma = friction!.at(0);
    return order === 1
      ? Math.min(4 / (gamma + Math.sqrt(gamma * gamma + 4 * curvature)), 1 / gamma)
      : Math.min(2 / Math.sqrt(curvature), 2 / gamma);
  },
  bound(curvature, friction, step, { order }) {
    const { beta, s } = polyakMomentum({ friction: friction.at(0), step, order });
    return { value: s * curvature, most: 2 * (1 + beta), formula: "2(1 + β)" };
  },
  iteration(friction, step, { order }) {
    const { beta, s } = polyakMomentum({ friction: friction.at(0), step, order });
    return `β = ${rounded(beta, DIGITS)}, s = ${rounded(s, DIGITS)} in θ_{k+1} = θ_k + β(θ_k − θ_{k−1}) − s∇Φ(θ_k)`;
  },
});

/** ω ← keep·ω − push·∇Φ, then θ += hω. */
function kickedAndGlided(system: KineticSystem, h: number): (n: number, keep: number, push: number) => void {
  const { drift } = system;
  const { pass, dimension } = system.particles;
  const { omega, gradient } = phaseRows(system);
  const kick = blend(pass, omega, gradient, dimension);
  const { glide } = movesOf(system);
  return (n, keep, push) => {
    drift.differentiate(n);
    pass.add(kick, 1, keep, -push);
    glide(h);
  };
}
