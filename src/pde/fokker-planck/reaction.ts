// Birth–death with Φ frozen, ∂_tμ = −κ μ (ξ − ∫ξ dμ), ξ = Φ + τ log μ, solved exactly: log μ relaxes to −Φ/τ,
// μ⁺ ∝ μ^a e^(−bΦ), a = e^(−κτh), b = (1 − a)/τ (κh at τ = 0). Positive, mass kept, Gibbs measures fixed, and relative
// entropy to e^(−Φ/τ) non-increasing for every h. Cost: a logarithm and an exponential a cell. (Rotskoff et al. 2019)

import { exp, expm1, log } from "../../base/elementary.ts";
import { dotOf, sumOf } from "../../base/sum.ts";
import { massOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Stage } from "./stage.ts";

export interface ReactionOptions {
  readonly grid: Grid;
  /** κ */
  readonly rate: number;
  readonly duration: number;
}

/** The replicator step towards e^(−Φ/τ). */
export function reaction({ grid, rate, duration }: ReactionOptions): Stage {
  const before = new Float64Array(grid.size);
  const after = new Float64Array(grid.size);
  let potential: Float64Array = new Float64Array(0);
  let [power, weight] = [1, 0];
  return {
    prepare(phi, temperature) {
      potential = phi;
      power = exp(-rate * temperature * duration);
      weight = temperature === 0 ? rate * duration : -expm1(-rate * temperature * duration) / temperature;
    },
    forward(mu) {
      before.set(mu);
      const mass = massOf(grid, mu);
      let most = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < mu.length; i++) {
        const exponent = mu[i] > 0 ? power * log(mu[i]) - weight * potential[i] : Number.NEGATIVE_INFINITY;
        after[i] = exponent;
        if (exponent > most) most = exponent;
      }
      for (let i = 0; i < mu.length; i++) mu[i] = exp(after[i] - most);
      const scale = mass / massOf(grid, mu);
      for (let i = 0; i < mu.length; i++) mu[i] *= scale;
      after.set(mu);
    },
    derivative(dmu, dphi) {
      for (let i = 0; i < dmu.length; i++) {
        dmu[i] = before[i] > 0 ? power * (dmu[i] / before[i]) - weight * dphi[i] : 0;
      }
      const mean = dotOf(after, dmu) / sumOf(after);
      for (let i = 0; i < dmu.length; i++) dmu[i] = after[i] * (dmu[i] - mean);
    },
  };
}
