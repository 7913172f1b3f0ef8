// What moves a density along one axis: a shift of each line by an amount of its own, μ(x) ← μ(x − a), and on axes of ω the move O.
// Under A along θ_k the amount is ω_k h, under B along ω_k it is −∂_kΦ(θ) h: constant along a line, the same on many lines.

import type { Grid } from "../../grid/grid.ts";
import type { Panel } from "../../grid/panel.ts";

/** Which amount a line takes: amounts[floor(cell/divisor) mod count], of any cell of the line. */
export interface Amounts {
  readonly divisor: number;
  readonly count: number;
}

export type LineMove = "shift" | "relax";

/** Moves that follow one another, as kernels have them: the first in the lowest bit, 1 where it is O. */
export function movesWord(moves: readonly LineMove[]): number {
  return moves.reduce((word, move, k) => word | (move === "relax" ? 2 ** k : 0), 0);
}

/** The moves along one axis. */
export interface LineMoves {
  /** The amounts of shifts, in units of length. */
  set(amounts: Float64Array): void;
  /** The damping a = e^(−∫γ) of O. */
  damp(damping: number): void;
  /** One after the other, on every line. */
  apply(values: Float64Array, moves: readonly LineMove[]): void;
}

/** The place of the amount that a lane of a panel takes. */
export function amountOf({ divisor, count }: Amounts, { base, apart, lanes }: Panel, lane: number): number {
  return Math.floor((base + (lane < lanes ? lane : 0) * apart) / divisor) % count;
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
