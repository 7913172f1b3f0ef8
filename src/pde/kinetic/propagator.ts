// A linear map applied to every line along one axis: new_i = Σ_j P_ij old_j. P moves mass by little, and of each few rows only the
// columns between the first and the last that count are summed: cost n times the width of that band a line.

import { checkpoint } from "../../base/interrupt.ts";
import { LANES } from "../../grid/panel.ts";

/** Numbers of a cell in a panel: a constant of this file, as imports that are not bundled cost a look-up in every turn of a loop. */
const ROW = LANES;

/** Rows of P that share the ends of their band. */
export const BUNCH = 4;
/** Entries below this do not count: a column of 2¹² of them holds 2⁻⁵⁴ of its mass. */
const NEGLIGIBLE = 2 ** -66;

/** P of one axis, of that many cells, and its product with a panel of lines. */
export class Propagator {
  /** P, row by row. */
  readonly matrix: Float64Array;
  /** By bunch: the first column that counts, and the one after the last. */
  readonly from: Int32Array;
  readonly to: Int32Array;

  constructor(readonly cells: number) {
    this.matrix = new Float64Array(cells * cells);
    this.from = new Int32Array(Math.ceil(cells / BUNCH));
    this.to = new Int32Array(Math.ceil(cells / BUNCH));
  }

  /** To be called when the matrix is written. */
  findBand(): void {
    const { cells, matrix, from, to } = this;
    from.fill(cells);
    to.fill(0);
    for (let i = 0; i < cells; i++) {
      const bunch = Math.floor(i / BUNCH);
      for (let j = 0; j < cells; j++) {
        if (Math.abs(matrix[i * cells + j]) < NEGLIGIBLE) continue;
        if (j < from[bunch]) from[bunch] = j;
        if (j >= to[bunch]) to[bunch] = j + 1;
      }
    }
  }

  /** moved = P lines */
  apply(lines: Float64Array, moved: Float64Array): void {
    const { cells, matrix, from, to } = this;
    for (let i = 0; i < cells; i += BUNCH) {
      const bunch = i / BUNCH;
      const end = Math.min(cells, i + BUNCH);
      for (let lane = 0; lane < ROW; lane += 4) {
        let row = i;
        for (; row + 2 <= end; row += 2) {
          twoRows(matrix, row, cells, lines, lane, from[bunch], to[bunch], moved);
        }
        if (row < end) oneRow(matrix, row, cells, lines, lane, from[bunch], to[bunch], moved);
      }
    }
  }
}

function twoRows(
  P: Float64Array,
  i: number,
  cells: number,
  x: Float64Array,
  lane: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  const p0 = i * cells;
  const p1 = p0 + cells;
  for (let j = from; j < to; j++) {
    const p = P[p0 + j];
    const q = P[p1 + j];
    const at = j * ROW + lane;
    const a = x[at];
    const b = x[at + 1];
    const c = x[at + 2];
    const d = x[at + 3];
    s00 += p * a;
    s01 += p * b;
    s02 += p * c;
    s03 += p * d;
    s10 += q * a;
    s11 += q * b;
    s12 += q * c;
    s13 += q * d;
  }
  const at = i * ROW + lane;
  out[at] = s00;
  out[at + 1] = s01;
  out[at + 2] = s02;
  out[at + 3] = s03;
  out[at + ROW] = s10;
  out[at + ROW + 1] = s11;
  out[at + ROW + 2] = s12;
  out[at + ROW + 3] = s13;
}

function oneRow(
  P: Float64Array,
  i: number,
  cells: number,
  x: Float64Array,
  lane: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  for (let l = lane; l < lane + 4; l++) {
    let total = 0;
    for (let j = from; j < to; j++) total += P[i * cells + j] * x[j * ROW + l];
    out[i * ROW + l] = total;
  }
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
