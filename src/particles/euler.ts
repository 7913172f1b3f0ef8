// Euler: y_{n+1} = y_n + h ẏ(y_n, t_n), for dynamics without noise: θ̇ = −D∇Φ, or (θ̇, ω̇) = (ω, −γω − ∇Φ).
// Order 1; one gradient per step; stable for h below 2/λ on a mode θ̇ = −λθ. τ = 0 only.

import { method } from "./method.ts";
import { moved } from "./system.ts";
import { noiselessVelocity } from "./velocity.ts";

export const euler = method({
  name: "euler",
  sources: ["hairer1993"],
  needs: ["no noise", "finite friction"],
  make(system, h) {
    const velocity = noiselessVelocity(system);
    const { state } = system.particles;
    const slope = new Float64Array(state.length);
    return {
      step(n) {
        velocity(slope, state, n * h, n);
        for (let i = 0; i < state.length; i++) state[i] += h * slope[i];
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
