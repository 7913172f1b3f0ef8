// Anderson acceleration on linear maps: with m distinct slow modes it stops after m + 2 iterations, as GMRES does.

import { Matrix, solve } from "ml-matrix";
import { expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { Anderson } from "./anderson.ts";

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

it("is x + f less the weighted least squares in the last eight differences, written plainly, for any f", () => {
  const size = 11;
  const next = uniforms(4);
  const weight = Float64Array.from({ length: size }, () => 0.2 + next());
  const anderson = new Anderson(size);
  const x = Float64Array.from({ length: size }, next);
  const points: Float64Array[] = [];
  const residuals: Float64Array[] = [];
  for (let k = 0; k < 14; k++) {
    const f = Float64Array.from({ length: size }, () => 2 * next() - 1);
    points.push(x.slice());
    residuals.push(f);
    const expected = x.map((value, i) => value + f[i]);
    const last = Array.from({ length: Math.min(8, k) }, (_, l) => k - l);
    if (last.length > 0) {
      const change = (rows: Float64Array[], at: number, i: number) => rows[at][i] - rows[at - 1][i];
      const scaled = Array.from(f, (_, i) =>
        last.map((at) => Math.sqrt(weight[i]) * change(residuals, at, i)),
      );
      const right = Array.from(f, (value, i) => [Math.sqrt(weight[i]) * value]);
      const gamma = solve(new Matrix(scaled), new Matrix(right)).to1DArray();
      for (const [l, at] of last.entries()) {
        for (let i = 0; i < size; i++) {
          expected[i] -= gamma[l] * (change(points, at, i) + change(residuals, at, i));
        }
      }
    }
    anderson.advance(x, f, weight);
    for (let i = 0; i < size; i++) expect(Math.abs(x[i] - expected[i])).toBeLessThan(1e-10);
  }
});

it("nearly parallel differences get their coefficients to the rounding of what tells them apart; of parallel ones the newest counts", () => {
  const weight = Float64Array.of(1, 0.5, 2, 1);
  const newer = Float64Array.of(1, 2, -1, 0.5);
  const apart = Float64Array.of(0.3, -1, 0.7, 0.2);
  const [x0, x1, x2] = [
    Float64Array.of(1, 0, 2, 0),
    Float64Array.of(0, 3, 1, 1),
    Float64Array.of(2, 1, 0, 5),
  ];
  const after = (tilt: number) => {
    const older = newer.map((value, i) => value + tilt * apart[i]);
    // In their span: f = 2 Δf₁ − 1.5 Δf₀.
    const f2 = newer.map((value, i) => 2 * value - 1.5 * older[i]);
    const f1 = f2.map((value, i) => value - newer[i]);
    const f0 = f1.map((value, i) => value - older[i]);
    const anderson = new Anderson(4);
    anderson.advance(x0.slice(), f0, weight);
    anderson.advance(x1.slice(), f1, weight);
    const x = x2.slice();
    anderson.advance(x, f2, weight);
    return x.map((value, i) => value - x2[i] - f2[i]);
  };
  // −(ΔX + Δf)γ, γ of an error of a few ε over the tilt.
  const tilted = after(1e-6);
  for (let i = 0; i < 4; i++) {
    const expected = -2 * (x2[i] - x1[i] + newer[i]) + 1.5 * (x1[i] - x0[i] + newer[i]);
    expect(Math.abs(tilted[i] - expected)).toBeLessThan(1e-5);
  }
  const parallel = after(0);
  for (let i = 0; i < 4; i++) {
    expect(Math.abs(parallel[i] + 0.5 * (x2[i] - x1[i] + newer[i]))).toBeLessThan(1e-12);
  }
});
