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
