// log(K e^f) on a grid, K(x, y) = Π_k e^(−(x_k − y_k)²/2ε), periodic axes summed over their images: axis by axis, each value a
// log-sum-exp about its own largest term, so that nothing under- or overflows however far f ranges. K is symmetric.
// O(n n_k) multiplications per axis at worst, about 19 n √ε/Δ where f is flat; sums about their largest term only where f ranges
// over more than e^600 along a line, or is −∞.

import { exp, log } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { checkpoint } from "../base/interrupt.ts";
import { requirePositive } from "../base/keys.ts";
import { rounded } from "../base/words.ts";
import type { Axis } from "./axis.ts";
import { type Grid, MOST_ADVISED } from "./grid.ts";

/** Terms this far below the largest, as logarithms: a thousand of them stay below its last digit. */
const NEGLIGIBLE = 44;
/** Where f ranges over less, products e^f e^table that count stay above e^(−644), within a double's range. */
const DIRECT_RANGE = 600;
/**
 * The least ε/Δ². A sampled Gaussian's variance is ε (1 − 8π² (ε/Δ²) e^(−2π² ε/Δ²) …): off by 2e-3 at ½, by 2e-7 at 1; at
 * ¼ it is off by 14 %, and below cells no longer see each other.
 */
const LEAST_RESOLUTION = 0.5;

/** The kernel along one axis, and room for one line. */
interface LineKernel {
  /** Its logarithm by distance in cells, decreasing; on a periodic axis up to half way round. */
  readonly table: Float64Array;
  readonly weights: Float64Array;
  /** f along the line, with `pad` cells from round the circle on either side. */
  readonly line: Float64Array;
  /** e^(f − max f) */
  readonly scaled: Float64Array;
  readonly pad: number;
  readonly cells: number;
}

/** The kernel of variance ε on one grid. */
export class GaussianKernel {
  private readonly grid: Grid;
  private readonly kernels: LineKernel[];

  /** Errors (input): an ε below Δ²/2, which the cells do not resolve. */
  constructor(grid: Grid, epsilon: number) {
    requirePositive("jko.epsilon", epsilon);
    for (const [k, axis] of grid.axes.entries()) requireResolved(axis, k, epsilon);
    this.grid = grid;
    this.kernels = grid.axes.map((axis) => lineKernel(axis, epsilon));
  }

  /** out = log Σ_y K(x, y) e^(f(y)); −∞ stands for mass 0. `out` may be f. */
  apply(f: Float64Array, out: Float64Array): void {
    let from = f;
    for (const [k, { cells }] of this.grid.axes.entries()) {
      const stride = this.grid.strides[k];
      const { line, pad } = this.kernels[k];
      for (let block = 0; block < this.grid.size; block += cells * stride) {
        for (let at = block; at < block + stride; at++) {
          checkpoint();
          for (let i = 0; i < cells; i++) line[pad + i] = from[at + i * stride];
          for (let i = 0; i < pad; i++) {
            line[i] = line[i + cells];
            line[pad + cells + i] = line[pad + i];
          }
          sumLine(this.kernels[k], out, at, stride);
        }
      }
      from = out;
    }
  }
}

function requireResolved({ low, high, cells, spacing }: Axis, k: number, epsilon: number): void {
  const least = LEAST_RESOLUTION * spacing * spacing;
  // The bound itself is often computed and passed on: a few units in the last place are no reason to refuse it.
  if (epsilon >= least * (1 - 1e-12)) return;
  const enough = Math.ceil((high - low) * Math.sqrt(LEAST_RESOLUTION / epsilon));
  throw inputError(
    "jko.epsilon",
    `found ${epsilon}; on axis ${k} (${cells} cells of ${rounded(spacing, 3)}) cells see each other from epsilon = ${rounded(least, 3)}. ` +
      `Try epsilon ≥ ${rounded(2 * least, 2)}${enough <= MOST_ADVISED ? `, or ${enough} cells` : ""}`,
  );
}

