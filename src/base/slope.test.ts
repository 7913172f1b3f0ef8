// The slope of a straight line in logarithmic axes: exact powers, and the normal equations.

import fc from "fast-check";
import { expect, it } from "vitest";
import { slopeOf } from "./slope.ts";

it("is the exponent of a power law, wherever its points lie", () => {
  const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(
    fc.property(
      fc.uniqueArray(positive, { minLength: 2, maxLength: 8, selector: (x) => Math.round(10 * Math.log(x)) }),
      fc.double({ min: -4, max: 4, noNaN: true }),
      positive,
      (xs, exponent, factor) => {
        const found = slopeOf(
          xs,
          xs.map((x) => factor * x ** exponent),
        );
        // Logarithms of points 0.1 apart and more, of size 25 at most, known to 25 ε.
        expect(Math.abs(found - exponent)).toBeLessThan(1e-12);
      },
    ),
  );
});

it("solves the normal equations: residuals sum to 0, and to 0 against log x", () => {
  const [xs, ys] = [
    [1, 2, 3, 7, 11],
    [2, 1, 8, 5, 30],
  ];
  const slope = slopeOf(xs, ys);
  const points = xs.map((x, i) => [Math.log(x), Math.log(ys[i])]);
  const intercept = points.reduce((sum, [u, v]) => sum + (v - slope * u) / points.length, 0);
  const residuals = points.map(([u, v]) => v - slope * u - intercept);
  expect(Math.abs(residuals.reduce((sum, r, i) => sum + r * points[i][0], 0))).toBeLessThan(1e-13);
  expect(residuals.reduce((sum, r) => sum + r * r, 0)).toBeGreaterThan(1);
});
