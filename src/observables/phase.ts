// What is recorded of a density of phase space (names as in the experiment file's contract): H and its parts, the
// certificate of its marginal ρ (THEORY §3.6: "in phase space use ρ"), and that of H itself,
//   H(μ) − (D(g) − (pτ/2) log 2πτ) = τ KL(μ ‖ μ̂ ⊗ N(0, τI)) ≥ H(μ) − H*:  the distance to the product Gibbs measure;
// and where it is proved to fall, ℰ = H − H* + β∫(Y + X/√Λ)²dμ, which has no plateaus (pde/kinetic/hypocoercive.ts).

import { log } from "../base/elementary.ts";
import type { KineticDynamics } from "../dynamics/dynamics.ts";
import type { FaceMass } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { Certifier, certifiable } from "../pde/certificate.ts";
import type { GridField } from "../pde/field.ts";
import type { HypocoerciveFunctional } from "../pde/kinetic/hypocoercive.ts";
import { KineticLedger } from "../pde/kinetic/ledger.ts";
import type { Problem } from "../problem/problem.ts";
import type { Observables } from "./particles.ts";

/** Observes densities of (θ, ω). */
export class PhaseObserver {
  private readonly problem: Problem;
  private readonly ledger: KineticLedger;
  private readonly field: GridField;
  private readonly certifier: Certifier | null;
  private readonly hypocoercive: HypocoerciveFunctional | null;
  private readonly z: Float64Array;

  /** `field`: of the problem on the axes of θ, where one is there already. */
  constructor(
    problem: Problem,
    dynamics: KineticDynamics,
    phase: Grid,
    hypocoercive: HypocoerciveFunctional | null = null,
    field?: GridField,
  ) {
    this.problem = problem;
    this.hypocoercive = hypocoercive;
    this.ledger = new KineticLedger(problem, dynamics, phase, field);
    this.field = this.ledger.field;
    this.certifier = certifiable(problem) ? new Certifier(this.field) : null;
    this.z = new Float64Array(this.field.count);
  }

  /** f at the M data points. */
  outputs(density: Float64Array): Float64Array {
    this.field.observe(this.ledger.marginal(density), this.z);
    return this.z.slice(0, this.field.outputs);
  }

  /** Everything at time t; the dissipation is given, as it is known at every step. */
  observe(density: Float64Array, t: number, dissipation: number): Observables {
    const { problem, ledger, field, certifier, hypocoercive, z } = this;
    const { risk, energy, kinetic, entropy, free_energy, ...rest } = ledger.observe(density, t, dissipation);
    const out: Observables = {
      ...(problem.data.size > 0 ? { risk } : {}),
      energy,
      kinetic,
      entropy,
      free_energy,
      dissipation,
    };
    if (certifier !== null) {
      const rho = ledger.marginal(density);
      field.observe(rho, z);
      const { dual, gap } = certifier.certify(rho, z);
      out.dual = dual;
      out.gap = gap;
      out.gap_hamiltonian = free_energy - dual + gaussianFreeEnergy(problem);
    }
    Object.assign(out, rest);
    if (hypocoercive !== null) {
      const { value, excess, decline } = hypocoercive.observe(density, free_energy);
      out.excess_hamiltonian = excess;
      out.hypocoercive = value;
      out.hypocoercive_decline = decline;
    }
    return out;
  }

  /** The face with the most mass beside it. */
  boundary(density: Float64Array): FaceMass | null {
    return this.ledger.face(density);
  }

  /** γ∫|ω + τ∇_ω log μ|² dμ */
  dissipation(density: Float64Array, t: number): number {
    return this.ledger.dissipation(density, t);
  }
}

/** −min over laws of ω of ½∫|ω|² + τ∫log: (pτ/2) log 2πτ, attained by N(0, τI); 0 at τ = 0. */
function gaussianFreeEnergy({ temperature, dimension }: Problem): number {
  return temperature === 0 ? 0 : 0.5 * dimension * temperature * log(2 * Math.PI * temperature);
}
