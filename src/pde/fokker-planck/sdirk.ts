// One substep along one axis by the L-stable SDIRK of order 2, γ = 1 − 1/√2, for a frozen potential and τ: the equation is
// linear, and with S = (I + γhL)^{-1} the method is ν = S²μ + β(S²μ − Sμ), β = (1 − 2γ)/γ (Alexander 1977).
// No linear method of order 2 is positive at every h (Bolley, Crouzeix 1978): where most of a cell's mass leaves it within 0.17 h, −β
// wins, as in tails that a steep V sweeps in. So μ⁺ = ν₊ scaled to the mass of ν, the cutoff (Lu, Huang, Van Vleck 2013): as μ ≥ 0
// itself, ∫|ν₊ − μ(h)| ≤ ∫|ν − μ(h)|, and scaling adds as much at most: the order stays. Gibbs fixed. Cost: two tridiagonal solves.

import { Sum } from "../../base/sum.ts";
import { type AxisOptions, backwardEuler } from "./backward-euler.ts";
import type { Stage } from "./stage.ts";

const GAMMA = 1 - Math.SQRT1_2;
const BETA = (1 - 2 * GAMMA) / GAMMA;

/** Two resolvents of one matrix, combined. */
export function sdirk(options: AxisOptions): Required<Stage> {
  const first = backwardEuler({ ...options, duration: GAMMA * options.duration });
  const second = first.again();
  const between = new Float64Array(options.grid.size);
  const after = new Float64Array(options.grid.size);
  /** Sums of ν over the cells where it is positive, and of −ν over the others. */
  let [positive, negative] = [1, 0];

  /** μ ← μ₊ Σμ/Σμ₊ */
  function cutOff(mu: Float64Array): void {
    const above = new Sum();
    const below = new Sum();
    for (let i = 0; i < mu.length; i++) {
      if (mu[i] > 0) above.add(mu[i]);
      else below.add(-mu[i]);
    }
    positive = above.value();
    negative = below.value();
    // What is not a number stays so, to be seen.
    if (!(negative > 0)) return;
    const scale = (positive - negative) / positive;
    for (let i = 0; i < mu.length; i++) mu[i] = mu[i] > 0 ? scale * mu[i] : 0;
  }

  /** d(μ₊ Σμ/Σμ₊) = (Σμ/Σμ₊) dμ₊ + μ⁺ (Σdμ/Σμ − Σdμ₊/Σμ₊) */
  function cutOffDerivative(dmu: Float64Array): void {
    let [whole, above] = [0, 0];
    for (let i = 0; i < dmu.length; i++) {
      whole += dmu[i];
      if (after[i] > 0) above += dmu[i];
    }
    const scale = (positive - negative) / positive;
    const growth = whole / (positive - negative) - above / positive;
    for (let i = 0; i < dmu.length; i++) {
      dmu[i] = after[i] > 0 ? scale * dmu[i] + growth * after[i] : 0;
    }
  }

  return {
    get cut() {
      return negative / (positive - negative);
    },
    prepare: first.prepare,
    forward(mu) {
      first.forward(mu);
      between.set(mu);
      second.forward(mu);
      combine(mu, between);
      cutOff(mu);
      after.set(mu);
    },
    derivative(dmu, dphi) {
      first.derivative(dmu, dphi);
      between.set(dmu);
      second.derivative(dmu, dphi);
      combine(dmu, between);
      if (negative > 0) cutOffDerivative(dmu);
    },
  };
}

/** The difference has no mass: two weights, rounded, would not add up to 1, and every step would gain the same ε. */
function combine(twice: Float64Array, once: Float64Array): void {
  for (let i = 0; i < twice.length; i++) twice[i] += BETA * (twice[i] - once[i]);
}
