// What is read off a density of phase space: the observables of list.ts, those of the problem's field off its marginal ρ.

import type { KineticDynamics } from "../dynamics/dynamics.ts";
import { boundaryMassOf, type FaceMass } from "../grid/density.ts";
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

  /** `field`: of the problem on the axes of θ, where one is there already. */
  constructor(
    problem: Problem,
    dynamics: KineticDynamics,
    private readonly phase: Grid,
    recorder: Recorder,
    extras?: Extras,
    field?: GridField,
  ) {
    this.temperature = problem.temperature;
    this.ledger = kineticLedger(problem, dynamics, phase, field);
    this.position = new PositionObserver(this.ledger.field, recorder, extras);
  }

  /** f at the M data points. */
  outputs(density: Float64Array): Float64Array {
    return this.position.outputs(this.ledger.marginal(density));
  }

  /** Everything that is read off the density. */
  observe(density: Float64Array): Observables {
    const { phase: grid, ledger, position, temperature } = this;
    const [rho, kinetic] = [ledger.marginal(density), ledger.kinetic(density)];
    return position.read({ grid, density, momenta: true, rho, temperature, kinetic });
  }

  /** F(ρ) + ½∫|ω|²dμ */
  level(density: Float64Array): number {
    return this.position.level(this.ledger.marginal(density)) + this.ledger.kinetic(density);
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
