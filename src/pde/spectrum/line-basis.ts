// Functions of θ for the linearised kinetic equation, p = 1: the slowest eigenfunctions e_j of ∂*∂, ∂* = −∂ + Φ*′/τ the adjoint of
// ∂ in L²(ρ*), and their slopes g_j = ∂e_j/√κ_j, an orthonormal family too; on the circle also g_0 ∝ 1/ρ*, which ∂* annihilates.
// Of v = u√ρ*, ∂ is A = d/dθ + Φ*′/2τ, d/dθ Fourier's differentiation matrix: spectral where √ρ* is resolved and vanishes at the faces.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { cos, exp, sin } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import { largestOf } from "../../base/extremes.ts";
import { checkpoint } from "../../base/interrupt.ts";
import type { Axis } from "../../grid/axis.ts";
import { dot, norm } from "../../linear/vector.ts";
import { forceOf } from "../kinetic/force.ts";
import type { EquilibriumState } from "./equilibrium-state.ts";
import type { Hierarchy } from "./hierarchy.ts";

/** A dense eigenproblem of this size takes a few seconds. */
const MOST_CELLS = 512;

/** The families on a grid, `most` functions, and their hierarchies. Errors (input): more cells than 512. */
export function lineBasis(state: EquilibriumState, most: number) {
  const { grid, problem } = state.field;
  const [line] = grid.axes;
  if (line.cells > MOST_CELLS) {
    throw inputError(
      "grid.cells",
      `found ${line.cells}; allowed: ${MOST_CELLS} (the kinetic spectrum is spectrally accurate in θ: 128 to 256 do)`,
    );
  }
  const n = line.cells;
  const force = forceOf(state.field);
  force.update(state.density);
  const half = force.gradient[0].map((slope) => (0.5 * slope) / problem.temperature);
  const A = differentiation(line);
  for (let i = 0; i < n; i++) A[i * n + i] += half[i];
  /** κ_j of ∂*∂. */
  const { values: kappa, vectors } = eigenfunctions(A, line, Math.min(most, n));
  // The null vector as the equilibrium has it: exact, and its slope is 0.
  kappa[0] = 0;
  const functions = [state.constant, ...vectors.slice(1).map((v) => orthogonalTo(state.constant, v))];
  const slopes = functions.slice(1).map((v, j) => scaled(product(A, v, n), 1 / Math.sqrt(kappa[j + 1])));
  if (line.periodic) slopes.push(flattest(state.phi, problem.temperature));
  /** ⟨e_i, ∂g_j⟩ at [i·S + j]; S = J − 1 slopes, the circle's g_0 last where there is one. */
  const second = inner(
    functions,
    slopes.map((g) => product(A, g, n)),
  );
  const response = responseOf(state, functions);

  /** Blocks of J functions and degrees 0 … N: the functions at even degrees (at 0 without the constant, the mass), the slopes at odd ones. */
  function truncated(J: number, N: number): Hierarchy {
    const all = kappa.length;
    const chosen = Array.from({ length: J - 1 }, (_, j) => j);
    // The circle's g_0, where there is one, comes last.
    if (slopes.length === all) chosen.push(slopes.length - 1);
    const S = chosen.length;
    const sizes = Array.from({ length: N + 1 }, (_, n) => (n === 0 ? J - 1 : n % 2 === 1 ? S : J));
    const couplings = sizes.map((rows, n) => {
      if (n === 0) return new Float64Array(0);
      const columns = sizes[n - 1];
      const M = new Float64Array(rows * columns);
      const factor = Math.sqrt(n);
      if (n % 2 === 1) {
        const shift = n === 1 ? 0 : 1;
        for (let j = 0; j < J - 1; j++) M[j * columns + j + shift] = factor * Math.sqrt(kappa[j + 1]);
        return M;
      }
      for (let i = 0; i < J; i++) {
        for (const [at, j] of chosen.entries()) M[i * columns + at] = factor * second[i * slopes.length + j];
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

/** P between functions 1 … J − 1, from P − 1 between all of them. */
export function withoutMass(response: Float64Array, all: number, J: number): Float64Array {
  const P = new Float64Array((J - 1) * (J - 1));
  for (let i = 0; i < J - 1; i++) {
    for (let j = 0; j < J - 1; j++) P[i * (J - 1) + j] = (i === j ? 1 : 0) + response[(i + 1) * all + j + 1];
  }
  return P;
}

/** P − 1 between those functions: ⟨Φ′[ρ*e_j], e_i⟩/τ at [i·J + j]. */
export function responseOf(state: EquilibriumState, functions: readonly Float64Array[]): Float64Array {
  const dz = new Float64Array(state.field.count);
  const line = new Float64Array(state.constant.length);
  const images = functions.map((v) => {
    state.observe(v, dz);
    state.respond(dz, line);
    return line.slice();
  });
  return inner(functions, images);
}

/** ⟨left_i, right_j⟩ at [i·J + j]. */
export function inner(left: readonly Float64Array[], right: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(left.length * right.length);
  for (const [i, a] of left.entries()) {
    checkpoint();
    for (const [j, b] of right.entries()) out[i * right.length + j] = dot(a, b);
  }
  return out;
}

/** d/dθ of trigonometric interpolation at equidistant points, rows first (Trefethen, Spectral methods in MATLAB, 2000). */
export function differentiation({ cells: n, low, high }: Pick<Axis, "cells" | "low" | "high">): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const angle = (Math.PI * (i - j)) / n;
      const sign = (i - j) % 2 === 0 ? 1 : -1;
      out[i * n + j] = ((sign * Math.PI) / (high - low)) * ((n % 2 === 0 ? cos(angle) : 1) / sin(angle));
    }
  }
  return out;
}

/** The slowest eigenvectors of AᵀA, with the sawtooth, to which trigonometric interpolation gives slope 0, where its wavelength puts it. */
export function eigenfunctions(A: Float64Array, { cells: n, spacing }: Axis, count: number) {
  const matrix = Matrix.zeros(n, n);
  for (let k = 0; k < n; k++) {
    checkpoint();
    for (let i = 0; i < n; i++) {
      const factor = A[k * n + i];
      for (let j = 0; j <= i; j++) matrix.set(i, j, matrix.get(i, j) + factor * A[k * n + j]);
    }
  }
  const sawtooth = n % 2 === 0 ? (Math.PI * Math.PI) / (spacing * spacing * n) : 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = matrix.get(i, j) + ((i - j) % 2 === 0 ? sawtooth : -sawtooth);
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  }
  const { values, vectors } = leastEigenvectors(matrix, count);
  return { values, vectors: vectors.map((vector) => Float64Array.from(vector)) };
}

/** Of a symmetric matrix, by rising eigenvalue. */
export function leastEigenvectors(matrix: Matrix, count: number) {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[a] - realEigenvalues[b]);
  const first = order.slice(0, count);
  return {
    values: first.map((k) => realEigenvalues[k]),
    vectors: first.map((k) => eigenvectorMatrix.getColumn(k)),
  };
}

/** 1/√ρ*, of length 1. */
function flattest(phi: Float64Array, temperature: number): Float64Array {
  const most = largestOf(phi);
  const values = phi.map((value) => exp((0.5 * (value - most)) / temperature));
  return scaled(values, 1 / norm(values));
}

export function orthogonalTo(constant: Float64Array, v: Float64Array): Float64Array {
  const along = dot(constant, v);
  const rest = v.map((value, i) => value - along * constant[i]);
  return scaled(rest, 1 / norm(rest));
}

function scaled(v: Float64Array, factor: number): Float64Array {
  return v.map((value) => factor * value);
}

export function product(A: Float64Array, v: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let value = 0;
    for (let j = 0; j < n; j++) value += A[i * n + j] * v[j];
    out[i] = value;
  }
  return out;
}
