// Euler: y_{n+1} = y_n + h ẏ(y_n, t_n), for dynamics without noise: θ̇ = −D∇Φ, or (θ̇, ω̇) = (ω, −γω − ∇Φ).
// Order 1; one gradient per step; stable for h below 2/λ on a mode θ̇ = −λθ. τ = 0 only.

import { noiselessRate } from "./rate.ts";
import { type Integrator, moved, type ParticleSystem } from "./system.ts";

export function euler(system: ParticleSystem, h: number): Integrator {
  const rate = noiselessRate(system);
  const { state } = system.particles;
  const slope = new Float64Array(state.length);
  return {
    step(n) {
      rate(slope, state, n * h, n);
      for (let i = 0; i < state.length; i++) state[i] += h * slope[i];
      moved(system);
    },
  };
}
