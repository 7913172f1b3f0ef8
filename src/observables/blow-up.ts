// When a functional X that must fall has blown up: X = F + K of N neurons (F energy, K kinetic energy), E_τ or H of a density, and
//   X > 100 (|X(0)| + pτ + 1) + max(0, K − X)
// or X is no number. pτ is what noise may add to F + K (half of it to each quadratic term, by equipartition). Where F has no least
// value K rises as F falls, and errors of their sum are relative to them: hence the last term, 0 where X − K = F ≥ 0.

import { rounded } from "../base/words.ts";
import type { ParticleSystem } from "../particles/system.ts";
import { riskAt } from "../problem/problem.ts";
import { kineticEnergy } from "./energies.ts";
import type { Observables } from "./observer.ts";

/** How many times its start, noise and 1 together a functional may reach. */
const MOST_GROWTH = 100;

/** The bound on X of one run. */
export class Ceiling {
  private readonly height: number;

  /** `start` = X(0); `heat` = pτ, 0 without noise. */
  constructor(
    private readonly start: number,
    private readonly heat: number,
  ) {
    this.height = MOST_GROWTH * (Math.abs(start) + heat + 1);
  }

  /** Whether X, of which `kinetic` is K, is above. */
  isExceeded(x: number, kinetic = 0): boolean {
    return !(x <= this.height + Math.max(0, kinetic - x));
  }

  /** What happened to X, called `name`, which is `x` now. */
  text(name: string, x: number): string {
    const { start, heat, height } = this;
    const rule = `${MOST_GROWTH} (|start|${heat > 0 ? " + pτ" : ""} + 1)`;
    return `blow-up: ${name} rose from ${rounded(start, 4)} to ${rounded(x, 4)}, above ${rule} = ${rounded(height, 4)}`;
  }
}

/** X of N neurons from what is recorded: F, with momenta F + K. */
export function lyapunovOf({ energy, kinetic = 0 }: Observables): number {
  return energy + kinetic;
}

/**
 * F + K at every step for little, without W where that would cost more, or the gradient is taken elsewhere than where steps begin
 * (`observed` false: the risk is then that of the neurons last observed). Where it is low so is F + K, but for what W adds.
 */
export function levelOf(system: ParticleSystem, observed: boolean): number {
  const { problem, particles, field } = system;
  if (observed) field.observe();
  const interaction = observed ? field.momentEnergy() : 0;
  const kinetic = kineticEnergy(particles) ?? 0;
  return riskAt(problem, field.outputs) + field.potentialEnergy() + interaction + kinetic;
}
