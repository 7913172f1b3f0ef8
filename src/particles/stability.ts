// The largest stable step of an explicit integrator: with Λ the largest |eigenvalue| of θ ↦ ∇Φ[μ_N](θ) linearised
// at the ensemble (the Hessian of N·F_N, mean-field coupling included), 2/(ΛD) for Euler, 2.785/(ΛD) for Runge–Kutta;
// with momenta the largest h that is stable on every mode θ̈ + γθ̇ + λθ = 0, 0 < λ ≤ Λ: 2/√Λ for splittings, and for the
// others what follows from the roots of their recursion. Λ by power iteration on differences of the gradient: O(20) gradients.

import { fillNormals } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { bisectedFully } from "../base/search.ts";
import { TILE } from "../kernels/layout.ts";
import { norm } from "../linear/vector.ts";
import { isFirstOrder, type ParticleSystem } from "./system.ts";

const ROUNDS = 20;

/** Λ of the scaled gradient field D∇Φ at the ensemble's state (team of one). */
export function largestCurvature(system: ParticleSystem): number {
  const { particles, field, problem } = system;
  const { dimension: p, rows, state, part } = particles;
  const mobility = isFirstOrder(system) ? system.dynamics.mobility(problem) : new Float64Array(p).fill(1);
  field.differentiate();
  const base = field.gradient.slice();
  const origin = state.slice();
  const direction = new Float64Array(base.length);
  const [k0, k1] = deriveKey(0, PURPOSE.probe, 0);
  for (let tile = 0; tile < part.tiles; tile++) {
    for (let k = 0; k < p; k++)
      fillNormals(direction, (tile * p + k) * TILE, TILE, k0, k1, tile * TILE, 0, k);
  }
  const theta = Math.max(1, norm(origin) / Math.sqrt(Math.max(1, origin.length)));
  const length = 1e-6 * theta * Math.sqrt(base.length);
  const shifted = new Float64Array(state.length);
  let curvature = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const scale = length / norm(direction);
    if (!Number.isFinite(scale)) return 0;
    shifted.set(origin);
    for (let i = 0; i < direction.length; i++) {
      const tile = Math.floor(i / (p * TILE));
      shifted[tile * rows * TILE + (i % (p * TILE))] += scale * direction[i];
    }
    field.evaluateAt(shifted);
    for (let i = 0; i < direction.length; i++) {
      direction[i] = mobility[Math.floor(i / TILE) % p] * (field.gradient[i] - base[i]);
    }
    curvature = norm(direction) / length;
  }
  field.moved();
  return curvature;
}

/** The largest h ≤ most at which `stable` holds, which it does up to there and not beyond, by bisection. */
export function largestStable(stable: (h: number) => boolean, most: number): number {
  return stable(most) ? most : bisectedFully(0, most, stable)[0];
}
