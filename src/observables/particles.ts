// What is read off N neurons: the observables of list.ts, and the dissipation. Cost O(N·p), plus one observation of f_N where it is not
// up to date.

import { isNoisy, jumpRate } from "../dynamics/dynamics.ts";
import { TILE } from "../kernels/layout.ts";
import { potentialVariance } from "../particles/birth-death.ts";
import { average } from "../particles/ensemble.ts";
import { isFirstOrder, isKinetic, type ParticleSystem } from "../particles/system.ts";
import { kineticEnergy } from "./energies.ts";
import { addCentredProducts } from "./lanes.ts";
import { Recorder } from "./list.ts";
import type { Observables } from "./observer.ts";

/**
 * The rate at which energy (+ kinetic) falls, at time t: ⟨∇Φ·D∇Φ⟩ for first-order dynamics without noise, with births and
 * deaths + κ Var_{μ_N} Φ (in expectation, to O(h) + O(1/N)); γ(2·kinetic − τp) with momenta (in expectation where τ > 0).
 * Null for Langevin noise, where an ensemble has none.
 */
export function dissipationRate(system: ParticleSystem, t: number): number | null {
  const { problem, particles, field } = system;
  if (isKinetic(system)) {
    const doubled = 2 * (kineticEnergy(particles) ?? 0) - problem.temperature * problem.dimension;
    // Nesterov's friction is infinite at t = 0, where momenta are zero: γ|ω|² → 0.
    return doubled === 0 ? 0 : system.dynamics.friction.at(t) * doubled;
  }
  if (isNoisy(problem, system.dynamics) || !isFirstOrder(system)) return null;
  const mobility = system.dynamics.mobility(problem);
  field.differentiate();
  const { dimension: p, rows } = particles;
  const { gradient } = field;
  const out = new Float64Array(1);
  average(particles, 1, out, (base, lanes, sums) => {
    for (let k = 0; k < p; k++) {
      const at = (base / rows) * p + k * TILE;
      addCentredProducts(sums, 0, mobility[k], gradient, at, 0, at, 0, lanes);
    }
  });
  const rate = jumpRate(system.dynamics);
  return out[0] + (rate > 0 ? rate * potentialVariance(system) : 0);
}

/** Everything at time t that is read off the neurons; `recorder`: of the run that they are of. */
export function observe(
  system: ParticleSystem,
  t = 0,
  recorder = new Recorder({ holds: "network", problem: system.problem, dynamics: system.dynamics }),
): Observables {
  system.field.observe();
  return recorder.network({ system, t });
}
