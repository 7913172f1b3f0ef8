// GMRES (Saad, Schultz 1986): minimises |b − Ax| over the Krylov space of b, by Arnoldi with modified Gram–Schmidt and
// Givens rotations. For the few dozen numbers that Φ depends on: exact after n products, far earlier where A − I is
// nearly of low rank. Cost: one product with A and O(jn) for the j-th vector.

import { checkpoint } from "../base/interrupt.ts";
import { dot, norm } from "./vector.ts";

/** Reusable storage for systems of n unknowns. */
export class Gmres {
  private readonly n: number;
  private readonly most: number;
  private readonly basis: Float64Array[];
  /** Columns of the triangular factor. */
  private readonly columns: Float64Array[];
  private readonly cosines: Float64Array;
  private readonly sines: Float64Array;
  private readonly reduced: Float64Array;
  private readonly product: Float64Array;

  /** At most `most` vectors are built. */
  constructor(n: number, most = 64) {
    this.n = n;
    this.most = Math.min(n, most);
    this.basis = Array.from({ length: this.most + 1 }, () => new Float64Array(n));
    this.columns = Array.from({ length: this.most }, (_, j) => new Float64Array(j + 2));
    this.cosines = new Float64Array(this.most);
    this.sines = new Float64Array(this.most);
    this.reduced = new Float64Array(this.most + 1);
    this.product = new Float64Array(n);
  }

  /**
   * x ≈ A^{-1}b to |b − Ax| ≤ tolerance·|b|, or as near as `most` products bring it. `multiply(v, out)`: out = Av.
   * Returns the products used.
   */
  solve(
    multiply: (v: Float64Array, out: Float64Array) => void,
    b: Float64Array,
    x: Float64Array,
    tolerance: number,
  ): number {
    const { n, basis, columns, cosines, sines, reduced, product } = this;
    x.fill(0);
    const size = norm(b);
    if (size === 0) return 0;
    for (let i = 0; i < n; i++) basis[0][i] = b[i] / size;
    reduced.fill(0);
    reduced[0] = size;
    let j = 0;
    while (j < this.most && Math.abs(reduced[j]) > tolerance * size) {
      checkpoint();
      multiply(basis[j], product);
      const column = columns[j];
      for (let i = 0; i <= j; i++) {
        const overlap = dot(basis[i], product);
        column[i] = overlap;
        for (let k = 0; k < n; k++) product[k] -= overlap * basis[i][k];
      }
      const rest = norm(product);
      for (let k = 0; k < n; k++) basis[j + 1][k] = rest > 0 ? product[k] / rest : 0;
      for (let i = 0; i < j; i++) {
        const upper = cosines[i] * column[i] + sines[i] * column[i + 1];
        column[i + 1] = cosines[i] * column[i + 1] - sines[i] * column[i];
        column[i] = upper;
      }
      const pivot = Math.sqrt(column[j] * column[j] + rest * rest);
      cosines[j] = pivot > 0 ? column[j] / pivot : 1;
      sines[j] = pivot > 0 ? rest / pivot : 0;
      column[j] = pivot;
      reduced[j + 1] = -sines[j] * reduced[j];
      reduced[j] *= cosines[j];
      j += 1;
    }
    for (let i = j - 1; i >= 0; i--) {
      let value = reduced[i];
      for (let k = i + 1; k < j; k++) value -= columns[k][i] * product[k];
      // The coefficients of the basis vectors take the place of the product, which is done with.
      product[i] = columns[i][i] === 0 ? 0 : value / columns[i][i];
    }
    for (let i = 0; i < j; i++) for (let k = 0; k < n; k++) x[k] += product[i] * basis[i][k];
    return j;
  }
}
