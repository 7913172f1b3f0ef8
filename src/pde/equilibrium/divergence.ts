// KL(μ ‖ ν) on the cells of a grid, ν known by its logarithm, which does not underflow: of θ alone, or a product ρ ⊗ M of a measure
// of θ and one of ω. Σ [μ log(μ/ν) − μ + ν] |cell|, terms ≥ 0 for μ ≥ 0: no cancellation near μ = ν (base/relative-entropy.ts).

import { exp } from "../../base/elementary.ts";
import { divergenceTerm } from "../../base/relative-entropy.ts";

/** log ν at the cells, θ's outer, ω's inner: logarithms of densities of mass 1. */
export interface Reference {
  readonly theta: Float64Array;
  /** Where there are no momenta a single 0. */
  readonly omega: Float64Array;
}

export interface DivergenceOptions {
  /** Of a cell of the grid. */
  volume: number;
  /** Of μ, which is divided by it; default 1. */
  mass?: number;
  /** What μ is known to: cells where it is nearer to ν than that do not count. Default 0. */
  noise?: number;
}

/**
 * KL(μ/mass ‖ ν). A cell with μ < 0 has no entropy, as in the free energy. Relative error: of log(μ/ν), ε|log μ|, over its size, so
 * about 1e-15/√KL down to 1e-28; where μ is known to `noise` only, noise × |log(μ/ν)| × the volume of the cells left out.
 */
export function divergenceOf(
  density: Float64Array,
  { theta, omega }: Reference,
  { volume, mass = 1, noise = 0 }: DivergenceOptions,
): number {
  const inner = omega.length;
  let total = 0;
  let lost = 0;
  for (let i = 0; i < theta.length; i++) {
    let row = 0;
    for (let j = 0, at = i * inner; j < inner; j++, at++) {
      const mu = density[at] / mass;
      const logNu = theta[i] + omega[j];
      if (noise > 0 && Math.abs(mu - exp(logNu)) <= noise) continue;
      row += divergenceTerm(mu, logNu);
    }
    const next = total + row;
    lost += total >= Math.abs(row) ? total - next + row : row - next + total;
    total = next;
  }
  return volume * (total + lost);
}
