// What is recorded of a density of phase space (names as in the experiment file's contract): H and its parts, the
// certificate of its marginal ρ (docs/theory.md §3.6), and that of H itself,
//   H(μ) − (D(g) − (pτ/2) log 2πτ) = τ KL(μ ‖ μ̂ ⊗ N(0, τI)) ≥ H(μ) − H*:  the distance to the product Gibbs measure;
// H − H* where the optimum can be had (pde/excess.ts), and where it is proved to fall, ℰ = H − H* + β∫(Y + X/√Λ)²dμ, which has no
// plateaus (pde/kinetic/hypocoercive.ts).

import type { KineticDynamics } from "../dynamics/dynamics.ts";
import type { FaceMass } from "../grid/density.ts";
import { noiseOf } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { Certifier, certifiable } from "../pde/equilibrium/certificate.ts";
import type { Excess } from "../pde/equilibrium/excess.ts";
import { type Features, testFeatures } from "../pde/field/features.ts";
import type { GridField } from "../pde/field/field.ts";
import type { HypocoerciveFunctional } from "../pde/kinetic/hypocoercive.ts";
import { KineticLedger } from "../pde/kinetic/ledger.ts";
import type { Problem } from "../problem/problem.ts";
import { ordersOfDensity } from "./circular.ts";
import { fitNames, fitOf } from "./fit.ts";
import type { Observables } from "./values.ts";

/** What is read beside the rest: null is recorded as blank, what is left out is not recorded. */
export interface PhaseExtras {
  readonly excess?: Excess | null;
  readonly hypocoercive?: HypocoerciveFunctional | null;
}

/** Observes densities of (θ, ω). */
export class PhaseObserver {
  private readonly problem: Problem;
  private readonly phase: Grid;
  private readonly ledger: KineticLedger;
  private readonly field: GridField;
  private readonly certifier: Certifier | null;
  private readonly extras: PhaseExtras;
  private readonly test: Features | null;
  private readonly testOutputs: Float64Array;
  private readonly z: Float64Array;

  /** `field`: of the problem on the axes of θ, where one is there already. */
  constructor(
    problem: Problem,
    dynamics: KineticDynamics,
    phase: Grid,
    extras: PhaseExtras = {},
    field?: GridField,
  ) {
    this.problem = problem;
    this.phase = phase;
    this.extras = extras;
    this.ledger = new KineticLedger(problem, dynamics, phase, field);
    this.field = this.ledger.field;
    this.certifier = certifiable(problem) ? new Certifier(this.field) : null;
    this.test = testFeatures(problem, this.field.grid);
    this.testOutputs = new Float64Array(this.test?.count ?? 0);
    this.z = new Float64Array(this.field.count);
  }

  /** f at the M data points. */
  outputs(density: Float64Array): Float64Array {
    this.field.observe(this.ledger.marginal(density), this.z);
    return this.z.slice(0, this.field.outputs);
  }

  /** Everything at time t; the dissipation is given, as it is known at every step. */
  observe(density: Float64Array, t: number, dissipation: number): Observables {
    const { problem, ledger, field, certifier, z, extras } = this;
    const { risk, energy, kinetic, entropy, free_energy, ...rest } = ledger.observe(density, t, dissipation);
    const out: Observables = {
      ...(problem.data.size > 0 ? { risk } : {}),
      ...this.scores(density),
      energy,
      kinetic,
      entropy,
      free_energy,
      dissipation,
    };
    if (certifier !== null) {
      const rho = ledger.marginal(density);
      field.observe(rho, z);
      const { dual, gap } = certifier.certify(rho, z, problem.temperature, noiseOf(rho));
      out.dual = dual;
      out.gap = gap;
      out.gap_hamiltonian =
        problem.temperature > 0 ? certifier.hamiltonianGap(this.phase, density, z) : gap + kinetic;
    }
    Object.assign(out, rest);
    if (problem.domain === "torus")
      Object.assign(out, ordersOfDensity(this.phase, density, problem.dimension));
    const { excess, hypocoercive } = extras;
    if (excess !== undefined && !hypocoercive) out.excess_hamiltonian = excess?.of(density) ?? Number.NaN;
    if (hypocoercive === null) out.hypocoercive = out.hypocoercive_decline = Number.NaN;
    else if (hypocoercive !== undefined) {
      const read = hypocoercive.observe(density);
      out.excess_hamiltonian = read.excess;
      out.hypocoercive = read.value;
      out.hypocoercive_decline = read.decline;
    }
    return out;
  }

  /** How the marginal's outputs fit. */
  private scores(density: Float64Array): Observables {
    const { problem, ledger, field, test, testOutputs, z } = this;
    if (fitNames(problem).length === 0) return {};
    const rho = ledger.marginal(density);
    field.observe(rho, z);
    test?.observe(rho, testOutputs);
    return fitOf(problem, z, testOutputs);
  }

  /** F(ρ) + ½∫|ω|²dμ */
  level(density: Float64Array): number {
    const { energy, kinetic } = this.ledger.energies(density);
    return energy + kinetic;
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
