// P = e^(sL) against the exponential of the dense generator, by the eigenvectors of its symmetric form, on axes so short that the walls and
// the first and last cells hold as much as the others.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { changCooper } from "./chang-cooper.ts";

/** x/(eˣ − 1) */
const bernoulli = (x: number) => (x === 0 ? 1 : x / Math.expm1(x));

it.each([
  { cells: 4, low: -1, high: 1, tau: 0.7, s: 0.3 },
  { cells: 5, low: -1, high: 1.5, tau: 0.5, s: 0.01 },
  { cells: 6, low: -0.5, high: 1, tau: 0.2, s: 0.4 },
  { cells: 9, low: -2, high: 1, tau: 0.3, s: 2 },
  { cells: 12, low: -1.5, high: 1.5, tau: 1, s: 7 },
])("$cells cells from $low to $high, τ = $tau, s = $s", ({ cells, low, high, tau, s }) => {
  const one = axis({ low, high, cells });
  const { centres, spacing } = one;
  const L = Matrix.zeros(cells, cells);
  for (let i = 0; i + 1 < cells; i++) {
    const u = (centres[i + 1] ** 2 - centres[i] ** 2) / (2 * tau);
    const rates = [bernoulli(u), bernoulli(-u)].map((value) => (tau * value) / spacing ** 2);
    L.set(i + 1, i, rates[0]);
    L.set(i, i, L.get(i, i) - rates[0]);
    L.set(i, i + 1, rates[1]);
    L.set(i + 1, i + 1, L.get(i + 1, i + 1) - rates[1]);
  }
  const root = centres.map((omega) => Math.exp((-0.25 * omega * omega) / tau));
  const symmetric = Matrix.zeros(cells, cells);
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) symmetric.set(i, j, (L.get(i, j) * root[j]) / root[i]);
  }
  const { realEigenvalues, eigenvectorMatrix: V } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  const exponential = V.mmul(Matrix.diag(realEigenvalues.map((value) => Math.exp(s * value)))).mmul(
    V.transpose(),
  );
  const P = new Float64Array(cells * cells);
  changCooper(one, s, tau, P);
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const expected = (exponential.get(i, j) * root[i]) / root[j];
      expect(Math.abs(P[i * cells + j] - expected)).toBeLessThan(1e-12);
    }
  }
});
