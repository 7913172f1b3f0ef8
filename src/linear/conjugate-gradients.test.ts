// Conjugate gradients on random positive systems I + B against Gaussian elimination, and what the Newton step relies on
// however early it ends: b·x > 0 and b·(b − Ax) = 0.

import fc from "fast-check";
import { Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { conjugateGradients } from "./conjugate-gradients.ts";

/** I + Σ_k 10^{power_k} w_k w_kᵀ, of a few large eigenvalues. */
const systems = (largest: number) =>
  fc
    .record({
      n: fc.integer({ min: 1, max: 30 }),
      powers: fc.array(fc.double({ min: -6, max: largest, noNaN: true }), { minLength: 0, maxLength: 8 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    })
    .map(({ n, powers, seed }) => {
      const entry = (i: number, k: number) => Math.sin(seed + 12.9898 * i * (k + 1) + 78.233 * k);
      const matrix = Matrix.eye(n, n);
      for (const [k, power] of powers.entries()) {
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            matrix.set(i, j, matrix.get(i, j) + (10 ** power * entry(i, k) * entry(j, k)) / n);
          }
        }
      }
      return { n, matrix, b: Float64Array.from({ length: n }, (_, i) => entry(i, 11)) };
    });

function multiplier(matrix: Matrix) {
  return (v: Float64Array, out: Float64Array) => {
    for (let i = 0; i < out.length; i++) {
      out[i] = 0;
      for (let j = 0; j < v.length; j++) out[i] += matrix.get(i, j) * v[j];
    }
  };
}

const norm = (a: ArrayLike<number>) =>
  Math.sqrt(Array.from(a).reduce((sum, value) => sum + value * value, 0));

describe("conjugate gradients", () => {
  it("solve random systems to the tolerance, against elimination", () => {
    fc.assert(
      fc.property(systems(5), ({ n, matrix, b }) => {
        const x = new Float64Array(n);
        const products = conjugateGradients(multiplier(matrix), b, x, 1e-10, 500);
        expect(products).toBeLessThan(500);
        const exact = solve(matrix, Matrix.columnVector(b)).getColumn(0);
        // A ≥ I: the error is no larger than the residual, 1e-10·|x|, and round-off ε·cond.
        const condition = 1 + 8 * 1e5;
        const error = norm(x.map((value, i) => value - exact[i]));
        expect(error).toBeLessThan((2e-10 + 20 * Number.EPSILON * condition) * norm(exact));
      }),
      { numRuns: 200 },
    );
  });

  it("stopped early: b·x > 0, b·(b − Ax) = 0, and |x| grows", () => {
    fc.assert(
      fc.property(systems(1), fc.integer({ min: 1, max: 4 }), ({ n, matrix, b }, most) => {
        const x = new Float64Array(n);
        const before = new Float64Array(n);
        conjugateGradients(multiplier(matrix), b, before, 0, most - 1);
        expect(conjugateGradients(multiplier(matrix), b, x, 0, most)).toBeLessThanOrEqual(most);
        const rest = new Float64Array(n);
        multiplier(matrix)(x, rest);
        let [along, across] = [0, 0];
        for (let i = 0; i < n; i++) {
          along += b[i] * x[i];
          across += b[i] * (b[i] - rest[i]);
        }
        expect(along).toBeGreaterThan(0);
        // Rounding is amplified by the condition, 81 at most, at each of four steps.
        expect(Math.abs(across)).toBeLessThan(81 ** 4 * Number.EPSILON * norm(b) ** 2);
        expect(norm(x)).toBeGreaterThanOrEqual(norm(before) * (1 - 1e-12));
      }),
      { numRuns: 200 },
    );
  });

  it("takes as many products as A has distinct eigenvalues, and none for b = 0", () => {
    const matrix = Matrix.diag([1, 1, 50, 1, 50, 7]);
    const x = new Float64Array(6);
    expect(conjugateGradients(multiplier(matrix), Float64Array.of(1, 2, 3, 4, 5, 6), x, 1e-12, 100)).toBe(3);
    expect(x[5]).toBeCloseTo(6 / 7, 13);
    expect(conjugateGradients(multiplier(matrix), new Float64Array(6), x, 1e-12, 100)).toBe(0);
    expect([...x]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
