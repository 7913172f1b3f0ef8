// The eigenvalues of largest modulus of an A known by its products alone: Arnoldi's iteration, A Q_m = Q_m H_m + β q e_mᵀ, with full
// reorthogonalisation (twice). With A = (σ − L)⁻¹ they are those of L nearest to σ, λ = σ − 1/ν (shift and invert).
// Residual of a Ritz pair (ν, Qy): β|y_m|. Cost of m vectors of length n: m products and 4 m² n. Source: Saad, 1992/2011.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { sin } from "../base/elementary.ts";
import { checkpoint } from "../base/interrupt.ts";
import { dot, norm } from "./vector.ts";

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** An approximate eigenvalue. */
export interface RitzValue extends Complex {
  /** |Ax − νx| of its unit vector: the error itself where A is normal, else up to the eigenvalue's condition. */
  readonly residual: number;
}

/** Below this, relative to the product, what is left of a new vector is rounding: the space is invariant. */
const INVARIANT = 1e-14;

/** A growing Krylov space of A, from a fixed start without symmetry, on the complement of the orthonormal vectors `leftOut`, which A must leave in place. */
export function krylovSpace(
  apply: (x: Float64Array, out: Float64Array) => void,
  length: number,
  leftOut: readonly Float64Array[] = [],
) {
  /** Columns of H, each of length j + 2. */
  const columns: Float64Array[] = [];
  const raw = Float64Array.from({ length }, (_, i) => sin(1 + 1.7 * i * i) + 0.3);
  // One product first: rough parts of the start, which no slow mode has, are damped.
  const start = new Float64Array(length);
  apply(raw, start);
  remove(start, leftOut, null);
  const first = norm(start);
  const basis = [start.map((value) => value / first)];
  let invariant = !(first > 0);

  return {
    /** Vectors so far. */
    get size(): number {
      return columns.length;
    },
    /** True once the space is all that A reaches: the Ritz values are then eigenvalues. */
    get exhausted(): boolean {
      return invariant;
    },
    /** Up to that many vectors. */
    extend(size: number): void {
      while (columns.length < size && !invariant) {
        checkpoint();
        const j = columns.length;
        const next = new Float64Array(basis[0].length);
        apply(basis[j], next);
        const before = norm(next);
        const column = new Float64Array(j + 2);
        for (let round = 0; round < 2; round++) {
          remove(next, leftOut, null);
          remove(next, basis, column);
        }
        const rest = norm(next);
        column[j + 1] = rest;
        columns.push(column);
        if (rest <= INVARIANT * before || basis.length + leftOut.length >= next.length) invariant = true;
        else basis.push(next.map((value) => value / rest));
      }
    },
    /** The Ritz values by falling modulus; of a conjugate pair both. */
    ritz(): RitzValue[] {
      const m = columns.length;
      if (m === 0) return [];
      const hessenberg = Matrix.zeros(m, m);
      for (let j = 0; j < m; j++) {
        for (let i = 0; i <= Math.min(j + 1, m - 1); i++) hessenberg.set(i, j, columns[j][i]);
      }
      const {
        realEigenvalues: re,
        imaginaryEigenvalues: im,
        eigenvectorMatrix: vectors,
      } = new EigenvalueDecomposition(hessenberg);
      const beyond = invariant ? 0 : columns[m - 1][m];
      const ritzValues = re.map((value, k) => ({
        re: value,
        im: im[k],
        residual: beyond * lastShare(vectors, k, im[k]),
      }));
      return ritzValues.sort((a, b) => modulus(b) - modulus(a) || a.im - b.im);
    },
  };
}

/** |y_m|/|y| of eigenvector k; a conjugate pair stores Re y and Im y in two columns, Im > 0 first. */
function lastShare(vectors: Matrix, k: number, im: number): number {
  const column = vectors.getColumn(k);
  const other = im === 0 ? null : vectors.getColumn(im > 0 ? k + 1 : k - 1);
  const m = column.length;
  let square = 0;
  for (let i = 0; i < m; i++) square += column[i] * column[i] + (other === null ? 0 : other[i] * other[i]);
  const last = column[m - 1] * column[m - 1] + (other === null ? 0 : other[m - 1] * other[m - 1]);
  return Math.sqrt(last / square);
}

/** |z| */
export function modulus({ re, im }: Complex): number {
  return Math.sqrt(re * re + im * im);
}

/** σ − 1/ν */
export function shifted(sigma: number, { re, im }: Complex): Complex {
  const square = re * re + im * im;
  return { re: sigma - re / square, im: im / square };
}

function remove(x: Float64Array, basis: readonly Float64Array[], overlaps: Float64Array | null): void {
  for (const [k, vector] of basis.entries()) {
    const along = dot(vector, x);
    if (overlaps !== null) overlaps[k] += along;
    for (let i = 0; i < x.length; i++) x[i] -= along * vector[i];
  }
}
