// Lanczos against the dense symmetric eigensolver, on random matrices and on I + low rank, where Krylov spaces end early.

import fc from "fast-check";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { leastEigenpair } from "./lanczos.ts";

const times = (a: Matrix) => (x: Float64Array, out: Float64Array) => {
  for (let i = 0; i < x.length; i++) {
    out[i] = 0;
    for (let j = 0; j < x.length; j++) out[i] += a.get(i, j) * x[j];
  }
};

// Not denormal: the dense solver that this is compared with breaks on them.
const entry = fc.integer({ min: -1000, max: 1000 }).map((k) => k / 1000);

describe("the least eigenvalue", () => {
  it("is that of a dense matrix, with its eigenvector", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }).chain((n) => fc.array(entry, { minLength: n * n, maxLength: n * n })),
        (values) => {
          const n = Math.sqrt(values.length);
          const a = Matrix.zeros(n, n);
          for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++) a.set(i, j, values[i * n + j] + values[j * n + i]);
          const expected = Math.min(
            ...new EigenvalueDecomposition(a, { assumeSymmetric: true }).realEigenvalues,
          );
          const { value, vector } = leastEigenpair(times(a), n, [], 1e-13);
          expect(Math.abs(value - expected)).toBeLessThan(1e-11 * n);
          const image = new Float64Array(n);
          times(a)(vector, image);
          for (let i = 0; i < n; i++) expect(Math.abs(image[i] - value * vector[i])).toBeLessThan(1e-11 * n);
        },
      ),
    );
  });

  it("off a vector that A does not leave in place, for I + low rank: no ghost of what is left out", () => {
    const n = 300;
    const bump = (centre: number, width: number) =>
      Float64Array.from({ length: n }, (_, i) => Math.exp(-(((i - centre) / width) ** 2)));
    const features = [bump(100, 20), bump(140, 30), bump(160, 15), bump(60, 50)];
    const a = Matrix.eye(n);
    for (const [k, f] of features.entries()) {
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) a.set(i, j, a.get(i, j) + (k - 1.5) * 0.1 * f[i] * f[j]);
    }
    const raw = bump(120, 40);
    const norm = Math.hypot(...raw);
    const u = raw.map((value) => value / norm);
    const off = Matrix.zeros(n, n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) off.set(i, j, (i === j ? 1 : 0) - u[i] * u[j]);
    const eigenvalues = new EigenvalueDecomposition(off.mmul(a).mmul(off), { assumeSymmetric: true })
      .realEigenvalues;
    const expected = Math.min(...eigenvalues.filter((value) => Math.abs(value) > 1e-9));
    expect(Math.abs(leastEigenpair(times(a), n, [u], 1e-13).value - expected)).toBeLessThan(1e-11);
  });
});
