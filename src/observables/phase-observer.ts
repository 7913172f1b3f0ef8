// What is read off a density of phase space: the observables of list.ts, those of the problem's field off its marginal ρ.

import type { KineticDynamics } from "../dynamics/dynamics.ts";
import { type FaceMass, worstFace } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import type { GridField } from "../pde/field/field.ts";
import { type KineticLedger, kineticLedger } from "../pde/kinetic/ledger.ts";
import type { Problem } from "../problem/problem.ts";
import type { Recorder } from "./list.ts";
import type { Observables } from "./observer.ts";
import { type Extras, PositionObserver } from "./position.ts";

/** Observes densities of (θ, ω). */
export class PhaseObserver {
  private readonly temperature: number;
  private readonly ledger: KineticLedger;
  private readonly position: PositionObserver;

  /** `field`: of the problem on the axes of θ, where one is there already; `epoch`: as of the ledger. */
  constructor(
    problem: Problem,
    dynamics: KineticDynamics,
    private readonly phase: Grid,
    recorder: Recorder,
    extras?: Extras,
    field?: GridField,
    epoch?: () => number,
  ) {
    this.temperature = problem.temperature;
    this.ledger = kineticLedger(problem, dynamics, phase, field, epoch);
    this.position = new PositionObserver(this.ledger.field, recorder, extras);
  }

  /** f at the M data points. */
  outputs(density: Float64Array): Float64Array {
    return this.position.outputs(this.ledger.sumsOf(density).rho);
  }

  /** Everything that is read off the density. */
  observe(density: Float64Array): Observables {
    const { phase: grid, ledger, position, temperature } = this;
    const kinetic = ledger.kinetic(density);
    const { rho } = ledger.sumsOf(density);
    return position.read({ grid, density, momenta: true, rho, temperature, kinetic });
  }

  /** F(ρ) + ½∫|ω|²dμ */
  level(density: Float64Array): number {
    return this.position.level(this.ledger.sumsOf(density).rho) + this.ledger.kinetic(density);
  }

  /** ∫dμ, and what of it is negative. */
  masses(density: Float64Array): { mass: number; negative: number } {
    const sums = this.ledger.sumsOf(density);
    return { mass: sums.mass(), negative: sums.negative };
  }

  /** The face with the most mass beside it. */
  boundary(density: Float64Array): FaceMass | null {
    return worstFace(this.ledger.sumsOf(density).faces());
  }

  /** γ∫|ω + τ∇_ω log μ|² dμ */
  dissipation(density: Float64Array, t: number): number {
    return this.ledger.dissipation(density, t);
  }
}
