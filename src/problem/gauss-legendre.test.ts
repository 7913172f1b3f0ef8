// The n-point Gauss–Legendre rule: exact up to degree 2n − 1 and no further.

import { expect, it } from "vitest";
import { gaussLegendre } from "./gauss-legendre.ts";

/** ∫ u^k du over [−1, 1] */
const power = (k: number) => (k % 2 === 0 ? 2 / (k + 1) : 0);

it.each([
  1, 2, 3, 4, 5, 8, 13, 32, 65,
])("n = %i is exact for degree 2n − 1, and errs as it must at 2n", (n) => {
  const { nodes, weights } = gaussLegendre(n);
  const rule = (k: number) => nodes.reduce((sum, u, i) => sum + weights[i] * u ** k, 0);
  for (let k = 0; k < 2 * n; k++)
    expect(Math.abs(rule(k) - power(k)), `degree ${k}`).toBeLessThan(2e-15 * (n + 1));
  // The error for u^(2n) is ∫ of the monic Legendre polynomial's square, 2^(2n+1) (n!)⁴ / ((2n+1) ((2n)!)²).
  let error = 2;
  for (let k = 1; k <= n; k++) error *= (k / (2 * k - 1)) ** 2;
  error /= 2 * n + 1;
  if (error > 1e-12) expect((power(2 * n) - rule(2 * n)) / error).toBeCloseTo(1, 2);
});

it("nodes ascend inside (−1, 1), symmetric; weights are positive", () => {
  for (let n = 1; n <= 40; n++) {
    const { nodes, weights } = gaussLegendre(n);
    for (let i = 0; i < n; i++) {
      expect(Math.abs(nodes[i] + nodes[n - 1 - i])).toBeLessThan(1e-15);
      expect(weights[i]).toBeGreaterThan(0);
      expect(nodes[i]).toBeGreaterThan(i === 0 ? -1 : nodes[i - 1]);
    }
  }
});

it("n = 1001 is right to the last bits: weights in 40 digits, and as symmetric as nodes are", () => {
  const { nodes, weights } = gaussLegendre(1001);
  // By Newton on the recurrence, in mpmath.
  for (const [i, u, weight] of [
    [30, -0.9953512851508718, 0.0003021128663626259],
    [77, -0.9704051219821226, 0.0007575024327814767],
    [500, 0, 0.0031368869316689284],
  ] as const) {
    expect(Math.abs(nodes[i]! - u)).toBeLessThan(2 * Number.EPSILON);
    expect(Math.abs(weights[i]! / weight - 1)).toBeLessThan(4 * Number.EPSILON);
  }
  for (let i = 0; i < 1001; i++) expect(weights[i]).toBe(weights[1000 - i]);
});

it.each([
  1001, 1500, 4000, 100_000,
])("n = %i, by the expansion, has the nodes and weights of the recurrence", (n) => {
  const { nodes, weights } = gaussLegendre(n);
  expect(nodes.every((u, i) => u > (i === 0 ? -1 : nodes[i - 1]!) && u < 1)).toBe(true);
  expect(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 2)).toBeLessThan(1e-13);
  // ∫ cos(ku) du = 2 sin(k)/k, resolved up to k = 2n; rounding of the argument k ε, of the sum √n ε.
  for (const k of [1, 0.5 * n, 1.5 * n]) {
    const rule = nodes.reduce((sum, u, i) => sum + weights[i]! * Math.cos(k * u), 0);
    expect(Math.abs(rule - (2 * Math.sin(k)) / k)).toBeLessThan(2 * (10 + k + Math.sqrt(n)) * Number.EPSILON);
  }
  // About the first and the last node of the expansion, in the middle, and anywhere.
  const some = [29, 30, 31, 77, n >> 2, (n - 1) >> 1, n >> 1, n - 31, n - 30];
  for (const i of some) {
    let u = nodes[i]!;
    let slope = 1;
    for (let round = 0; round < 2; round++) {
      let [previous, current] = [1, u];
      for (let k = 2; k <= n; k++) {
        [previous, current] = [current, ((2 * k - 1) * u * current - (k - 1) * previous) / k];
      }
      slope = (n * (u * current - previous)) / (u * u - 1);
      u -= current / slope;
    }
    expect(Math.abs(u - nodes[i]!)).toBeLessThan(4 * Number.EPSILON);
    // The recurrence itself errs by about n ε, and a node by its rounding, which (1 − u²) P_n′² feels 2/(1 − u²) times.
    expect(Math.abs(2 / ((1 - u * u) * slope * slope) / weights[i]! - 1)).toBeLessThan(
      (n + 4 / (1 - u * u)) * Number.EPSILON,
    );
  }
});
