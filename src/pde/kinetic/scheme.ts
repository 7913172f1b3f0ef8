// What is particular to a scheme for densities of (θ, ω): how it shifts along an axis, and what O, ∂_tμ = γ∇_ω·(ωμ + τ∇_ωμ) over a time of damping
// a = e^(−∫γ), is on one axis of ω.

import type { Breach } from "../../base/breach.ts";
import type { Source } from "../../base/sources.ts";
import type { Axis } from "../../grid/axis.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Scheme } from "../fokker-planck/scheme.ts";
import type { Amounts, Shift } from "./shift.ts";

/** What a run of phase space is asked for, as far as a scheme may refuse it. */
export interface AskedOfPhase {
  readonly cells: number | readonly number[];
  readonly order: 2 | 4;
}

export interface KineticRecord<Name extends string = string> extends Scheme<Name> {
  readonly sources: readonly Source[];
  /** Whether shifts ring, and leave negative mass, where cells do not resolve the density. */
  readonly rings: boolean;
  breaches(asked: AskedOfPhase): Breach[];
  shift(phase: Grid, axis: number, amounts: Amounts): Shift;
  /** Whether O is a remap, without a matrix, at that temperature. */
  remaps(temperature: number): boolean;
  /** Writes the matrix of O on an axis of ω. */
  propagator(axis: Axis, damping: number, temperature: number, matrix: Float64Array): void;
}
