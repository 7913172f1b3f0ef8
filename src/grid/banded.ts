// x of Bx = b for a symmetric positive definite B that couples neighbouring cells of a grid only: Cholesky within the band.
// Cells are numbered along the first axis, a periodic one from both ends at once (0, n − 1, 1, n − 2, …), so that neighbours are
// never further apart than one row (two rows) of the others. Cost: n w² to factor, 4 n w to solve, n w numbers; w the band.

import { inputError } from "../base/errors.ts";
import { checkpoint } from "../base/interrupt.ts";
import type { Grid } from "./grid.ts";

/** 1 GiB */
const MOST_NUMBERS = 2 ** 27;

export type BandedCholesky = ReturnType<typeof bandedCholesky>;

/** The factor of one matrix on the cells of a grid; it starts at 0. Errors (input): a band beyond 1 GiB. */
export function bandedCholesky(grid: Grid) {
  const { size, strides, axes } = grid;
  const { cells, periodic } = axes[0];
  const row = strides[0];
  const width = (periodic ? 2 : 1) * row;
  const w = width + 1;
  if (size * w > MOST_NUMBERS) {
    throw inputError(
      "grid.cells",
      `[${axes.map((axis) => axis.cells).join(", ")}]: the linearised equation takes a band of ${size} × ${w} numbers; ` +
        `allowed: ${MOST_NUMBERS}. Fewer cells on the axes but the first`,
    );
  }
  /** Place of each cell in the elimination. */
  const place = new Int32Array(size);
  for (let i = 0; i < cells; i++) {
    const at = !periodic ? i : 2 * i < cells ? 2 * i : 2 * (cells - 1 - i) + 1;
    for (let j = 0; j < row; j++) place[i * row + j] = at * row + j;
  }
  /** Row i holds its entries i − w … i. */
  const band = new Float64Array(size * w);
  const line = new Float64Array(size);

  return {
    /** B_ij (and B_ji) += value. */
    add(i: number, j: number, value: number): void {
      const [a, b] = [place[i], place[j]];
      const [below, above] = a > b ? [a, b] : [b, a];
      band[below * w + above - below + width] += value;
    },
    /** B = GGᵀ in place; afterwards `solve` may be called, and `add` no more. */
    factor(): void {
      for (let i = 0; i < size; i++) {
        checkpoint();
        const first = Math.max(0, i - width);
        const rowI = i * w + width - i;
        for (let j = first; j <= i; j++) {
          const rowJ = j * w + width - j;
          let value = band[rowI + j];
          for (let k = Math.max(first, j - width); k < j; k++) value -= band[rowI + k] * band[rowJ + k];
          band[rowI + j] = j < i ? value / band[rowJ + j] : Math.sqrt(value);
        }
      }
    },
    /** out = B⁻¹ b; they may be one array. */
    solve(b: Float64Array, out: Float64Array): void {
      for (let cell = 0; cell < size; cell++) line[place[cell]] = b[cell];
      for (let i = 0; i < size; i++) {
        const row = i * w + width - i;
        let value = line[i];
        for (let k = Math.max(0, i - width); k < i; k++) value -= band[row + k] * line[k];
        line[i] = value / band[row + i];
      }
      for (let i = size - 1; i >= 0; i--) {
        const row = i * w + width - i;
        const value = line[i] / band[row + i];
        line[i] = value;
        for (let k = Math.max(0, i - width); k < i; k++) line[k] -= band[row + k] * value;
      }
      for (let cell = 0; cell < size; cell++) out[cell] = line[place[cell]];
    },
  };
}
