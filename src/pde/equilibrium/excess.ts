// How far a density is above the optimum of its cells, without the difference of two energies (docs/theory.md §3.6; no W, τ > 0):
//   E_τ(μ) − E_τ(μ*) = B_R(f_μ, f_*) + τ KL(μ ‖ μ*),   H(μ) − H* = B_R(f_ρ, f_*) + τ KL(μ ‖ ρ* ⊗ N(0, τI)),
// B_R the Bregman divergence of the risk, μ* (of θ: ρ*) the Gibbs fixed point on the same cells, N(0, τI) normalised on those of ω.
// Relative error about 1e-15/√excess, down to 1e-28. Schemes for first-order dynamics rest at that μ*. Splittings in phase space rest
// O(h²) beside it, O(h⁴) for order 4: the excess then ends on a level, H of their rest less H*, of the square of that.

import { leastCell, massOf, noiseOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import { type Problem, riskDivergence } from "../../problem/problem.ts";
import type { Features } from "../field/features.ts";
import type { GridField } from "../field/field.ts";
import { logMaxwellian, positionMarginal } from "../field/phase.ts";
import { logPartitionOf, toLogGibbs } from "./certificate.ts";
import { divergenceOf } from "./divergence.ts";
import { directionWork } from "./gibbs-newton.ts";
import { stationary } from "./stationary.ts";

/** Most coordinates of θ; most multiplications that an iteration towards μ* may cost: some seconds in all. */
const MOST_COORDINATES = 2;
const MOST_WORK = 2 ** 27;

/** True where the excess is defined and μ* unique: p ≤ 2, τ > 0, no W, a V that confines or the torus. */
export function hasExcess({ dimension, temperature, interaction, domain, potential }: Problem): boolean {
  const rests = domain === "torus" || potential.confining;
  return dimension <= MOST_COORDINATES && temperature > 0 && interaction === null && rests;
}

/** Why μ* is not looked for with those features, or null. */
export function tooDear(features: Pick<Features, "distinct" | "inner">): string | null {
  const work = directionWork(features);
  if (work <= MOST_WORK) return null;
  const { distinct, inner } = features;
  return `${distinct} inputs on ${inner} cells take ${work.toExponential(1)} multiplications an iteration; allowed: ${MOST_WORK.toExponential(1)}`;
}

export type Excess = ReturnType<typeof excessAbove>;

/**
 * Reads the excess off densities of one problem; holds μ*, and its own memory.
 * `field`: on the cells of θ; `phase`: where there are momenta. Errors: those of `stationary` with that leak.
 */
export function excessAbove(field: GridField, options: { phase?: Grid; leak?: number } = {}) {
  const { phase = null, leak } = options;
  const { problem, grid } = field;
  const { temperature } = problem;
  const { density: equilibrium, numbers } = stationary(field, leak === undefined ? {} : { leak });
  const outputs = numbers.slice(0, field.outputs);
  const z = new Float64Array(field.count);
  const rho = new Float64Array(phase === null ? 0 : grid.size);
  const phi = new Float64Array(grid.size);
  field.potential(numbers, phi);
  const least = leastCell(phi);
  toLogGibbs(phi, least, temperature, logPartitionOf(phi, least, temperature, grid.volume));
  const reference = {
    theta: phi,
    omega: phase === null ? Float64Array.of(0) : logMaxwellian(phase, temperature),
  };

  return {
    /** μ* (of θ: ρ*). */
    equilibrium,
    /** Of a density: ≥ 0 where it has no negative cells, whose noise in phase space does not count. */
    of(density: Float64Array): number {
      const cells = phase ?? grid;
      const mass = massOf(cells, density);
      if (phase !== null) positionMarginal(phase, density, rho);
      field.observe(phase === null ? density : rho, z);
      for (let i = 0; i < outputs.length; i++) z[i] /= mass;
      // Transforms along whole lines leave noise in every cell; the steps of first-order dynamics none.
      const noise = phase === null ? 0 : noiseOf(density);
      const divergence = divergenceOf(density, reference, { volume: cells.volume, mass, noise });
      return riskDivergence(problem, z, outputs) + temperature * divergence;
    },
  };
}
