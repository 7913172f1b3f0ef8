// Moves A and B shift a density along one axis, each line by an amount of its own: μ(x) ← μ(x − a). Under A along θ_k
// the amount is ω_k h, under B along ω_k it is −∂_kΦ(θ) h: constant along a line, the same on many lines.

import type { Grid } from "../../grid/grid.ts";

/** Which amount a line takes: amounts[floor(cell/divisor) mod count], of any cell of the line. */
export interface Amounts {
  readonly divisor: number;
  readonly count: number;
}

/** Shifts along one axis. */
export interface Shift {
  /** The amounts, in units of length. */
  set(amounts: Float64Array): void;
  apply(values: Float64Array): void;
}

/** A along θ_k: the amount depends on the cell of ω_k. */
export function driftAmounts(phase: Grid, k: number): Amounts {
  const p = phase.axes.length / 2;
  return { divisor: phase.strides[p + k], count: phase.axes[p + k].cells };
}

/** B: the amount depends on the cell of θ. */
export function kickAmounts(phase: Grid): Amounts {
  const p = phase.axes.length / 2;
  const divisor = phase.strides[p - 1];
  return { divisor, count: phase.size / divisor };
}
