// What is read off a density of phase space: the observables of list.ts, those of the problem's field off its marginal ρ.

import type { KineticDynamics } from "../dynamics/dynamics.ts";
import { boundaryMassOf, type FaceMass } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { Certifier, certifiable } from "../pde/equilibrium/certificate.ts";
import type { Excess } from "../pde/equilibrium/excess.ts";
import { type Features, testFeatures } from "../pde/field/features.ts";
import type { GridField } from "../pde/field/field.ts";
import type { HypocoerciveFunctional } from "../pde/kinetic/hypocoercive.ts";
import { KineticLedger } from "../pde/kinetic/ledger.ts";
import type { Problem } from "../problem/problem.ts";
import type { Recorder } from "./list.ts";
import type { Observables } from "./observer.ts";

/** What needs the optimum: null where it was not found, or is not asked for. */
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
  private readonly recorder: Recorder;
  private readonly test: Features | null;
  private readonly testOutputs: Float64Array;
  private readonly z: Float64Array;

  /** `field`: of the problem on the axes of θ, where one is there already. */
  constructor(
    problem: Problem,
    dynamics: KineticDynamics,
    phase: Grid,
    recorder: Recorder,
    extras: PhaseExtras = {},
    field?: GridField,
  ) {
    this.problem = problem;
    this.phase = phase;
    this.extras = extras;
    this.recorder = recorder;
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

  /** Everything at time t that is read off the density. */
  observe(density: Float64Array): Observables {
    const { problem, phase, ledger, field, certifier, z, test, testOutputs } = this;
    const { excess = null, hypocoercive = null } = this.extras;
    const energies = ledger.energies(density);
    const rho = ledger.marginal(density);
    field.observe(rho, z);
    test?.observe(rho, testOutputs);
    return this.recorder.density({
      ...{ grid: phase, density, momenta: true, field, rho, z },
      tested: test === null ? null : testOutputs,
      temperature: problem.temperature,
      ...energies,
      ...{ certifier, excess, hypocoercive },
    });
  }

  /** F(ρ) + ½∫|ω|²dμ */
  level(density: Float64Array): number {
    const { energy, kinetic } = this.ledger.energies(density);
    return energy + kinetic;
  }

  /** The face with the most mass beside it. */
  boundary(density: Float64Array): FaceMass | null {
    return boundaryMassOf(this.phase, density);
  }

  /** γ∫|ω + τ∇_ω log μ|² dμ */
  dissipation(density: Float64Array, t: number): number {
    return this.ledger.dissipation(density, t);
  }
}
