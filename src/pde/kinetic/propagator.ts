// A linear map applied to every line along one axis: new_i = Σ_j P_ij old_j, P dense and precomputed.
// Cost n² a line, in blocks of 4 lines × 2 rows so that each number read is used more than once.

import { checkpoint } from "../../base/interrupt.ts";
import type { Grid } from "../../grid/grid.ts";
import { eachBlock, gather, LANES, scatter } from "./lines.ts";

export type Propagator = ReturnType<typeof propagatorAlong>;

/** P of one axis, and its application. */
export function propagatorAlong(grid: Grid, axis: number) {
  const { cells } = grid.axes[axis];
  /** P, row by row */
  const matrix = new Float64Array(cells * cells);
  const lines = new Float64Array(LANES * cells);
  const moved = new Float64Array(LANES * cells);

  return {
    matrix,
    apply(values: Float64Array): void {
      eachBlock(grid, axis, (block) => {
        gather(values, block, cells, lines);
        multiply(matrix, lines, moved, cells, cells, block.lanes);
        scatter(moved, block, cells, values);
      });
    },
  };
}

/** out[ℓ·rows + i] = Σ_j P[i·inner + j] x[ℓ·inner + j], i < rows, ℓ < lanes. */
export function multiply(
  P: Float64Array,
  x: Float64Array,
  out: Float64Array,
  rows: number,
  inner: number,
  lanes: number,
): void {
  let lane = 0;
  for (; lane + 4 <= lanes; lane += 4) {
    checkpoint();
    let i = 0;
    for (; i + 2 <= rows; i += 2) tile(P, i, x, lane, out, rows, inner);
    for (; i < rows; i++) for (let l = lane; l < lane + 4; l++) out[l * rows + i] = dot(P, i, x, l, inner);
  }
  for (; lane < lanes; lane++) {
    for (let i = 0; i < rows; i++) out[lane * rows + i] = dot(P, i, x, lane, inner);
  }
}

function dot(P: Float64Array, i: number, x: Float64Array, lane: number, inner: number): number {
  let total = 0;
  for (let j = 0; j < inner; j++) total += P[i * inner + j] * x[lane * inner + j];
  return total;
}

function tile(
  P: Float64Array,
  i: number,
  x: Float64Array,
  lane: number,
  out: Float64Array,
  rows: number,
  inner: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  const x0 = lane * inner;
  const x1 = x0 + inner;
  const x2 = x1 + inner;
  const x3 = x2 + inner;
  const p0 = i * inner;
  const p1 = p0 + inner;
  for (let j = 0; j < inner; j++) {
    const p = P[p0 + j];
    const q = P[p1 + j];
    const a = x[x0 + j];
    const b = x[x1 + j];
    const c = x[x2 + j];
    const d = x[x3 + j];
    s00 += p * a;
    s01 += p * b;
    s02 += p * c;
    s03 += p * d;
    s10 += q * a;
    s11 += q * b;
    s12 += q * c;
    s13 += q * d;
  }
  const at = lane * rows + i;
  out[at] = s00;
  out[at + 1] = s10;
  out[at + rows] = s01;
  out[at + rows + 1] = s11;
  out[at + 2 * rows] = s02;
  out[at + 2 * rows + 1] = s12;
  out[at + 3 * rows] = s03;
  out[at + 3 * rows + 1] = s13;
}
