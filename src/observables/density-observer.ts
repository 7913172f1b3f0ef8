// What is read off a density of θ on a grid: the observables of list.ts, and how fast E_τ falls. Cost: that of Φ, an exponential and two
// logarithms a cell.

import { log } from "../base/elementary.ts";
import { Sum } from "../base/sum.ts";
import type { Temperature } from "../dynamics/dynamics.ts";
import { boundaryMassOf, entropyOf, type FaceMass } from "../grid/density.ts";
import { residentArray } from "../kernels/resident.ts";
import type { GridField } from "../pde/field/field.ts";
import { type Dissipation, dissipation } from "../pde/fokker-planck/dissipation.ts";
import type { DensityStepper } from "../pde/fokker-planck/stepper.ts";
import type { Recorder } from "./list.ts";
import type { Observables } from "./observer.ts";
import { type Extras, PositionObserver } from "./position.ts";

export interface DensityMotion {
  readonly mobility: Float64Array;
  /** κ of birth–death; 0 without. */
  readonly rate: number;
  readonly temperature: Temperature;
  /** Where the stepper's fluxes are not Scharfetter–Gummel's, it knows its own dissipation. */
  readonly stepper?: DensityStepper;
}

/** Observes densities of one field under one motion. */
export class DensityObserver extends PositionObserver {
  private readonly motion: DensityMotion;
  private readonly phi: Float64Array;
  private readonly ofFluxes: Dissipation;

  constructor(field: GridField, motion: DensityMotion, recorder: Recorder, extras?: Extras) {
    super(field, recorder, extras);
    this.motion = motion;
    this.phi = residentArray(field.grid.size);
    this.ofFluxes = dissipation(field.grid, motion.mobility);
  }

  /** Everything at time t that is read off the density. */
  observe(density: Float64Array, t: number): Observables {
    const temperature = this.motion.temperature.at(t);
    const { grid } = this.field;
    return this.read({ grid, density, momenta: false, rho: density, temperature, kinetic: 0 });
  }

  /** The face with the most mass beside it. */
  boundary(density: Float64Array): FaceMass | null {
    return boundaryMassOf(this.field.grid, density);
  }

  /**
   * −dE_τ/dt at fixed τ, that of time t, of the equation discrete in space: its time integral, with that of `cooling`, is
   * the fall of E_τ to the order of the step.
   */
  dissipation(density: Float64Array, t: number): number {
    const { field, motion, z, phi } = this;
    const { rate, stepper } = motion;
    if (stepper?.dissipation !== undefined) return stepper.dissipation(density);
    this.number(density);
    field.potential(z, phi);
    const temperature = motion.temperature.at(t);
    const total = this.ofFluxes(phi, density, temperature);
    return total + (rate > 0 ? rate * this.variance(density, temperature) : 0);
  }

  protected override number(density: Float64Array): void {
    const known = this.motion.stepper?.numbers?.(density) ?? null;
    if (known === null) super.number(density);
    else this.z.set(known);
  }

  /** −τ̇∫μ log μ, how fast E_τ falls as τ itself does; of either sign. Cost: a logarithm a cell where τ changes. */
  cooling(density: Float64Array, t: number): number {
    const { temperature } = this.motion;
    return temperature.constant ? 0 : -temperature.slope(t) * entropyOf(this.field.grid, density);
  }

  /** Var_μ ξ, ξ = Φ + τ log μ in `phi`. */
  private variance(density: Float64Array, temperature: number): number {
    const { phi, field } = this;
    const { volume } = field.grid;
    const mean = new Sum();
    for (let i = 0; i < phi.length; i++) {
      if (!(density[i] > 0)) continue;
      if (temperature > 0) phi[i] += temperature * log(density[i]);
      mean.add(density[i] * phi[i]);
    }
    const average = volume * mean.value();
    const square = new Sum();
    for (let i = 0; i < phi.length; i++) {
      if (density[i] > 0) square.add(density[i] * (phi[i] - average) * (phi[i] - average));
    }
    return volume * square.value();
  }
}
