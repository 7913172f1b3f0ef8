// The velocity of a noiseless system, ẏ = f(y, t): θ̇ = −D∇Φ, or with momenta θ̇ = ω, ω̇ = −γ(t)ω − ∇Φ.

import { TILE } from "../kernels/layout.ts";
import { isFirstOrder, isKinetic, type ParticleSystem } from "./system.ts";

/** ẏ at a state of the ensemble's shape and a time, with the batch of step n. */
export type Velocity = (slope: Float64Array, state: Float64Array, t: number, n: number) => void;

/**
 * Writes ẏ into `slope`, on the rows of θ and ω; rows of memory do not move. At the ensemble's own state the drift is
 * reused.
 */
export function noiselessVelocity(system: ParticleSystem): Velocity {
  const { particles, drift, problem } = system;
  const { dimension: p, rows, part } = particles;
  const evaluate = (state: Float64Array, n: number) => {
    if (state === particles.state) drift.differentiate(n);
    else drift.evaluateAt(state, n);
  };
  if (isFirstOrder(system)) {
    const mobility = system.dynamics.mobility(problem);
    return (slope, state, _t, n) => {
      evaluate(state, n);
      for (let tile = 0; tile < part.tiles; tile++) {
        for (let k = 0; k < p; k++) {
          const to = (tile * rows + k) * TILE;
          const from = (tile * p + k) * TILE;
          for (let lane = 0; lane < TILE; lane++)
            slope[to + lane] = -mobility[k] * drift.gradient[from + lane];
        }
      }
    };
  }
  if (!isKinetic(system)) throw new Error("unreachable: dynamics are of first or second order");
  const { friction } = system.dynamics;
  return (slope, state, t, n) => {
    evaluate(state, n);
    const gamma = friction.at(t);
    for (let tile = 0; tile < part.tiles; tile++) {
      const theta = tile * rows * TILE;
      const omega = theta + p * TILE;
      const from = tile * p * TILE;
      for (let i = 0; i < p * TILE; i++) {
        slope[theta + i] = state[omega + i];
        slope[omega + i] = -gamma * state[omega + i] - drift.gradient[from + i];
      }
    }
  };
}
