// What tests of particle methods share: many steps at once, and numbers to test with.

import { type IntegratorName, type IntegratorSettings, makeIntegrator } from "./integrators.ts";
import type { ParticleSystem } from "./system.ts";

/** Steps from t = from·h to t = to·h. */
export function advance(
  system: ParticleSystem,
  name: IntegratorName,
  h: number,
  to: number,
  from = 0,
  settings: IntegratorSettings = {},
): ParticleSystem {
  const integrator = makeIntegrator(name, system, h, settings);
  for (let n = from; n < to; n++) integrator.step(n);
  return system;
}

/** A seeded sequence of uniforms in (0, 1) for test data (Park–Miller). */
export function uniforms(seed: number): () => number {
  let state = (seed * 48271 + 12345) % 2147483647;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
