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
export class Reaction implements Stage {
  private readonly grid: Grid;
  private readonly rate: number;
  private readonly duration: number;
  private power = 1;
  private weight = 0;
  private readonly before: Float64Array;
  private readonly after: Float64Array;
  private phi: Float64Array = new Float64Array(0);

  constructor({ grid, rate, duration }: ReactionOptions) {
    this.grid = grid;
    this.rate = rate;
    this.duration = duration;
    this.before = new Float64Array(grid.size);
    this.after = new Float64Array(grid.size);
  }

  prepare(phi: Float64Array, temperature: number): void {
    const { rate, duration } = this;
    this.phi = phi;
    this.power = exp(-rate * temperature * duration);
    this.weight = temperature === 0 ? rate * duration : -expm1(-rate * temperature * duration) / temperature;
  }

  forward(mu: Float64Array): void {
    const { phi, power, weight, grid } = this;
    this.before.set(mu);
    const mass = massOf(grid, mu);
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < mu.length; i++) {
      const exponent = mu[i] > 0 ? power * log(mu[i]) - weight * phi[i] : Number.NEGATIVE_INFINITY;
      this.after[i] = exponent;
      if (exponent > most) most = exponent;
    }
    for (let i = 0; i < mu.length; i++) mu[i] = exp(this.after[i] - most);
    const scale = mass / massOf(grid, mu);
    for (let i = 0; i < mu.length; i++) mu[i] *= scale;
    this.after.set(mu);
  }

  derivative(dmu: Float64Array, dphi: Float64Array): void {
    const { before, after, power, weight } = this;
    for (let i = 0; i < dmu.length; i++) {
      dmu[i] = before[i] > 0 ? power * (dmu[i] / before[i]) - weight * dphi[i] : 0;
    }
    const mean = dotOf(after, dmu) / sumOf(after);
    for (let i = 0; i < dmu.length; i++) dmu[i] = after[i] * (dmu[i] - mean);
  }
}
