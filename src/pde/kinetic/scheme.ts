// What is particular to a scheme for densities of (θ, ω): how it moves a density along one axis, by shifts and, on axes of ω, by O,
// ∂_tμ = γ∇_ω·(ωμ + τ∇_ωμ) over a time of damping a = e^(−∫γ).

import type { Breach } from "../../base/breach.ts";
import type { Source } from "../../base/sources.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Scheme } from "../fokker-planck/scheme.ts";
import type { Amounts, LineMoves } from "./line-moves.ts";

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
  /** Its moves along an axis of phase space; O is that of the temperature, and asked for on axes of ω alone. */
  along(phase: Grid, axis: number, amounts: Amounts, temperature: number): LineMoves;
}
