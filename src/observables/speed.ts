// The squared Fisher–Rao speed of the last step, ∫(∂_tμ)²/μ ≈ (4/h²)∫(√μ_{n+1} − √μ_n)² = (4/h²)∫((μ_{n+1} − μ_n)/(√μ_{n+1} + √μ_n))²:
// what a decay towards rest can be read off without knowing where the scheme rests. Near rest it is quadratic, exactly about that point,
// so that it falls at twice the slowest rate, without a level, until the difference of two densities is rounding.

import type { Grid } from "../grid/grid.ts";
import { always, moves, type Observer } from "./observer.ts";

/** Given by each step, from where it began. */
export const speed: Observer = {
  columns: [
    {
      name: "fisher_rao",
      words: "squared Fisher–Rao speed",
      meaning: "∫(∂_tμ)²/μ of the last step; blank at t = 0",
      unit: "1 / time²",
      of: { density: moves, "phase space": always },
      positive: true,
      quadratic: true,
      least: 1e-26,
    },
  ],
};

/**
 * How far two steps of a density at rest differ in a cell where transforms move it, in ε of the largest cell: 7 at most (order 4), over
 * 2e6 cells and steps. What moves by less does not count there: the speed is right to this × |∂_t log μ| × the volume left out.
 */
const ROUNDING = 16 * Number.EPSILON;

/**
 * That speed between two densities a step h apart; what is below 0 has no root and counts as 0. `mixes`: whether every cell has
 * rounding of the largest in it; else each has its own, and the speed ends on a level of (ε/h)².
 */
export function fisherRao(
  grid: Grid,
  before: Float64Array,
  after: Float64Array,
  step: number,
  mixes: boolean,
): number {
  const still = mixes ? ROUNDING * after.reduce((most, value) => Math.max(most, value), 0) : 0;
  let total = 0;
  let lost = 0;
  for (let i = 0; i < after.length; i++) {
    const old = before[i] > 0 ? before[i] : 0;
    const now = after[i] > 0 ? after[i] : 0;
    const change = now - old;
    if (Math.abs(change) <= still) continue;
    const ratio = change / (Math.sqrt(now) + Math.sqrt(old));
    const x = ratio * ratio;
    const next = total + x;
    lost += total >= x ? total - next + x : x - next + total;
    total = next;
  }
  return (4 * grid.volume * (total + lost)) / (step * step);
}
