// Nesterov's iteration: v = θ_k + β_k(θ_k − θ_{k−1}), θ_{k+1} = v − s∇Φ(v), s = h², for the kinetic equation, τ = 0.
//   γ = r/(t + from): β_k = (T − h)/(T + (r − 1)h), T = kh + from; for from = 0 that is (k − 1)/(k + r − 1), and 0 at k = 0.
//   γ constant: β = (2 − γh)/(2 + γh); with γ = 2√m, for m-strongly convex F, Nesterov's (1 − √(ms))/(1 + √(ms)).
// ω_k = (θ_k − θ_{k−1})/h. As a discretisation of the equation of order 1; one gradient per step, at the lookahead v;
// stable for sλ < 2(1 + β)/(1 + 2β), 4/3 as β → 1. Needs 0 ≤ β: γh ≤ 2, or h ≤ from (from = 0 apart).
// Source: Nesterov 1983; Su, Boyd, Candès, JMLR 17, 2016.

import { TILE } from "../kernels/layout.ts";
import { breachError, nesterovBeta, nesterovBreach } from "./momentum.ts";
import { type Integrator, type KineticSystem, moved } from "./system.ts";

export function nesterovIteration(system: KineticSystem, h: number): Integrator {
  const { friction } = system.dynamics;
  const breach = nesterovBreach(friction, h);
  if (breach !== null) throw breachError(breach);
  return {
    step(n) {
      lookAhead(system, nesterovBeta(friction, h, n), h);
      descend(system, n, h);
    },
  };
}

/** ω ← βω, θ += hω: θ is at v. */
function lookAhead(system: KineticSystem, beta: number, h: number): void {
  const { part, rows, dimension, state } = system.particles;
  const block = dimension * TILE;
  for (let tile = 0; tile < part.tiles; tile++) {
    const theta = tile * rows * TILE;
    const omega = theta + block;
    for (let i = 0; i < block; i++) {
      const velocity = beta * state[omega + i];
      state[omega + i] = velocity;
      state[theta + i] += h * velocity;
    }
  }
  moved(system);
}

/** ω −= h∇Φ(v), θ −= h²∇Φ(v). */
function descend(system: KineticSystem, n: number, h: number): void {
  const { part, rows, dimension, state } = system.particles;
  const { drift } = system;
  const block = dimension * TILE;
  drift.differentiate(n);
  for (let tile = 0; tile < part.tiles; tile++) {
    const theta = tile * rows * TILE;
    const omega = theta + block;
    const from = tile * block;
    for (let i = 0; i < block; i++) {
      const push = h * drift.gradient[from + i];
      state[omega + i] -= push;
      state[theta + i] -= h * push;
    }
  }
  moved(system);
}
