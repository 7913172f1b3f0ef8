// x of Bx = b for a symmetric positive definite B that couples neighbouring cells of a grid only: Cholesky within the band.
// Cells are numbered along the first axis, a periodic one from both ends at once (0, n − 1, 1, n − 2, …), so that neighbours are
// never further apart than one row (two rows) of the others. Cost: n w² to factor, 4 n w to solve, n w numbers; w the band.

import { inputError } from "../base/errors.ts";
import { checkpoint } from "../base/interrupt.ts";
import type { Grid } from "./grid.ts";

/** 1 GiB */
const MOST_NUMBERS = 2 ** 27;

/** The factor of one matrix on the cells of a grid. */
export class BandedCholesky {
  private readonly width: number;
  /** Place of each cell in the elimination. */
  private readonly place: Int32Array;
  /** Row i holds its entries i − w … i. */
  private readonly band: Float64Array;
  private readonly line: Float64Array;

  /** Starts at 0. Errors (input): a band beyond 1 GiB. */
  constructor(grid: Grid) {
    const { size, strides, axes } = grid;
    const { cells, periodic } = axes[0];
    const row = strides[0];
    this.width = (periodic ? 2 : 1) * row;
    if (size * (this.width + 1) > MOST_NUMBERS) {
      throw inputError(
        "grid.cells",
        `[${axes.map((axis) => axis.cells).join(", ")}]: the linearised equation takes a band of ${size} × ${this.width + 1} numbers; ` +
          `allowed: ${MOST_NUMBERS}. Fewer cells on the axes but the first`,
      );
    }
    this.place = new Int32Array(size);
    for (let i = 0; i < cells; i++) {
      const at = !periodic ? i : 2 * i < cells ? 2 * i : 2 * (cells - 1 - i) + 1;
      for (let j = 0; j < row; j++) this.place[i * row + j] = at * row + j;
    }
    this.band = new Float64Array(size * (this.width + 1));
    this.line = new Float64Array(size);
  }

  /** B_ij (and B_ji) += value. */
  add(i: number, j: number, value: number): void {
    const [a, b] = [this.place[i], this.place[j]];
    const [row, column] = a > b ? [a, b] : [b, a];
    this.band[row * (this.width + 1) + column - row + this.width] += value;
  }

  /** B = GGᵀ in place; afterwards `solve` may be called, and `add` no more. */
  factor(): void {
    const { band, width, line } = this;
    const w = width + 1;
    for (let i = 0; i < line.length; i++) {
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
  }

  /** out = B⁻¹ b; they may be one array. */
  solve(b: Float64Array, out: Float64Array): void {
    const { band, width, place, line } = this;
    const w = width + 1;
    const n = line.length;
    for (let cell = 0; cell < n; cell++) line[place[cell]] = b[cell];
    for (let i = 0; i < n; i++) {
      const row = i * w + width - i;
      let value = line[i];
      for (let k = Math.max(0, i - width); k < i; k++) value -= band[row + k] * line[k];
      line[i] = value / band[row + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      const row = i * w + width - i;
      const value = line[i] / band[row + i];
      line[i] = value;
      for (let k = Math.max(0, i - width); k < i; k++) line[k] -= band[row + k] * value;
    }
    for (let cell = 0; cell < n; cell++) out[cell] = line[place[cell]];
  }
}
