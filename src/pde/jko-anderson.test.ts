// Anderson acceleration on linear maps: with m distinct slow modes it stops after m + 2 iterations, as GMRES does.

import { expect, it } from "vitest";
import { Anderson } from "./jko-anderson.ts";

it("F(x) = Bx + b with three distinct eigenvalues is solved in five iterations", () => {
  const rates = Float64Array.of(0.999, -0.5, 0.9, 0.999, -0.5, 0.9);
  const exact = Float64Array.of(1, 2, 3, 4, 5, 6);
  const weight = Float64Array.of(1, 2, 0.5, 1, 3, 1);
  const x = new Float64Array(6);
  const f = new Float64Array(6);
  const anderson = new Anderson(6);
  for (let k = 0; k < 5; k++) {
    for (let i = 0; i < 6; i++) f[i] = (1 - rates[i]) * (exact[i] - x[i]);
    anderson.advance(x, f, weight);
  }
  // Round-off of f, divided by the least 1 − rate.
  for (let i = 0; i < 6; i++) expect(Math.abs(x[i] - exact[i])).toBeLessThan(6 * 1e3 * 1e3 * 2 ** -52);
});

it("forgets on restart: the next step is plain", () => {
  const anderson = new Anderson(1);
  const x = Float64Array.of(0);
  const one = Float64Array.of(1);
  anderson.advance(x, Float64Array.of(1), one);
  anderson.advance(x, Float64Array.of(0.5), one);
  expect(x[0]).toBeCloseTo(2, 12);
  anderson.restart();
  anderson.advance(x, Float64Array.of(0.25), one);
  expect(x[0]).toBeCloseTo(2.25, 12);
});
