// Two momenta: θ_{k+1} = θ_k + β₁(θ_k − θ_{k−1}) + β₂(θ_{k−1} − θ_{k−2}) − s∇Φ(θ_k), kinetic dynamics, constant γ, τ = 0.
//   ω_{k+1} = β₁ω_k + β₂ω_{k−1} − (s/h)∇Φ(θ_k), θ_{k+1} = θ_k + hω_{k+1}; β₁ and s from γ, h and β₂ (momentum.ts).
//   Start: θ_{±1} = θ₀ ± hω₀ + (h²/2)θ̈₀, θ̈₀ = −γω₀ − ∇Φ(θ₀), which makes the first step Polyak's of order 2 for every β₂.
// ω_k = (θ_k − θ_{k−1})/h; the one before it is the neuron's `history`. Differences are kept as momenta, so that a torus may
// wrap θ. Order 1 (error −(β₂/(1 + β₂))hθ⃛ in the equation: β₂ > 0 damps a mode λ by hλβ₂/(1 + β₂) more, β₂ < 0 by less), and
// θ of order 2 for β₂ = 0, Polyak's iteration; one gradient per step. Stable for sλ < 2(1 + β₁ − β₂), where β₂ < 0 also
// sλ < (1 + β₂)(1 − β₁ − β₂)/|β₂|. Needs γ > 0 and the roots of z² − β₁z − β₂ inside the unit disc.
// Source: Scieur, Roulet, Bach, d'Aspremont, arXiv 1702.06751 (momentum as linear multistep methods).

import { TILE } from "../kernels/layout.ts";
import { higherMomentum as matched } from "./momentum.ts";
import { glide } from "./moves.ts";
import type { Integrator, KineticSystem } from "./system.ts";

export function higherMomentum(system: KineticSystem, h: number, beta2: number): Integrator {
  const { particles } = system;
  const { history } = particles.layout;
  if (history === null) throw new Error("higher-momentum needs an ensemble with history rows");
  const friction = system.dynamics.friction.at(0);
  const { beta1, s } = matched({ friction, step: h, beta2 });
  const half = (friction * h) / 2;
  return {
    step(n) {
      system.drift.differentiate(n);
      if (n === 0) begin(system, history, half, h);
      else recur(system, history, beta1, beta2, s / h);
      glide(system, h);
    },
  };
}

/** (history, ω) ← the backward and the forward difference of θ₀ ± hω₀ + (h²/2)θ̈₀, over h. */
function begin(system: KineticSystem, history: number, half: number, h: number): void {
  const { part, rows, dimension, state } = system.particles;
  const { gradient } = system.drift;
  const block = dimension * TILE;
  for (let tile = 0; tile < part.tiles; tile++) {
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
}

/** (history, ω) ← (ω, β₁ω + β₂·history − push·∇Φ). */
function recur(system: KineticSystem, history: number, beta1: number, beta2: number, push: number): void {
  const { part, rows, dimension, state } = system.particles;
  const { gradient } = system.drift;
  const block = dimension * TILE;
  for (let tile = 0; tile < part.tiles; tile++) {
    const omega = tile * rows * TILE + block;
    const past = (tile * rows + history) * TILE;
    const from = tile * block;
    for (let i = 0; i < block; i++) {
      const velocity = state[omega + i];
      state[omega + i] = beta1 * velocity + beta2 * state[past + i] - push * gradient[from + i];
      state[past + i] = velocity;
    }
  }
}
