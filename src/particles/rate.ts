// The velocity of a noiseless system, ẏ = f(y, t): θ̇ = −D∇Φ, or with momenta θ̇ = ω, ω̇ = −γ(t)ω − ∇Φ.

import { TILE } from "../kernels/layout.ts";
import { isFirstOrder, isKinetic, type ParticleSystem } from "./system.ts";

/** Writes ẏ at a state of the ensemble's shape into `slope`. At the ensemble's own state the field is reused. */
export function noiselessRate(
  system: ParticleSystem,
): (slope: Float64Array, state: Float64Array, t: number) => void {
  const { particles, field, problem } = system;
  const { dimension: p, rows, part } = particles;
  const evaluate = (state: Float64Array) => {
    if (state === particles.state) field.differentiate();
    else field.evaluateAt(state);
  };
  if (isFirstOrder(system)) {
    const mobility = system.dynamics.mobility(problem);
    return (slope, state) => {
      evaluate(state);
      const { gradient } = field;
      for (let i = 0; i < slope.length; i++) slope[i] = -mobility[((i / TILE) | 0) % p] * gradient[i];
    };
  }
  if (!isKinetic(system)) throw new Error("unreachable: dynamics are of first or second order");
  const { friction } = system.dynamics;
  return (slope, state, t) => {
    evaluate(state);
    const gamma = friction.at(t);
    for (let tile = 0; tile < part.tiles; tile++) {
      const theta = tile * rows * TILE;
      const omega = theta + p * TILE;
      const from = tile * p * TILE;
      for (let i = 0; i < p * TILE; i++) {
        slope[theta + i] = state[omega + i];
        slope[omega + i] = -gamma * state[omega + i] - field.gradient[from + i];
      }
    }
  };
}
