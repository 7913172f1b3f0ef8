// What every density is read off by: its law ρ of θ on the problem's field, with the memory that this takes.

import { type Certifier, certifiable, certifierOf } from "../pde/equilibrium/certificate.ts";
import type { Excess } from "../pde/equilibrium/excess.ts";
import { type Features, testFeatures } from "../pde/field/features.ts";
import type { GridField } from "../pde/field/field.ts";
import type { HypocoerciveFunctional } from "../pde/kinetic/hypocoercive.ts";
import type { Recorder } from "./list.ts";
import type { DensityView, Observables } from "./observer.ts";

/** What needs the optimum: null, or left out, where it was not found or is not asked for. */
export interface Extras {
  readonly excess?: Excess | null;
  readonly hypocoercive?: HypocoerciveFunctional | null;
}

/** μ at one time, its law of θ, and what is not read off that. */
type State = Pick<DensityView, "grid" | "density" | "momenta" | "rho" | "temperature" | "kinetic">;

export class PositionObserver {
  private readonly certifier: Certifier | null;
  private readonly test: Features | null;
  private readonly testOutputs: Float64Array;
  protected readonly z: Float64Array;

  constructor(
    protected readonly field: GridField,
    private readonly recorder: Recorder,
    private readonly extras: Extras = {},
  ) {
    this.certifier = certifiable(field.problem) ? certifierOf(field) : null;
    this.test = testFeatures(field.problem, field.grid);
    this.testOutputs = new Float64Array(this.test?.count ?? 0);
    this.z = new Float64Array(field.count);
  }

  /** f at the M data points. */
  outputs(rho: Float64Array): Float64Array {
    this.number(rho);
    return this.z.slice(0, this.field.outputs);
  }

  /** The numbers of ρ into `z`. */
  protected number(rho: Float64Array): void {
    this.field.observe(rho, this.z);
  }

  /** F */
  level(rho: Float64Array): number {
    const { field, z } = this;
    this.number(rho);
    return field.risk(z) + field.externalEnergy(rho, z);
  }

  /** Everything that is read off μ. */
  read(state: State): Observables {
    const { field, recorder, certifier, test, testOutputs, z } = this;
    const { excess = null, hypocoercive = null } = this.extras;
    const energy = this.level(state.rho);
    test?.observe(state.rho, testOutputs);
    return recorder.density({
      ...state,
      field,
      z,
      certifier,
      excess,
      hypocoercive,
      tested: test === null ? null : testOutputs,
      risk: field.risk(z),
      energy,
    });
  }
}
