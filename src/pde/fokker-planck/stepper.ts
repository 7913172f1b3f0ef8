// What steps a density of θ, and what it is made of.

import type { Temperature } from "../../dynamics/dynamics.ts";
import type { GridField } from "../field/field.ts";

export interface FokkerPlanckOptions {
  readonly field: GridField;
  /** h */
  readonly step: number;
  /** D by coordinate. */
  readonly mobility: Float64Array;
  /** τ, constant or a function of time. */
  readonly temperature: Temperature;
  /** κ of birth–death; 0 without. */
  readonly rate: number;
}

/** Steps a density on a grid. */
export interface DensityStepper {
  /** μ ← μ from t = nh to (n + 1)h, in place. Errors (numerics): the solve did not converge. */
  step(mu: Float64Array, n: number): void;
  /** Steps so far that were taken as several shorter ones. */
  readonly shortened?: number;
  /** Negative mass that was set to 0 so far. */
  readonly cut?: number;
  /** z of a density, where the last step left it so and has them; null elsewhere. Not to be changed. */
  numbers?(mu: Float64Array): Float64Array | null;
  /** What the next step depends on besides μ; absent where that is all. */
  save?(): Float64Array;
  /** Goes on from what `save` gave, with the same bits. */
  restore?(saved: Float64Array): void;
  /** −dE_τ/dt of its own equation discrete in space, where fluxes are not Scharfetter–Gummel's. */
  dissipation?(mu: Float64Array): number;
}

/** What a substep along axis k of that duration is made of. */
export function along({ mobility, field }: FokkerPlanckOptions, k: number, duration: number) {
  return { grid: field.grid, k, mobility: mobility[k]!, duration };
}
