// The ledger of a density of phase space: H = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ, and its dissipation
//   γ∫|ω + τ∇_ω log μ|² dμ,   dH/dt = −that.
// Sums over cells: spectrally accurate for a smooth density that vanishes at the faces.

import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import { entropyOf, noiseBetween } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { positionGrid } from "../field/phase.ts";
import { PhaseSums } from "./phase-sums.ts";
import { scoreSquares } from "./score.ts";

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

/**
 * Reads densities of one problem on one phase grid. `field`: where one is there already; default its own. `epoch`: where what is read is one
 * array over and over, a number that changes with it, so that it is summed once for all that is asked of it.
 */
export function kineticLedger(
  problem: Problem,
  dynamics: KineticDynamics,
  phase: Grid,
  field = new GridField(problem, positionGrid(phase)),
  epoch: (() => number) | null = null,
) {
  const sums = new PhaseSums(phase);
  const fisher = momentumFisherOf(phase);
  const z = new Float64Array(field.count);
  let last: { readonly density: Float64Array; readonly epoch: number } | null = null;

  /** What that density is summed to, valid until the next one. */
  function sumsOf(density: Float64Array): PhaseSums {
    const now = epoch?.() ?? null;
    if (now !== null && last?.density === density && last.epoch === now) return sums;
    sums.read(density);
    last = now === null ? null : { density, epoch: now };
    return sums;
  }

  /** γ∫|ω + τ∇_ω log μ|² dμ alone, at time t. */
  function dissipation(density: Float64Array, t: number): number {
    const tau = problem.temperature;
    const gamma = dynamics.friction.at(t);
    if (gamma === 0) return 0;
    const read = sumsOf(density);
    return gamma * (tau > 0 ? fisher(density, tau, read) : squareOf(read));
  }

  return {
    /** Of the problem on the axes of θ. */
    field,
    sumsOf,
    dissipation,
    /** ½∫|ω|²dμ */
    kinetic: (density: Float64Array) => 0.5 * squareOf(sumsOf(density)),
    /** All of them, of a density at time t (which the friction may depend on). */
    observe(density: Float64Array, t: number): KineticEnergies {
      const read = sumsOf(density);
      field.observe(read.rho, z);
      const risk = field.risk(z);
      const energy = risk + field.externalEnergy(read.rho, z);
      const kinetic = 0.5 * squareOf(read);
      const entropy = entropyOf(phase, density);
      return {
        risk,
        energy,
        kinetic,
        entropy,
        free_energy: energy + kinetic + problem.temperature * entropy,
        dissipation: dissipation(density, t),
      };
    },
  };
}

/** ∫|ω|² = Σ Var + (2 − mass) mean², where variances are about the mean of an unnormalised measure. */
function squareOf(sums: PhaseSums): number {
  const mass = sums.mass();
  return sums
    .momentumLaws()
    .reduce((sum, { mean, variance }) => sum + variance + (2 - mass) * mean * mean, 0);
}

/** ∫|ω + τ∇_ω log μ|² dμ of densities on that phase space, a sum of squares (score.ts). */
export function momentumFisherOf(phase: Grid) {
  const p = phase.axes.length / 2;
  const squares = phase.axes.slice(p).map(({ centres }, k) => scoreSquares(phase, p + k, centres));
  return (density: Float64Array, temperature: number, { least, most }: Cells): number => {
    const noise = noiseBetween(least, most);
    return phase.volume * squares.reduce((sum, along) => sum + along(density, temperature, noise), 0);
  };
}

type Cells = Pick<PhaseSums, "least" | "most">;
