// Euler: y_{n+1} = y_n + h ẏ(y_n, t_n), for dynamics without noise: θ̇ = −D∇Φ, or (θ̇, ω̇) = (ω, −γω − ∇Φ).
// Order 1; one gradient per step; stable for h below 2/λ on a mode θ̇ = −λθ. τ = 0 only.

import { advance, blend, rowsIn } from "../kernels/row-works.ts";
import { method } from "./method.ts";
import { phaseRows } from "./moves.ts";
import { firstOrderOf, isKinetic, type KineticSystem, moved, type ParticleSystem } from "./system.ts";

export const euler = method({
  name: "euler",
  sources: ["hairer1993"],
  needs: ["no noise", "finite friction"],
  make(system, h) {
    const move = isKinetic(system) ? withMomenta(system, h) : descent(system, h);
    return {
      step(n) {
        system.drift.differentiate(n);
        move(n);
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
function descent(system: ParticleSystem, h: number): () => void {
  const { particles, drift, problem } = system;
  const { dimension: p, pass, rows, state } = particles;
  const factors = Array.from(firstOrderOf(system).dynamics.mobility(problem), (mobility) => -mobility);
  const theta = rowsIn(pass, state, rows);
  const { work } = advance(pass, theta, rowsIn(pass, drift.gradient, p), null, factors);
  return () => pass.add(work, h);
}

/** (θ, ω) += h(ω, −γω − ∇Φ). */
function withMomenta(system: KineticSystem, h: number): (n: number) => void {
  const { pass, dimension } = system.particles;
  const { friction } = system.dynamics;
  const { theta, omega, gradient } = phaseRows(system);
  const glide = blend(pass, theta, omega, dimension);
  const { work: pull, setOtherFactors } = advance(
    pass,
    omega,
    gradient,
    omega,
    new Array(dimension).fill(-1),
  );
  return (n) => {
    pass.clear(pull);
    const gamma = friction.at(n * h);
    setOtherFactors(() => -gamma);
    pass.add(glide, 1, 1, h);
    pass.add(pull, h);
  };
}
