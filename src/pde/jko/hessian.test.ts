// The low-rank Hessian against dense algebra: the solution, and whether H is positive definite, by its eigenvalues.

import fc from "fast-check";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import { LowRankTridiagonal } from "./hessian.ts";

it("solves with H and tells whether it is positive definite, as dense algebra does", () => {
  let definite = 0;
  let indefinite = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 12 }),
      fc.integer({ min: 0, max: 6 }),
      fc.nat(1e6),
      (size, count, seed) => {
        const next = uniforms(seed);
        const diagonal = Float64Array.from({ length: size }, () => 2.2 + next());
        const off = Float64Array.from({ length: size - 1 }, () => 2 * next() - 1);
        const rows = Float64Array.from({ length: size * count }, () => 2 * next() - 1);
        const d = Float64Array.from({ length: count }, () => Math.round(4 * next() - 1.5));
        const dense = Matrix.zeros(size, size);
        for (let i = 0; i < size; i++) {
          dense.set(i, i, diagonal[i]);
          if (i > 0) {
            dense.set(i, i - 1, off[i - 1]);
            dense.set(i - 1, i, off[i - 1]);
          }
        }
        for (let r = 0; r < count; r++) {
          for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) {
              dense.set(i, j, dense.get(i, j) + d[r] * rows[r * size + i] * rows[r * size + j]);
            }
          }
        }
        const eigenvalues = new EigenvalueDecomposition(dense, { assumeSymmetric: true }).realEigenvalues;
        const least = Math.min(...eigenvalues);
        fc.pre(Math.abs(least) > 1e-6);
        const hessian = new LowRankTridiagonal(size, count);
        expect(hessian.factor(diagonal, off, rows, d)).toBe(least > 0);
        if (least < 0) {
          indefinite += 1;
          return;
        }
        definite += 1;
        const exact = Float64Array.from({ length: size }, () => 2 * next() - 1);
        const b = Float64Array.from(dense.mmul(Matrix.columnVector(Array.from(exact))).to1DArray());
        hessian.solve(b);
        const condition = (Math.max(...eigenvalues) / least) * (1 + 20 / least);
        for (let i = 0; i < size; i++)
          expect(Math.abs(b[i] - exact[i])).toBeLessThan(1e-14 * condition * size);
      },
    ),
    { numRuns: 500, seed: 2 },
  );
  expect(definite).toBeGreaterThan(50);
  expect(indefinite).toBeGreaterThan(50);
});

it("an indefinite tridiagonal part is seen", () => {
  const hessian = new LowRankTridiagonal(3, 0);
  const none = new Float64Array(0);
  expect(hessian.factor(Float64Array.of(1, 1, 1), Float64Array.of(0.5, 0.9), none, none)).toBe(false);
  expect(hessian.factor(Float64Array.of(1, 1, 1), Float64Array.of(0.5, 0.5), none, none)).toBe(true);
});
