// GMRES (Saad, Schultz 1986): minimises |b − Ax| over the Krylov space of b, by Arnoldi with modified Gram–Schmidt and
// Givens rotations. For the few dozen numbers that Φ depends on: exact after n products, far earlier where A − I is
// nearly of low rank. Cost: one product with A and O(jn) for the j-th vector.

import { checkpoint } from "../base/interrupt.ts";
import { dot, norm } from "./vector.ts";

/** Reusable storage for systems of n unknowns; at most `limit` vectors are built. */
export function gmresSolver(n: number, limit = 64) {
  const most = Math.min(n, limit);
  const basis = Array.from({ length: most + 1 }, () => new Float64Array(n));
  /** Columns of the triangular factor. */
  const columns = Array.from({ length: most }, (_, j) => new Float64Array(j + 2));
  const cosines = new Float64Array(most);
  const sines = new Float64Array(most);
  const reduced = new Float64Array(most + 1);
  const product = new Float64Array(n);

  return {
    /**
     * x ≈ A^{-1}b to |b − Ax| ≤ tolerance·|b|, or as near as `limit` products bring it. `multiply(v, out)`: out = Av.
     * Returns the products used.
     */
    solve(
      multiply: (v: Float64Array, out: Float64Array) => void,
      b: Float64Array,
      x: Float64Array,
      tolerance: number,
    ): number {
      x.fill(0);
      const size = norm(b);
      if (size === 0) return 0;
      for (let i = 0; i < n; i++) basis[0][i] = b[i] / size;
      reduced.fill(0);
      reduced[0] = size;
      let j = 0;
      while (j < most && Math.abs(reduced[j]) > tolerance * size) {
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
    },
  };
}
