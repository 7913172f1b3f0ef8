// What is read off a density of phase space: H = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ, and its dissipation
//   γ∫|ω + τ∇_ω log μ|² dμ,   dH/dt = −that,
// moments, mass, faces. Sums over cells: spectrally accurate for a smooth density that vanishes at the faces.

import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import {
  boundaryMassOf,
  entropyOf,
  type FaceMass,
  leastOf,
  massOf,
  momentsOf,
  negativeMassOf,
} from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { positionGrid, positionMarginal } from "../field/phase.ts";
import { eachScore } from "./score.ts";

/** CONTRACT's observables of a phase density that need no other solver. */
export interface KineticObservables {
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
  readonly mass: number;
  readonly min_density: number;
  readonly negative_mass: number;
  readonly boundary_mass: number;
  /** mean_theta_0, var_theta_0, mean_omega_0, var_omega_0, cov_theta_0_omega_0, … */
  readonly [moment: `mean_${string}` | `var_${string}` | `cov_${string}`]: number;
}

/** Reads densities of one problem on one phase grid. */
export class KineticLedger {
  private readonly problem: Problem;
  private readonly dynamics: KineticDynamics;
  private readonly phase: Grid;
  /** Of the problem on the axes of θ. */
  readonly field: GridField;
  private readonly rho: Float64Array;
  private readonly z: Float64Array;

  /** `field`: where one is there already; default its own. */
  constructor(
    problem: Problem,
    dynamics: KineticDynamics,
    phase: Grid,
    field = new GridField(problem, positionGrid(phase)),
  ) {
    this.problem = problem;
    this.dynamics = dynamics;
    this.phase = phase;
    this.field = field;
    this.rho = new Float64Array(field.grid.size);
    this.z = new Float64Array(this.field.count);
  }

  /** The θ-marginal; the array is the ledger's own, valid until the next call. */
  marginal(density: Float64Array): Float64Array {
    positionMarginal(this.phase, density, this.rho);
    return this.rho;
  }

  /** The face with the most mass beside it; null where there is none. */
  face(density: Float64Array): FaceMass | null {
    return boundaryMassOf(this.phase, density);
  }

  /** γ∫|ω + τ∇_ω log μ|² dμ alone, at time t. */
  dissipation(density: Float64Array, t: number): number {
    const { phase, problem, dynamics } = this;
    const tau = problem.temperature;
    const gamma = dynamics.friction.at(t);
    if (gamma === 0) return 0;
    if (tau > 0) return gamma * momentumFisher(phase, density, tau);
    const p = phase.axes.length / 2;
    return gamma * squareOf(momentsOf(phase, density).slice(p), massOf(phase, density));
  }

  /** R(f_ρ), F(ρ) and ½∫|ω|²dμ. */
  energies(
    density: Float64Array,
    laws = momentsOf(this.phase, density),
    mass = massOf(this.phase, density),
  ): Pick<KineticObservables, "risk" | "energy" | "kinetic"> {
    const { field, z } = this;
    const rho = this.marginal(density);
    field.observe(rho, z);
    const risk = field.risk(z);
    const energy = risk + field.externalEnergy(rho, z);
    return { risk, energy, kinetic: 0.5 * squareOf(laws.slice(laws.length / 2), mass) };
  }

  /** All observables of a density at time t (which the friction may depend on); its dissipation is found where it is not given. */
  observe(density: Float64Array, t: number, dissipation = this.dissipation(density, t)): KineticObservables {
    const { phase } = this;
    const { temperature: tau } = this.problem;
    const p = phase.axes.length / 2;
    const mass = massOf(phase, density);
    const laws = momentsOf(phase, density);
    const { risk, energy, kinetic } = this.energies(density, laws, mass);
    const entropy = entropyOf(phase, density);
    const moments: Record<string, number> = {};
    for (let k = 0; k < p; k++) {
      const [theta, omega] = [laws[k], laws[p + k]];
      moments[`mean_theta_${k}`] = theta.mean;
      moments[`var_theta_${k}`] = theta.variance;
      moments[`mean_omega_${k}`] = omega.mean;
      moments[`var_omega_${k}`] = omega.variance;
      moments[`cov_theta_${k}_omega_${k}`] = covarianceOf(phase, density, k, theta.mean, omega.mean);
    }
    return {
      risk,
      energy,
      kinetic,
      entropy,
      free_energy: energy + kinetic + tau * entropy,
      dissipation,
      mass,
      min_density: leastOf(density),
      negative_mass: negativeMassOf(phase, density),
      boundary_mass: boundaryMassOf(phase, density)?.mass ?? 0,
      ...moments,
    };
  }
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

function covarianceOf(
  phase: Grid,
  density: Float64Array,
  k: number,
  meanTheta: number,
  meanOmega: number,
): number {
  const p = phase.axes.length / 2;
  const [theta, omega] = [phase.axes[k], phase.axes[p + k]];
  const [strideTheta, strideOmega] = [phase.strides[k], phase.strides[p + k]];
  // Rows along which θ_k is constant, and in them stretches along which ω_k is.
  let total = 0;
  for (let from = 0; from < phase.size; from += strideTheta) {
    const offTheta = theta.centres[(from / strideTheta) % theta.cells] - meanTheta;
    let row = 0;
    for (let at = from; at < from + strideTheta; at += strideOmega) {
      const offOmega = omega.centres[(at / strideOmega) % omega.cells] - meanOmega;
      let stretch = 0;
      for (let i = at; i < at + strideOmega; i++) stretch += density[i];
      row += offOmega * stretch;
    }
    total += offTheta * row;
  }
  return phase.volume * total;
}
