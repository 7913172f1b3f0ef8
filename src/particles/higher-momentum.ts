// Two momenta: θ_{k+1} = θ_k + β₁(θ_k − θ_{k−1}) + β₂(θ_{k−1} − θ_{k−2}) − s∇Φ(θ_k), kinetic dynamics, constant γ, τ = 0.
//   ω_{k+1} = β₁ω_k + β₂ω_{k−1} − (s/h)∇Φ(θ_k), θ_{k+1} = θ_k + hω_{k+1}; β₁ and s from γ, h and β₂ (momentum.ts).
//   Start: θ_{±1} = θ₀ ± hω₀ + (h²/2)θ̈₀, θ̈₀ = −γω₀ − ∇Φ(θ₀), which makes the first step Polyak's of order 2 for every β₂.
// ω_k = (θ_k − θ_{k−1})/h; the one before it is the neuron's `history`. Differences are kept as momenta, so that a torus may
// wrap θ. Order 1 (error −(β₂/(1 + β₂))hθ⃛ in the equation: β₂ > 0 damps a mode λ by hλβ₂/(1 + β₂) more, β₂ < 0 by less), and
// θ of order 2 for β₂ = 0, Polyak's iteration; one gradient per step. Stable for sλ < 2(1 + β₁ − β₂), where β₂ < 0 also
// sλ < (1 + β₂)(1 − β₁ − β₂)/|β₂|. Needs γ > 0 and the roots of z² − β₁z − β₂ inside the unit disc.
// Source: Scieur, Roulet, Bach, d'Aspremont, arXiv 1702.06751 (momentum as linear multistep methods).

import { rounded } from "../base/words.ts";
import { TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
import { method } from "./method.ts";
import { DIGITS, higherBreach, higherMomentum as matched } from "./momentum.ts";
import { movesOf } from "./moves.ts";
import { type KineticSystem, kineticOf } from "./system.ts";

export const higherMomentum = method({
  name: "higher-momentum",
  sources: ["scieur2017"],
  needs: ["momenta", "no noise", "constant friction"],
  settings: {
    beta2: {
      between: [-1, 1],
      description:
        "β₂ of θ_{k+1} = θ_k + β₁(θ_k − θ_{k−1}) + β₂(θ_{k−1} − θ_{k−2}) − s∇Φ; β₁ and s follow from friction and step",
      label: (beta2: number) => `β₂ = ${beta2}`,
    },
  },
  history: true,
  breach: (friction, step, { beta2 }) => higherBreach({ friction: friction.at(0), step, beta2 }),
  make(system, h, { beta2 }) {
    const kinetic = kineticOf(system);
    const { history } = kinetic.particles.layout;
    if (history === null) throw new Error("higher-momentum needs an ensemble with history rows");
    const friction = kinetic.dynamics.friction.at(0);
    const { beta1, s } = matched({ friction, step: h, beta2 });
    const half = (friction * h) / 2;
    const { pass } = kinetic.particles;
    const { glide } = movesOf(kinetic);
    const first = begin(kinetic, history, half, h);
    const later = recur(kinetic, history, beta1, beta2, s / h);
    return {
      step(n) {
        kinetic.drift.differentiate(n);
        pass.add(n === 0 ? first : later);
        glide(h);
      },
    };
  },
  stableStep: (curvature, friction, { beta2 }) => higherLimit(friction!.at(0), beta2, curvature),
  bound(curvature, friction, step, values) {
    const { beta1, beta2, s } = matched({ friction: friction.at(0), step, ...values });
    // Jury's conditions on z³ − (1 + β₁ − sΛ)z² + (β₁ − β₂)z + β₂.
    const flip = { value: s * curvature, most: 2 * (1 + beta1 - beta2), formula: "2(1 + β₁ − β₂)" };
    if (beta2 >= 0) return flip;
    const turn = ((1 + beta2) * (1 - beta1 - beta2)) / -beta2;
    return turn < flip.most ? { ...flip, most: turn, formula: "(1 + β₂)(1 − β₁ − β₂)/|β₂|" } : flip;
  },
  iteration(friction, step, values) {
    const { beta1, beta2, s } = matched({ friction: friction.at(0), step, ...values });
    return `β₁ = ${rounded(beta1, DIGITS)}, β₂ = ${beta2}, s = ${rounded(s, DIGITS)} in θ_{k+1} = θ_k + β₁(θ_k − θ_{k−1}) + β₂(θ_{k−1} − θ_{k−2}) − s∇Φ(θ_k)`;
  },
});

/** sΛ < 2(1 + β₁ − β₂) is h²Λ(1 + β₂) < 4(1 − β₂ − γhβ₂), and the bound for β₂ < 0 is h < γ(1 + β₂)/(Λ|β₂|). */
function higherLimit(gamma: number, beta2: number, curvature: number): number {
  const drag = gamma * beta2;
  const flip = (2 * (1 - beta2)) / (drag + Math.sqrt(drag * drag + curvature * (1 - beta2 * beta2)));
  return beta2 < 0 ? Math.min(flip, (gamma * (1 + beta2)) / (-beta2 * curvature)) : flip;
}

/** (history, ω) ← the backward and the forward difference of θ₀ ± hω₀ + (h²/2)θ̈₀, over h. */
function begin({ particles, drift }: KineticSystem, history: number, half: number, h: number): TileWork {
  const { rows, dimension, state } = particles;
  const { gradient } = drift;
  const block = dimension * TILE;
  return {
    run(first, end) {
      for (let tile = first; tile < end; tile++) {
        const omega = tile * rows * TILE + block;
        const past = (tile * rows + history) * TILE;
        const from = tile * block;
        for (let i = 0; i < block; i++) {
          const velocity = state[omega + i];
          const push = 0.5 * h * gradient[from + i];
          state[past + i] = (1 + half) * velocity + push;
          state[omega + i] = (1 - half) * velocity - push;
        }
      }
    },
  };
}

/** (history, ω) ← (ω, β₁ω + β₂·history − push·∇Φ). */
function recur(
  { particles, drift }: KineticSystem,
  history: number,
  beta1: number,
  beta2: number,
  push: number,
): TileWork {
  const { rows, dimension, state } = particles;
  const { gradient } = drift;
  const block = dimension * TILE;
  return {
    run(first, end) {
      for (let tile = first; tile < end; tile++) {
        const omega = tile * rows * TILE + block;
        const past = (tile * rows + history) * TILE;
        const from = tile * block;
        for (let i = 0; i < block; i++) {
          const velocity = state[omega + i];
          state[omega + i] = beta1 * velocity + beta2 * state[past + i] - push * gradient[from + i];
          state[past + i] = velocity;
        }
      }
    },
  };
}