function logKernel({ cells, spacing, periodic }: Axis, epsilon: number): Float64Array {
  const term = (offset: number) => (-0.5 * offset * offset * spacing * spacing) / epsilon;
  if (!periodic) return Float64Array.from({ length: cells }, (_, j) => term(j));
  const reach = Math.sqrt((2 * NEGLIGIBLE * epsilon) / (spacing * spacing));
  const images = Math.ceil(reach / cells) + 1;
  // By distance around the circle: 0 … ⌊n/2⌋.
  return Float64Array.from({ length: (cells >> 1) + 1 }, (_, j) => {
    let total = 0;
    for (let turn = -images; turn <= images; turn++) total += exp(term(j + turn * cells) - term(j));
    return term(j) + log(total);
  });
}

function lineKernel(axis: Axis, epsilon: number): LineKernel {
  const table = logKernel(axis, epsilon);
  const { cells, periodic } = axis;
  const pad = periodic ? cells >> 1 : 0;
  const line = new Float64Array(cells + 2 * pad);
  return { table, weights: table.map(exp), line, scaled: line.slice(), pad, cells };
}

/** The largest distance at which e^(table) is above e^(−depth); table decreases. */
function reachOf(table: Float64Array, depth: number): number {
  let inside = 0;
  let outside = table.length;
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (table[middle] >= -depth) inside = middle;
    else outside = middle;
  }
  return inside;
}

/** out[at + i·stride] = log Σ_j e^(f_j + table[|i − j|]) over the line. */
function sumLine(
  { table, weights, line, scaled, pad, cells }: LineKernel,
  out: Float64Array,
  at: number,
  stride: number,
) {
  let top = Number.NEGATIVE_INFINITY;
  let bottom = Number.POSITIVE_INFINITY;
  for (let j = pad; j < pad + cells; j++) {
    if (line[j] > top) top = line[j];
    if (line[j] < bottom && line[j] > Number.NEGATIVE_INFINITY) bottom = line[j];
  }
  if (top === Number.NEGATIVE_INFINITY) {
    for (let i = 0; i < cells; i++) out[at + i * stride] = top;
    return;
  }
  const direct = top - bottom <= DIRECT_RANGE;
  if (direct) for (let j = 0; j < line.length; j++) scaled[j] = exp(line[j] - top);
  let best = pad;
  for (let i = pad; i < pad + cells; i++) {
    // The sum has these two terms, so none that is further away than this can count.
    const known = Math.max(
      line[i] + table[0],
      line[best] + table[Math.min(table.length - 1, Math.abs(i - best))],
    );
    const reach = reachOf(table, NEGLIGIBLE + top - known);
    // Half way round an even circle is one cell, not one on either side.
    const first = Math.max(0, i - reach + (2 * reach === cells && pad > 0 ? 1 : 0));
    const last = Math.min(line.length - 1, i + reach);
    const target = at + (i - pad) * stride;
    if (direct && known - top >= -DIRECT_RANGE) {
      out[target] = top + log(products(scaled, weights, i, first, last));
      continue;
    }
    best = largestTerm(line, table, i, first, last);
    const most = line[best] + table[Math.abs(i - best)];
    out[target] = most + log(sumAbout(line, table, i, first, last, most));
  }
}

/** Σ_j scaled_j weights_{|i − j|}, first ≤ j ≤ last */
function products(
  scaled: Float64Array,
  weights: Float64Array,
  i: number,
  first: number,
  last: number,
): number {
  let total = 0;
  for (let j = first; j < i; j++) total += scaled[j] * weights[i - j];
  for (let j = i; j <= last; j++) total += scaled[j] * weights[j - i];
  return total;
}

/** The j of the largest f_j + table_{|i − j|}, first ≤ j ≤ last. */
function largestTerm(
  line: Float64Array,
  table: Float64Array,
  i: number,
  first: number,
  last: number,
): number {
  let most = Number.NEGATIVE_INFINITY;
  let best = i;
  for (let j = first; j <= last; j++) {
    const term = line[j] + table[Math.abs(i - j)];
    if (term > most) {
      most = term;
      best = j;
    }
  }
  return best;
}

/** Σ_j e^(f_j + table_{|i − j|} − most), first ≤ j ≤ last, without what is negligible. */
function sumAbout(
  line: Float64Array,
  table: Float64Array,
  i: number,
  first: number,
  last: number,
  most: number,
): number {
  const least = most - NEGLIGIBLE;
  let total = 0;
  for (let j = first; j <= last; j++) {
    const term = line[j] + table[Math.abs(i - j)];
    if (term > least) total += exp(term - most);
  }
  return total;
}
