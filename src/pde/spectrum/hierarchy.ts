// The linearised kinetic equation by levels n of Hermite functions in ω: with a_n the coefficients of degree n,
//   ȧ_n = −γn a_n − √τ M_n a_{n−1} + √τ M_{n+1}ᵀ a_{n+1},  a_0 replaced by P a_0 in ȧ_1 (the mean field),
// friction diagonal, transport skew. (σ − L)x = b by elimination from the top: every Schur complement is σ + γn + a positive
// matrix, so Cholesky; at level 0 alone, where P enters, LU. Cost Σ b_n³ for blocks of b_n numbers.

import { LuDecomposition, Matrix } from "ml-matrix";
import { checkpoint } from "../../base/interrupt.ts";

/** M_n and P, dense, rows first. */
export interface Hierarchy {
  /** b_0 … b_N */
  readonly sizes: readonly number[];
  /** M_n of b_n × b_{n−1} numbers, at index n; index 0 is empty. */
  readonly couplings: readonly Float64Array[];
  /** P, b_0 × b_0. */
  readonly response: Float64Array;
}

/** (σ − L)⁻¹ for one friction. */
export function hierarchyResolvent(
  hierarchy: Hierarchy,
  temperature: number,
  friction: number,
  sigma: number,
) {
  const { sizes, couplings, response } = hierarchy;
  const root = Math.sqrt(temperature);
  const offsets = sizes.map((_, n) => sizes.slice(0, n).reduce((total, size) => total + size, 0));
  /** Lower triangles, n ≥ 1. */
  const factors: Float64Array[] = [];
  let above: Float64Array | null = null;
  for (let n = sizes.length - 1; n >= 1; n--) {
    checkpoint();
    const factor: Float64Array = above ?? new Float64Array(sizes[n] * sizes[n]);
    for (let i = 0; i < sizes[n]; i++) factor[i * sizes[n] + i] += sigma + friction * n;
    cholesky(factor, sizes[n]);
    factors[n] = factor;
    above = schur(factor, couplings[n], sizes[n], sizes[n - 1], temperature);
  }
  const b = sizes[0];
  const first = above ?? new Float64Array(b * b);
  const matrix = Matrix.zeros(b, b);
  for (let i = 0; i < b; i++) {
    for (let j = 0; j < b; j++) {
      let value = i === j ? sigma : 0;
      for (let k = 0; k < b; k++) value += first[i * b + k] * response[k * b + j];
      matrix.set(i, j, value);
    }
  }
  const bottom = new LuDecomposition(matrix);
  const responded = new Float64Array(b);

  return {
    /** Unknowns. */
    length: sizes.reduce((total, size) => total + size, 0),
    apply(right: Float64Array, out: Float64Array): void {
      const level = (n: number) => out.subarray(offsets[n], offsets[n] + sizes[n]);
      out.set(right);
      for (let n = sizes.length - 1; n >= 1; n--) {
        const solved = level(n).slice();
        solve(factors[n], solved, sizes[n]);
        addTransposed(couplings[n], solved, root, level(n - 1), sizes[n], sizes[n - 1]);
      }
      const zero = level(0);
      zero.set(bottom.solve(Matrix.columnVector(zero)).to1DArray());
      responded.fill(0);
      add(response, zero, 1, responded, sizes[0], sizes[0]);
      for (let n = 1; n < sizes.length; n++) {
        add(couplings[n], n === 1 ? responded : level(n - 1), -root, level(n), sizes[n], sizes[n - 1]);
        solve(factors[n], level(n), sizes[n]);
      }
    },
  };
}

/** τ Mᵀ S⁻¹ M = τ TᵀT, T = G⁻¹M, S = GGᵀ. */
function schur(
  G: Float64Array,
  M: Float64Array,
  rows: number,
  columns: number,
  temperature: number,
): Float64Array {
  const T = M.slice();
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    for (let k = 0; k < i; k++) {
      const factor = G[i * rows + k];
      if (factor === 0) continue;
      for (let j = 0; j < columns; j++) T[row + j] -= factor * T[k * columns + j];
    }
    const inverse = 1 / G[i * rows + i];
    for (let j = 0; j < columns; j++) T[row + j] *= inverse;
  }
  const out = new Float64Array(columns * columns);
  for (let k = 0; k < rows; k++) {
    for (let i = 0; i < columns; i++) {
      const factor = temperature * T[k * columns + i];
      if (factor === 0) continue;
      for (let j = 0; j <= i; j++) out[i * columns + j] += factor * T[k * columns + j];
    }
  }
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) out[j * columns + i] = out[i * columns + j];
  return out;
}

/** S = GGᵀ in place, the lower triangle. */
function cholesky(S: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = S[i * n + j];
      for (let k = 0; k < j; k++) value -= S[i * n + k] * S[j * n + k];
      S[i * n + j] = j < i ? value / S[j * n + j] : Math.sqrt(value);
    }
  }
}

/** x ← S⁻¹ x */
function solve(G: Float64Array, x: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let value = x[i];
    for (let k = 0; k < i; k++) value -= G[i * n + k] * x[k];
    x[i] = value / G[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i] / G[i * n + i];
    x[i] = value;
    for (let k = 0; k < i; k++) x[k] -= G[i * n + k] * value;
  }
}

/** out += scale M x */
function add(
  M: Float64Array,
  x: Float64Array,
  scale: number,
  out: Float64Array,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    let value = 0;
    for (let j = 0; j < columns; j++) value += M[i * columns + j] * x[j];
    out[i] += scale * value;
  }
}

/** out += scale Mᵀ x */
function addTransposed(
  M: Float64Array,
  x: Float64Array,
  scale: number,
  out: Float64Array,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    const value = scale * x[i];
    for (let j = 0; j < columns; j++) out[j] += value * M[i * columns + j];
  }
}
