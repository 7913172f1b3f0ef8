// One substep along one axis by the L-stable SDIRK of order 2, γ = 1 − 1/√2, for a frozen potential and τ: the equation is
// linear, and with S = (I + γhL)^{-1} the method is μ⁺ = S²μ + β(S²μ − Sμ), β = (1 − 2γ)/γ.
// Mass to round-off, Gibbs measures fixed; μ⁺ may become negative. Cost: two tridiagonal solves. (Alexander 1977)

import { type AxisOptions, BackwardEuler } from "./backward-euler.ts";
import type { Stage } from "./stage.ts";

const GAMMA = 1 - Math.SQRT1_2;
const BETA = (1 - 2 * GAMMA) / GAMMA;

/** Two resolvents of one matrix, combined. */
export class Sdirk implements Stage {
  private readonly first: BackwardEuler;
  private readonly second: BackwardEuler;
  private readonly between: Float64Array;

  constructor(options: AxisOptions) {
    const part = { ...options, duration: GAMMA * options.duration };
    this.first = new BackwardEuler(part);
    this.second = new BackwardEuler(part, this.first);
    this.between = new Float64Array(options.grid.size);
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
  }

  derivative(dmu: Float64Array, dphi: Float64Array): void {
    this.first.derivative(dmu, dphi);
    this.between.set(dmu);
    this.second.derivative(dmu, dphi);
    combine(dmu, this.between);
  }
}

/** The difference has no mass: two weights, rounded, would not add up to 1, and every step would gain the same ε. */
function combine(twice: Float64Array, once: Float64Array): void {
  for (let i = 0; i < twice.length; i++) twice[i] += BETA * (twice[i] - once[i]);
}
