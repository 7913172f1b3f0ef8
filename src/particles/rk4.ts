// The classical Runge–Kutta method, through the ode-rk4 package, for dynamics without noise.
// Order 4; four gradients per step; stable for h below 2.785/λ on a mode θ̇ = −λθ. τ = 0 only.
// Source: Hairer, Nørsett, Wanner, Solving ordinary differential equations I, §II.1.

import rk4Integrator from "ode-rk4";
import { method } from "./method.ts";
import { largestStable } from "./stability.ts";
import { moved } from "./system.ts";
import { noiselessVelocity } from "./velocity.ts";

export const rk4 = method({
  name: "rk4",
  sources: ["hairer1993"],
  needs: ["no noise", "finite friction"],
  gradients: 4,
  make(system, h) {
    const velocity = noiselessVelocity(system);
    let now = 0;
    const slope = (out: Float64Array, state: Float64Array, t: number) => velocity(out, state, t, now);
    const stepper = rk4Integrator(system.particles.state, slope, 0, h);
    return {
      step(n) {
        now = n;
        stepper.t = n * h;
        stepper.step();
        moved(system);
      },
    };
  },
  stableStep: (curvature, friction) =>
    friction === null ? RUNGE_KUTTA_REAL / curvature : rungeKuttaLimit(friction.at(0), curvature),
});

/** Where |1 + z + z²/2 + z³/6 + z⁴/24| = 1 on the negative axis. */
const RUNGE_KUTTA_REAL = 2.785293563405282;

/** Stable on all λ ≤ Λ where it is on λ → 0 and on Λ: the region is convex along the verticals that hold pairs of roots. */
function rungeKuttaLimit(gamma: number, curvature: number): number {
  const split = gamma * gamma - 4 * curvature;
  const slow = RUNGE_KUTTA_REAL / gamma;
  if (split >= 0) return slow;
  const stable = (h: number) => growth((-gamma * h) / 2, (Math.sqrt(-split) * h) / 2) < 1;
  // No pair is stable beyond |hz| = 3.
  return Math.min(slow, largestStable(stable, 3 / Math.sqrt(curvature)));
}

/** |1 + w + w²/2 + w³/6 + w⁴/24| at w = x + iy, by Horner's rule. */
function growth(x: number, y: number): number {
  let [re, im] = [1, 0];
  for (let k = 4; k >= 1; k--) {
    [re, im] = [1 + (re * x - im * y) / k, (re * y + im * x) / k];
  }
  return Math.hypot(re, im);
}
