// The classical Runge–Kutta method, through the ode-rk4 package, for dynamics without noise.
// Order 4; four gradients per step; stable for h below 2.785/λ on a mode θ̇ = −λθ. τ = 0 only.
// Source: Hairer, Nørsett, Wanner, Solving ordinary differential equations I, §II.1.

import rk4Integrator from "ode-rk4";
import { noiselessRate } from "./rate.ts";
import { type Integrator, moved, type ParticleSystem } from "./system.ts";

export function rk4(system: ParticleSystem, h: number): Integrator {
  const rate = noiselessRate(system);
  let now = 0;
  const slope = (out: Float64Array, state: Float64Array, t: number) => rate(out, state, t, now);
  const stepper = rk4Integrator(system.particles.state, slope, 0, h);
  return {
    step(n) {
      now = n;
      stepper.t = n * h;
      stepper.step();
      moved(system);
    },
  };
}
