// Euler: y_{n+1} = y_n + h ẏ(y_n, t_n), for dynamics without noise: θ̇ = −D∇Φ, or (θ̇, ω̇) = (ω, −γω − ∇Φ).
// Order 1; one gradient per step; stable for h below 2/λ on a mode θ̇ = −λθ. τ = 0 only.

import { TILE } from "../kernels/layout.ts";
import type { TileWork } from "../kernels/pass.ts";
import type { Drift } from "./drift.ts";
import type { Ensemble } from "./ensemble.ts";
import { method } from "./method.ts";
import { firstOrderOf, isKinetic, moved, type ParticleSystem } from "./system.ts";

export const euler = method({
  name: "euler",
  sources: ["hairer1993"],
  needs: ["no noise", "finite friction"],
  make(system, h) {
    const { particles, drift } = system;
    const { pass } = particles;
    const work = isKinetic(system) ? withMomenta(particles, drift, h) : descent(system, h);
    return {
      step(n) {
        drift.differentiate(n);
        pass.add(work, isKinetic(system) ? system.dynamics.friction.at(n * h) : 0);
        moved(system);
      },
    };
  },
  stableStep(curvature, friction) {
    if (friction === null) return 2 / curvature;
    const gamma = friction.at(0);
    // |1 + hz| < 1 at the roots of z² + γz + λ: h < γ/λ where they are a pair, h < 2/γ as λ → 0.
    return Math.min(gamma / curvature, 2 / gamma);
  },
});

/** θ −= hD∇Φ. */
function descent(system: ParticleSystem, h: number): TileWork {
  const { particles, drift, problem } = system;
  const { dimension: p, rows, state } = particles;
  const mobility = firstOrderOf(system).dynamics.mobility(problem);
  const { gradient } = drift;
  return {
    run(first, end) {
      for (let tile = first; tile < end; tile++) {
        for (let k = 0; k < p; k++) {
          const at = (tile * rows + k) * TILE;
          const from = (tile * p + k) * TILE;
          for (let lane = 0; lane < TILE; lane++) {
            state[at + lane] += h * (-mobility[k] * gradient[from + lane]);
          }
        }
      }
    },
  };
}

/** (θ, ω) += h(ω, −γω − ∇Φ). */
function withMomenta({ dimension, rows, state }: Ensemble, { gradient }: Drift, h: number): TileWork {
  const block = dimension * TILE;
  return {
    run(first, end, gamma) {
      for (let tile = first; tile < end; tile++) {
        const theta = tile * rows * TILE;
        const omega = theta + block;
        const from = tile * block;
        for (let i = 0; i < block; i++) {
          const velocity = state[omega + i];
          state[theta + i] += h * velocity;
          state[omega + i] += h * (-gamma * velocity - gradient[from + i]);
        }
      }
    },
  };
}
