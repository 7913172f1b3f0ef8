// One substep along one axis by the L-stable SDIRK of order 2, γ = 1 − 1/√2, for a frozen potential and τ: the equation is
// linear, and with S = (I + γhL)^{-1} the method is ν = S²μ + β(S²μ − Sμ), β = (1 − 2γ)/γ (Alexander 1977).
// No linear method of order 2 is positive at every h (Bolley, Crouzeix 1978): where most of a cell's mass leaves it within 0.17 h, −β
// wins, as in tails that a steep V sweeps in. So μ⁺ = ν₊ scaled to the mass of ν, the cutoff (Lu, Huang, Van Vleck 2013): as μ ≥ 0
// itself, ∫|ν₊ − μ(h)| ≤ ∫|ν − μ(h)|, and scaling adds as much at most: the order stays. Gibbs fixed. Cost: two tridiagonal solves.

import { Sum } from "../../base/sum.ts";
import { type AxisOptions, BackwardEuler } from "./backward-euler.ts";
import type { Stage } from "./stage.ts";

const GAMMA = 1 - Math.SQRT1_2;
const BETA = (1 - 2 * GAMMA) / GAMMA;

/** Two resolvents of one matrix, combined. */
export class Sdirk implements Stage {
  private readonly first: BackwardEuler;
  private readonly second: BackwardEuler;
  private readonly between: Float64Array;
  private readonly after: Float64Array;
  /** Sums of ν over the cells where it is positive, and of −ν over the others. */
  private kept = 1;
  private lost = 0;

  constructor(options: AxisOptions) {
    const part = { ...options, duration: GAMMA * options.duration };
    this.first = new BackwardEuler(part);
    this.second = new BackwardEuler(part, this.first);
    this.between = new Float64Array(options.grid.size);
    this.after = new Float64Array(options.grid.size);
  }

  get cut(): number {
    return this.lost / (this.kept - this.lost);
  }

  prepare(phi: Float64Array, temperature: number): void {
    this.first.prepare(phi, temperature);
    this.second.prepare(phi, temperature);
  }

  forward(mu: Float64Array): void {
    this.first.forward(mu);
    this.between.set(mu);
    this.second.forward(mu);
    combine(mu, this.between);
    this.cutOff(mu);
    this.after.set(mu);
  }

  derivative(dmu: Float64Array, dphi: Float64Array): void {
    this.first.derivative(dmu, dphi);
    this.between.set(dmu);
    this.second.derivative(dmu, dphi);
    combine(dmu, this.between);
    if (this.lost > 0) this.cutOffDerivative(dmu);
  }

  /** μ ← μ₊ Σμ/Σμ₊ */
  private cutOff(mu: Float64Array): void {
    const kept = new Sum();
    const lost = new Sum();
    for (let i = 0; i < mu.length; i++) {
      if (mu[i] > 0) kept.add(mu[i]);
      else lost.add(-mu[i]);
    }
    this.kept = kept.value();
    this.lost = lost.value();
    // What is not a number stays so, to be seen.
    if (!(this.lost > 0)) return;
    const scale = (this.kept - this.lost) / this.kept;
    for (let i = 0; i < mu.length; i++) mu[i] = mu[i] > 0 ? scale * mu[i] : 0;
  }

  /** d(μ₊ Σμ/Σμ₊) = (Σμ/Σμ₊) dμ₊ + μ⁺ (Σdμ/Σμ − Σdμ₊/Σμ₊) */
  private cutOffDerivative(dmu: Float64Array): void {
    const { after, kept, lost } = this;
    let [whole, positive] = [0, 0];
    for (let i = 0; i < dmu.length; i++) {
      whole += dmu[i];
      if (after[i] > 0) positive += dmu[i];
    }
    const scale = (kept - lost) / kept;
    const growth = whole / (kept - lost) - positive / kept;
    for (let i = 0; i < dmu.length; i++) {
      dmu[i] = after[i] > 0 ? scale * dmu[i] + growth * after[i] : 0;
    }
  }
}

/** The difference has no mass: two weights, rounded, would not add up to 1, and every step would gain the same ε. */
function combine(twice: Float64Array, once: Float64Array): void {
  for (let i = 0; i < twice.length; i++) twice[i] += BETA * (twice[i] - once[i]);
}
