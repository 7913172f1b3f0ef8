// KL(μ/mass ‖ ν) against sums written plainly, and what noise leaves out: cells where μ and ν agree to it, not those that only one of them has.

import { expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import { divergenceOf } from "./divergence.ts";

const NOTHING = Float64Array.of(0);

it("is Σ(μ log(μ/ν) − μ + ν) times the volume of a cell", () => {
  const next = uniforms(1);
  const density = Float64Array.from({ length: 12 }, next);
  const theta = Float64Array.from({ length: 4 }, () => Math.log(next()));
  const omega = Float64Array.from({ length: 3 }, () => Math.log(next()));
  const [mass, volume] = [1.7, 0.2];
  let expected = 0;
  for (let i = 0; i < 12; i++) {
    const [mu, logNu] = [density[i] / mass, theta[Math.floor(i / 3)] + omega[i % 3]];
    expected += volume * (mu * (Math.log(mu) - logNu) - mu + Math.exp(logNu));
  }
  expect(divergenceOf(density, { theta, omega }, { volume, mass })).toBeCloseTo(expected, 13);
});

it("of noise leaves out what agrees to it alone", () => {
  const theta = Float64Array.of(Math.log(0.3), Math.log(0.5), Math.log(0.2));
  const of = (density: number[], noise: number) =>
    divergenceOf(Float64Array.from(density), { theta, omega: NOTHING }, { volume: 1, noise });
  // Too little in the first cell, too much in the second; the third agrees.
  const terms = [0.1 * Math.log(0.1 / 0.3) + 0.2, 0.7 * Math.log(0.7 / 0.5) - 0.2];
  expect(of([0.1, 0.7, 0.2 + 1e-4], 1e-3)).toBeCloseTo(terms[0] + terms[1], 14);
  expect(of([0.1, 0.5, 0.2], 1e-3)).toBeCloseTo(terms[0], 14);
  expect(of([0.3, 0.7, 0.2], 1e-3)).toBeCloseTo(terms[1], 14);
  expect(of([0, 0.5, 0.2], 1e-3)).toBeCloseTo(0.3, 14);
});
