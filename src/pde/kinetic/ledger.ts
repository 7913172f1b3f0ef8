// What is read off a density of phase space: H = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ, and its dissipation
//   γ∫|ω + τ∇_ω log μ|² dμ = γ(∫|ω|²dμ − 2τp + 4τ²∫|∇_ω√μ|²),   dH/dt = −that,
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
import { Fourier } from "../../grid/fourier.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Problem } from "../../problem/problem.ts";
import { GridField } from "../field.ts";
import { eachBlock, gather, LANES } from "./lines.ts";
import { positionGrid, positionMarginal } from "./phase.ts";

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
    const p = phase.axes.length / 2;
    const tau = problem.temperature;
    const gamma = dynamics.friction.at(t);
    if (gamma === 0) return 0;
    const mass = massOf(phase, density);
    const square = squareOf(momentsOf(phase, density).slice(p), mass);
    const fisher = tau === 0 ? 0 : fisherOf(phase, density);
    return gamma * (square - 2 * tau * p * mass + tau * tau * fisher);
  }

  /** All observables of a density at time t (which the friction may depend on); its dissipation is found where it is not given. */
  observe(density: Float64Array, t: number, dissipation = this.dissipation(density, t)): KineticObservables {
    const { phase, field, z } = this;
    const { temperature: tau } = this.problem;
    const p = phase.axes.length / 2;
    const rho = this.marginal(density);
    field.observe(rho, z);
    const risk = field.risk(z);
    const energy = risk + field.externalEnergy(rho, z);
    const mass = massOf(phase, density);
    const laws = momentsOf(phase, density);
    const square = squareOf(laws.slice(p), mass);
    const kinetic = 0.5 * square;
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

/**
 * ∫|∇_ωμ|²/μ as 4∫|∇_ω√μ|², each line's part by Parseval, (Δ/n) Σ_k k²|√μ^_k|²: spectral where √μ is smooth.
 * No division by μ: where μ is rounding noise ε, √μ is √ε at most and its derivative √ε π/Δ, so that the tails add at
 * most 4 ε (π/Δ)² × their volume (1e-10 for ε = 1e-17, Δ = 0.01 on a volume of 25), and cells with μ < 0 count as 0.
 */
export function fisherOf(phase: Grid, density: Float64Array): number {
  const p = phase.axes.length / 2;
  let total = 0;
  for (let axis = p; axis < 2 * p; axis++) {
    const { cells, low, high } = phase.axes[axis];
    // An odd number of cells (scheme positive) is padded by one empty cell: the density vanishes at the faces.
    const length = cells + (cells % 2);
    const period = ((high - low) * length) / cells;
    const fourier = new Fourier(length);
    const lines = new Float64Array(LANES * cells);
    const pair = new Float64Array(2 * length);
    const spectrum = new Float64Array(2 * length);
    const squares = Float64Array.from({ length }, (_, k) => {
      const wave = (2 * Math.PI * Math.min(k, length - k)) / period;
      return wave * wave;
    });
    let sum = 0;
    eachBlock(phase, axis, (block) => {
      gather(density, block, cells, lines);
      for (let lane = 0; lane < block.lanes; lane += 2) {
        roots(lines, lane * cells, lane + 1 < block.lanes, cells, pair);
        fourier.transform(spectrum, pair);
        sum += weighted(spectrum, squares);
      }
    });
    total += (4 * phase.volume * sum) / length;
  }
  return total;
}

/** Two lines as one complex one: the cross terms of |X + iY|² cancel between k and −k. */
function roots(lines: Float64Array, from: number, two: boolean, cells: number, pair: Float64Array): void {
  for (let i = 0; i < cells; i++) {
    const first = lines[from + i];
    const second = two ? lines[from + cells + i] : 0;
    pair[2 * i] = first > 0 ? Math.sqrt(first) : 0;
    pair[2 * i + 1] = second > 0 ? Math.sqrt(second) : 0;
  }
}

function weighted(spectrum: Float64Array, squares: Float64Array): number {
  let total = 0;
  for (let k = 0; k < squares.length; k++) {
    total += squares[k] * (spectrum[2 * k] * spectrum[2 * k] + spectrum[2 * k + 1] * spectrum[2 * k + 1]);
  }
  return total;
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
