// x of (I + L)x = b along one axis, every line of the grid at once, where L moves mass between neighbouring cells:
//   (Lx)_i = (right_i + left_i) x_i − right_{i−1} x_{i−1} − left_{i+1} x_{i+1},  all rates ≥ 0, faces closed or periodic.
// Elimination keeps, instead of the diagonal, its excess over what flows on (Grassmann, Taksar, Heyman 1985): no
// subtraction anywhere, so x ≥ 0 for b ≥ 0 and Σx = Σb to round-off whatever the rates. O(n) to factor and to solve.

import { checkpoint } from "../base/interrupt.ts";
import type { Grid } from "./grid.ts";

/** A factored (I + L) along axis k. */
export class Resolvent {
  private readonly cells: number;
  private readonly stride: number;
  private readonly size: number;
  private readonly periodic: boolean;
  /** right_{i−1}/d_{i−1}, d the pivots */
  private readonly forward: Float64Array;
  /** 1/d_i */
  private readonly inverse: Float64Array;
  /** left_{i+1}/d_i */
  private readonly backward: Float64Array;
  /** On a periodic axis: what cell 0 sends to cell i once the cells between are eliminated … */
  private readonly fromZero: Float64Array;
  /** … and σ_i/d_i, σ_i what cell i sends to cell 0. */
  private readonly toZero: Float64Array;
  private readonly kept: Float64Array;
  private readonly returned: Float64Array;

  constructor(grid: Grid, k: number) {
    const { cells, periodic } = grid.axes[k];
    this.cells = cells;
    this.stride = grid.strides[k];
    this.size = grid.size;
    this.periodic = periodic;
    this.forward = new Float64Array(grid.size);
    this.inverse = new Float64Array(grid.size);
    this.backward = new Float64Array(grid.size);
    this.fromZero = new Float64Array(periodic ? grid.size : 0);
    this.toZero = new Float64Array(periodic ? grid.size : 0);
    this.kept = new Float64Array(this.stride);
    this.returned = new Float64Array(periodic ? this.stride : 0);
  }

  /**
   * Rates per step, by the cell they leave: right_i to the next cell, left_i to the one before. On a bounded axis
   * left of the first and right of the last cell must be 0.
   */
  factor(right: Float64Array, left: Float64Array): void {
    const { cells, stride, size } = this;
    for (let from = 0; from < size; from += cells * stride) {
      checkpoint();
      if (this.periodic) this.factorCycles(from, right, left);
      else this.factorLines(from, right, left);
    }
  }

  /** x overwrites b. */
  solve(b: Float64Array): void {
    const { cells, stride, size } = this;
    for (let from = 0; from < size; from += cells * stride) {
      checkpoint();
      if (this.periodic) this.solveCycles(b, from);
      else if (stride === 1) solveLine(b, from, cells, this.forward, this.inverse, this.backward);
      else solveLines(b, from, cells, stride, this.forward, this.inverse, this.backward);
    }
  }

  private factorLines(from: number, right: Float64Array, left: Float64Array): void {
    const { cells, stride, kept, forward, inverse, backward } = this;
    for (let j = 0; j < stride; j++) {
      kept[j] = 1;
      inverse[from + j] = 1 / (1 + right[from + j]);
    }
    for (let i = 1; i < cells; i++) {
      const row = from + i * stride;
      for (let j = 0; j < stride; j++) {
        const at = row + j;
        const before = inverse[at - stride];
        const share = left[at] * before;
        const excess = 1 + share * kept[j];
        kept[j] = excess;
        forward[at] = right[at - stride] * before;
        backward[at - stride] = share;
        inverse[at] = 1 / (excess + right[at]);
      }
    }
  }

  private factorCycles(from: number, right: Float64Array, left: Float64Array): void {
    const { cells, stride, kept, returned, forward, inverse, backward, fromZero, toZero } = this;
    const last = from + (cells - 1) * stride;
    for (let j = 0; j < stride; j++) {
      const zero = from + j;
      const one = zero + stride;
      kept[j] = 1;
      returned[j] = left[one];
      fromZero[one] = right[zero];
      inverse[one] = 1 / (1 + left[one] + right[one]);
      toZero[one] = left[one] * inverse[one];
      // 1/d of cell 0 gathers here, as d, what the elimination of the others leaves of its outflow.
      inverse[zero] = 1 + right[zero] * inverse[one];
    }
    for (let i = 2; i < cells; i++) {
      const row = from + i * stride;
      const closing = row === last;
      for (let j = 0; j < stride; j++) {
        const at = row + j;
        const before = inverse[at - stride];
        const share = left[at] * before;
        const excess = 1 + share * kept[j];
        const back = share * returned[j] + (closing ? right[at] : 0);
        const outflow = fromZero[at - stride] * right[at - stride] * before + (closing ? left[from + j] : 0);
        const pivot = 1 / (excess + back + (closing ? 0 : right[at]));
        kept[j] = excess;
        returned[j] = back;
        forward[at] = right[at - stride] * before;
        backward[at - stride] = share;
        fromZero[at] = outflow;
        inverse[at] = pivot;
        toZero[at] = back * pivot;
        inverse[from + j] += outflow * excess * pivot;
      }
    }
    for (let j = 0; j < stride; j++) inverse[from + j] = 1 / inverse[from + j];
  }

  private solveCycles(b: Float64Array, from: number): void {
    const { cells, stride, forward, inverse, backward, fromZero, toZero } = this;
    const last = from + (cells - 1) * stride;
    for (let at = from + 2 * stride; at < last + stride; at++) b[at] += forward[at] * b[at - stride];
    for (let row = from + stride; row <= last; row += stride) {
      for (let j = 0; j < stride; j++) b[from + j] += toZero[row + j] * b[row + j];
    }
    for (let at = from; at < from + stride; at++) b[at] *= inverse[at];
    for (let row = last; row > from; row -= stride) {
      for (let j = 0; j < stride; j++) {
        const at = row + j;
        b[at] = inverse[at] * (b[at] + fromZero[at] * b[from + j]);
        if (row < last) b[at] += backward[at] * b[at + stride];
      }
    }
  }
}

function solveLine(
  b: Float64Array,
  from: number,
  cells: number,
  forward: Float64Array,
  inverse: Float64Array,
  backward: Float64Array,
): void {
  const last = from + cells - 1;
  let carried = b[from];
  for (let at = from + 1; at <= last; at++) {
    carried = b[at] + forward[at] * carried;
    b[at] = carried;
  }
  carried = inverse[last] * carried;
  b[last] = carried;
  for (let at = last - 1; at >= from; at--) {
    carried = inverse[at] * b[at] + backward[at] * carried;
    b[at] = carried;
  }
}

function solveLines(
  b: Float64Array,
  from: number,
  cells: number,
  stride: number,
  forward: Float64Array,
  inverse: Float64Array,
  backward: Float64Array,
): void {
  const last = from + (cells - 1) * stride;
  const end = last + stride;
  for (let at = from + stride; at < end; at++) b[at] += forward[at] * b[at - stride];
  for (let at = last; at < end; at++) b[at] *= inverse[at];
  for (let row = last - stride; row >= from; row -= stride) {
    for (let at = row; at < row + stride; at++) b[at] = inverse[at] * b[at] + backward[at] * b[at + stride];
  }
}
