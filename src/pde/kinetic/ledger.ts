// The ledger of a density of phase space: H = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ, and its dissipation
//   γ∫|ω + τ∇_ω log μ|² dμ,   dH/dt = −that.
// Sums over cells: spectrally accurate for a smooth density that vanishes at the faces.

import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import { entropyOf, massOf, momentsOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { positionGrid, positionMarginal } from "../field/phase.ts";
import { eachScore } from "./score.ts";

/** H with its parts, and how fast it falls. */
export interface KineticEnergies {
  /** R(f_ρ) */
  readonly risk: number;
  /** F(ρ) */
  readonly energy: number;
  /** ½∫|ω|²dμ */
  readonly kinetic: number;
  /** ∫μ log μ over cells with μ > 0 */
  readonly entropy: number;
  /** H */
  readonly free_energy: number;
  readonly dissipation: number;
}

export type KineticLedger = ReturnType<typeof kineticLedger>;

/** Reads densities of one problem on one phase grid. `field`: where one is there already; default its own. */
export function kineticLedger(
  problem: Problem,
  dynamics: KineticDynamics,
  phase: Grid,
  field = new GridField(problem, positionGrid(phase)),
) {
  const rho = new Float64Array(field.grid.size);
  const z = new Float64Array(field.count);

  /** The θ-marginal; the array is the ledger's own, valid until the next call. */
  function marginal(density: Float64Array): Float64Array {
    positionMarginal(phase, density, rho);
    return rho;
  }

  /** γ∫|ω + τ∇_ω log μ|² dμ alone, at time t. */
  function dissipation(density: Float64Array, t: number): number {
    const tau = problem.temperature;
    const gamma = dynamics.friction.at(t);
    if (gamma === 0) return 0;
    if (tau > 0) return gamma * momentumFisher(phase, density, tau);
    const p = phase.axes.length / 2;
    return gamma * squareOf(momentsOf(phase, density).slice(p), massOf(phase, density));
  }

  /** ½∫|ω|²dμ */
  function kinetic(density: Float64Array): number {
    const laws = momentsOf(phase, density);
    return 0.5 * squareOf(laws.slice(laws.length / 2), massOf(phase, density));
  }

  return {
    /** Of the problem on the axes of θ. */
    field,
    marginal,
    dissipation,
    kinetic,
    /** All of them, of a density at time t (which the friction may depend on). */
    observe(density: Float64Array, t: number): KineticEnergies {
      marginal(density);
      field.observe(rho, z);
      const risk = field.risk(z);
      const energy = risk + field.externalEnergy(rho, z);
      const moving = kinetic(density);
      const entropy = entropyOf(phase, density);
      return {
        risk,
        energy,
        kinetic: moving,
        entropy,
        free_energy: energy + moving + problem.temperature * entropy,
        dissipation: dissipation(density, t),
      };
    },
  };
}

/** ∫|ω|² = Σ Var + (2 − mass) mean², where momentsOf takes variances about the mean of an unnormalised measure. */
function squareOf(laws: readonly { mean: number; variance: number }[], mass: number): number {
  return laws.reduce((sum, { mean, variance }) => sum + variance + (2 - mass) * mean * mean, 0);
}

/** ∫|ω + τ∇_ω log μ|² dμ, a sum of squares (score.ts). */
export function momentumFisher(phase: Grid, density: Float64Array, temperature: number): number {
  const p = phase.axes.length / 2;
  let total = 0;
  for (let axis = p; axis < 2 * p; axis++) {
    const { cells, centres } = phase.axes[axis];
    eachScore(phase, density, axis, temperature, centres, ({ lanes }, scores) => {
      let sum = 0;
      for (let at = 0; at < lanes * cells; at++) sum += scores[at] * scores[at];
      total += sum;
    });
  }
  return phase.volume * total;
}
