// Functions of (θ₁, θ₂) for the linearised kinetic equation: the slowest eigenfunctions e_j of Σ_k ∂_k*∂_k in L²(ρ*), in a tensor basis of
// those of the two marginals (line-basis.ts), and ∂_k between them, D_k = ⟨e_i, ∂_k e_j⟩. Of v = u√ρ*, ∂_k is A_k = d/dθ_k + ∂_kΦ*/2τ.
// Spectral where √ρ* is resolved and vanishes at the faces; slower to converge where the two coordinates depend strongly on each other.

import { Matrix } from "ml-matrix";
import { exp } from "../../base/elementary.ts";
import { MuflowError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import type { Grid } from "../../grid/grid.ts";
import { combined, dot } from "../../linear/vector.ts";
import { forceOf } from "../kinetic/force.ts";
import type { EquilibriumState } from "./equilibrium-state.ts";
import type { Hierarchy } from "./hierarchy.ts";
import {
  differentiation,
  eigenfunctions,
  inner,
  leastEigenvectors,
  orthogonalTo,
  product,
  responseOf,
  withoutMass,
} from "./line-basis.ts";

/** Functions of each coordinate in the tensor basis. */
const ALONG = 24;
/** What the tensor basis may miss of the constant function, as a norm: eigenvalues feel its square. */
const MISSED = 2e-3;

/**
 * The functions on a grid of two axes, `most` of them, and their hierarchies. Cost: T² n + T³ for n cells and T = 576 products.
 * Errors (numerics): a ρ* that products do not represent (the coordinates depend too strongly on each other, or the cells are too wide).
 */
export function planeBasis(state: EquilibriumState, most: number) {
  const { grid, problem } = state.field;
  const force = forceOf(state.field);
  force.update(state.density);
  const half = force.gradient.map((slope) => slope.map((value) => (0.5 * value) / problem.temperature));
  const lines = grid.axes.map((_, k) => lineFunctions(state, k, half[k]));
  const products = lines[0].functions.flatMap((a) => lines[1].functions.map((b) => tensor(a, b)));
  requireRepresented(state.constant, products);
  const images = [
    lines[0].slopes.flatMap((a) => lines[1].functions.map((b) => tensor(a, b))),
    lines[0].functions.flatMap((a) => lines[1].slopes.map((b) => tensor(a, b))),
  ].map((slopes, k) =>
    slopes.map((slope, t) => slope.map((value, at) => value + half[k][at] * products[t][at])),
  );
  const vectors = slowestOf(images, Math.min(most, products.length));
  const functions = [
    state.constant,
    ...vectors.slice(1).map((weights) => orthogonalTo(state.constant, combined(products, weights))),
  ];
  /** ⟨e_i, ∂_k e_j⟩ at [i·J + j]. */
  const derivatives = images.map((image) => {
    // ∂ of the constant is 0.
    const slopes = vectors.map((weights, j) =>
      j === 0 ? new Float64Array(grid.size) : combined(image, weights),
    );
    return inner(functions, slopes);
  });
  const response = responseOf(state, functions);

  /** Blocks of J functions for each (k₁, k₂), k₁ + k₂ = n, degrees n = 0 … N; at 0 without the constant, the mass. */
  function truncated(J: number, N: number): Hierarchy {
    const all = functions.length;
    const sizes = Array.from({ length: N + 1 }, (_, n) => (n === 0 ? J - 1 : (n + 1) * J));
    const couplings = sizes.map((rows, n) => {
      if (n === 0) return new Float64Array(0);
      const columns = sizes[n - 1];
      const M = new Float64Array(rows * columns);
      // Block k₁ of degree n − 1 goes to k₁ (ω₂ raised) and to k₁ + 1 (ω₁ raised).
      for (let k1 = 0; k1 < n; k1++) {
        place(M, columns, derivatives[0], all, J, k1 + 1, k1, Math.sqrt(k1 + 1), n === 1);
        place(M, columns, derivatives[1], all, J, k1, k1, Math.sqrt(n - k1), n === 1);
      }
      return M;
    });
    return { sizes, couplings, response: withoutMass(response, all, J) };
  }

  return {
    /** e_j as v, e_0 = 1 first. */
    functions,
    truncated,
  };
}

function place(
  M: Float64Array,
  columns: number,
  D: Float64Array,
  all: number,
  J: number,
  to: number,
  from: number,
  factor: number,
  massless: boolean,
): void {
  const skip = massless ? 1 : 0;
  for (let i = 0; i < J; i++) {
    const row = (to * J + i) * columns + from * J - skip;
    for (let j = skip; j < J; j++) M[row + j] = factor * D[i * all + j];
  }
}

/** The slowest functions of a coordinate's marginal, and their slopes d/dθ. */
function lineFunctions(state: EquilibriumState, k: number, half: Float64Array) {
  const { grid } = state.field;
  const line = grid.axes[k];
  const n = line.cells;
  const halfSlope = conditional(grid, state.phi, state.field.problem.temperature, k, half);
  const F = differentiation(line);
  const A = F.slice();
  for (let i = 0; i < n; i++) A[i * n + i] += halfSlope[i];
  const { vectors } = eigenfunctions(A, line, Math.min(ALONG, n));
  return { functions: vectors, slopes: vectors.map((v) => product(F, v, n)) };
}

/** ⟨half | θ_k⟩ under ρ*: half the slope of −log of its marginal. Weights relative to the largest of each line: no underflow. */
function conditional(
  grid: Grid,
  phi: Float64Array,
  temperature: number,
  k: number,
  half: Float64Array,
): Float64Array {
  const { cells } = grid.axes[k];
  const stride = grid.strides[k];
  const index = (at: number) => Math.floor(at / stride) % cells;
  const least = new Float64Array(cells).fill(Number.POSITIVE_INFINITY);
  for (let at = 0; at < grid.size; at++) least[index(at)] = Math.min(least[index(at)], phi[at]);
  const total = new Float64Array(cells);
  const sum = new Float64Array(cells);
  for (let at = 0; at < grid.size; at++) {
    const weight = exp((least[index(at)] - phi[at]) / temperature);
    total[index(at)] += weight;
    sum[index(at)] += weight * half[at];
  }
  return sum.map((value, i) => value / total[i]);
}

/** Coefficients of the slowest eigenvectors of Σ_k ⟨A_kφ_s, A_kφ_t⟩. */
function slowestOf(images: readonly (readonly Float64Array[])[], count: number): number[][] {
  const T = images[0].length;
  const matrix = Matrix.zeros(T, T);
  for (const image of images) {
    for (let s = 0; s < T; s++) {
      checkpoint();
      for (let t = 0; t <= s; t++) matrix.set(s, t, matrix.get(s, t) + dot(image[s], image[t]));
    }
  }
  for (let s = 0; s < T; s++) for (let t = 0; t < s; t++) matrix.set(t, s, matrix.get(s, t));
  return leastEigenvectors(matrix, count).vectors;
}

function requireRepresented(constant: Float64Array, products: readonly Float64Array[]): void {
  let held = 0;
  for (const v of products) {
    const along = dot(constant, v);
    held += along * along;
  }
  const missed = Math.sqrt(Math.max(0, 1 - held));
  if (missed <= MISSED) return;
  throw new MuflowError(
    "numerics",
    `kinetic spectrum: ${ALONG}² products of functions of one coordinate miss ${missed.toExponential(1)} of √ρ* (allowed: ${MISSED}); ` +
      "more cells, or a higher temperature, where the coordinates depend less on each other",
  );
}

function tensor(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length * b.length);
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) out[i * b.length + j] = a[i] * b[j];
  return out;
}
