// The least eigenvalue of a symmetric A known by its products alone: Lanczos' iteration, T_k = Q_kᵀ A Q_k tridiagonal, with
// full reorthogonalisation. |λ − A's nearest eigenvalue| ≤ β_k |last entry of T_k's eigenvector|. For A = I + compact, as in
// the second variation of a free energy, a few dozen products reach round-off.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { sin } from "../base/elementary.ts";
import { checkpoint } from "../base/interrupt.ts";
import { dotOf } from "../base/sum.ts";
import { combined } from "./vector.ts";

/** Products allowed. */
const LONGEST = 120;

export interface Eigenpair {
  readonly value: number;
  /** Of length 1. */
  readonly vector: Float64Array;
  /** Size of the largest eigenvalue seen. */
  readonly size: number;
}

/**
 * The least eigenvalue of a symmetric A on the complement of those orthonormal vectors, which A must leave in place;
 * to an error bound of `tolerance` times the spectrum's size, or the best within 120 products. Always from above.
 */
export function leastEigenpair(
  apply: (x: Float64Array, out: Float64Array) => void,
  length: number,
  leftOut: readonly Float64Array[],
  tolerance: number,
): Eigenpair {
  // A start without symmetry, so that no eigenvector is orthogonal to it.
  const start = Float64Array.from({ length }, (_, i) => sin(1 + 1.7 * i * i) + 0.3);
  orthogonalise(start, leftOut);
  const first = Math.sqrt(dotOf(start, start));
  const basis = [start.map((value) => value / first)];
  const diagonal: number[] = [];
  const beside: number[] = [];
  const most = Math.min(length - leftOut.length, LONGEST);
  for (let k = 0; ; k++) {
    checkpoint();
    const next = new Float64Array(length);
    apply(basis[k], next);
    diagonal.push(dotOf(basis[k], next));
    // Both in each round: what is left out would else grow by 1/rest a step, through the basis.
    orthogonalise(next, [...basis, ...leftOut]);
    const rest = Math.sqrt(dotOf(next, next));
    const { value, size, weights } = leastRitz(diagonal, beside);
    if (k + 1 === most || rest * Math.abs(weights[k]) <= tolerance * size) {
      return { value, size, vector: combined(basis, weights) };
    }
    beside.push(rest);
    basis.push(next.map((entry) => entry / rest));
  }
}

/** The least eigenvalue of the tridiagonal matrix, the size of its spectrum, and the eigenvector. */
function leastRitz(diagonal: readonly number[], beside: readonly number[]) {
  const n = diagonal.length;
  const matrix = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    matrix.set(i, i, diagonal[i]);
    if (i + 1 < n) {
      matrix.set(i, i + 1, beside[i]);
      matrix.set(i + 1, i, beside[i]);
    }
  }
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  let at = 0;
  let size = 0;
  for (let i = 0; i < n; i++) {
    if (values[i] < values[at]) at = i;
    size = Math.max(size, Math.abs(values[i]));
  }
  return { value: values[at], size, weights: vectors.getColumn(at) };
}

/** x minus its part along orthonormal vectors; twice, which is enough (Giraud, Langou, Rozložník 2005). */
function orthogonalise(x: Float64Array, basis: readonly Float64Array[]): void {
  for (let round = 0; round < 2; round++) {
    for (const vector of basis) {
      const along = dotOf(vector, x);
      for (let j = 0; j < x.length; j++) x[j] -= along * vector[j];
    }
  }
}
