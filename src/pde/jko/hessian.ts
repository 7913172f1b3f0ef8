// H = T + Uᵀ diag(d) U, T symmetric tridiagonal, U with few rows: factored by T = LDLᵀ and, on the rows with d ≠ 0, by
//   C = |d|^½ U T⁻¹ Uᵀ |d|^½ + sign(d) = LDLᵀ  (Woodbury).  T positive definite makes H so exactly when the pivots of C have
// the signs of d (Haynsworth's inertia formula). O(r m + r² m + r³) for r rows of m numbers; O(r m) to solve.

import { checkpoint } from "../../base/interrupt.ts";
import { dotBetween as dot } from "../../base/sum.ts";

/** A factored H. */
export class LowRankTridiagonal {
  private readonly size: number;
  private readonly pivots: Float64Array;
  private readonly lower: Float64Array;
  /** Rows in use, those with d > 0 first: with T positive definite, C then needs no exchanges. */
  private used: number[] = [];
  private rows: Float64Array = new Float64Array(0);
  private readonly root: Float64Array;
  /** T⁻¹Uᵀ|d|^½, row by row of `used`. */
  private readonly solved: Float64Array;
  /** Unit lower triangle of C, its pivots on the diagonal. */
  private readonly small: Float64Array;
  private readonly projected: Float64Array;

  constructor(size: number, rows: number) {
    this.size = size;
    this.pivots = new Float64Array(size);
    this.lower = new Float64Array(size);
    this.root = new Float64Array(rows);
    this.solved = new Float64Array(rows * size);
    this.small = new Float64Array(rows * rows);
    this.projected = new Float64Array(rows);
  }

  /** Factors; false where H is not positive definite (no solve then). `rows`, kept by reference: U, row by row. */
  factor(diagonal: Float64Array, off: Float64Array, rows: Float64Array, d: Float64Array): boolean {
    const { size, pivots, lower } = this;
    pivots[0] = diagonal[0];
    if (!(pivots[0] > 0)) return false;
    for (let i = 1; i < size; i++) {
      lower[i] = off[i - 1] / pivots[i - 1];
      pivots[i] = diagonal[i] - lower[i] * off[i - 1];
      if (!(pivots[i] > 0)) return false;
    }
    this.rows = rows;
    const all = Array.from(d.keys());
    this.used = [...all.filter((r) => d[r] > 0), ...all.filter((r) => d[r] < 0)];
    return this.factorSmall(d);
  }

  /** b becomes H⁻¹b. */
  solve(b: Float64Array): void {
    const { size, rows, root, solved, small, projected, used } = this;
    const count = used.length;
    this.solveTridiagonal(b, 0);
    for (let k = 0; k < count; k++) projected[k] = root[k] * dot(rows, used[k] * size, b, 0, size);
    for (let k = 0; k < count; k++) {
      for (let l = 0; l < k; l++) projected[k] -= small[k * count + l] * projected[l];
    }
    for (let k = count - 1; k >= 0; k--) {
      projected[k] /= small[k * count + k];
      for (let l = k + 1; l < count; l++) projected[k] -= small[l * count + k] * projected[l];
    }
    for (let k = 0; k < count; k++) {
      const weight = projected[k];
      for (let i = 0; i < size; i++) b[i] -= weight * solved[k * size + i];
    }
  }

  private solveTridiagonal(b: Float64Array, at: number): void {
    const { size, pivots, lower } = this;
    for (let i = 1; i < size; i++) b[at + i] -= lower[i] * b[at + i - 1];
    b[at + size - 1] /= pivots[size - 1];
    for (let i = size - 2; i >= 0; i--) b[at + i] = b[at + i] / pivots[i] - lower[i + 1] * b[at + i + 1];
  }

  private factorSmall(d: Float64Array): boolean {
    const { size, used, rows, root, solved, small } = this;
    const count = used.length;
    for (let k = 0; k < count; k++) {
      checkpoint();
      root[k] = Math.sqrt(Math.abs(d[used[k]]));
      for (let i = 0; i < size; i++) solved[k * size + i] = root[k] * rows[used[k] * size + i];
      this.solveTridiagonal(solved, k * size);
      for (let l = 0; l <= k; l++) {
        small[k * count + l] = root[l] * dot(rows, used[l] * size, solved, k * size, size);
      }
      small[k * count + k] += Math.sign(d[used[k]]);
    }
    for (let k = 0; k < count; k++) {
      checkpoint();
      for (let l = 0; l < k; l++) {
        let entry = small[k * count + l];
        for (let j = 0; j < l; j++) entry -= small[k * count + j] * small[l * count + j];
        small[k * count + l] = entry;
      }
      // So far the row is L times the pivots; dividing them out gives L, and what they took from the diagonal.
      let pivot = small[k * count + k];
      for (let l = 0; l < k; l++) {
        const entry = small[k * count + l];
        small[k * count + l] = entry / small[l * count + l];
        pivot -= entry * small[k * count + l];
      }
      if (!(pivot * d[used[k]] > 0)) return false;
      small[k * count + k] = pivot;
    }
    return true;
  }
}
