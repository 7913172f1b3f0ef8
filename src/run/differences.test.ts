// Differences against derivatives in closed form: the right one passes wherever it is asked, one that is wrong does not.

import fc from "fast-check";
import { expect, it } from "vitest";
import { differenceQuotient, discrepancy } from "./differences.ts";

type Pair = readonly [f: (x: number) => number, slope: (x: number) => number];

const FUNCTIONS: Record<string, Pair> = {
  cubic: [(x) => x ** 3 - 2 * x, (x) => 3 * x * x - 2],
  exp: [Math.exp, Math.exp],
  "fast wave": [(x) => Math.sin(50 * x), (x) => 50 * Math.cos(50 * x)],
  bump: [(x) => Math.exp(-x * x), (x) => -2 * x * Math.exp(-x * x)],
  // 1e6 + x: nearly all digits cancel in differences.
  "large constant": [(x) => 1e6 + Math.sin(x), Math.cos],
  "single precision": [(x) => Math.fround(Math.sin(x)), Math.cos],
  zero: [() => 0, () => 0],
};

const anywhere = fc.oneof(
  fc.double({ min: -8, max: 8, noNaN: true }),
  fc.constantFrom(0, 1e-300, -1e-12, 1, -1, 1000, 1234567.25),
);

it.each(Object.entries(FUNCTIONS))("agree with the derivative: %s", (_, [f, slope]) => {
  fc.assert(
    fc.property(anywhere, (x) => {
      fc.pre(Number.isFinite(f(x)) && Math.abs(f(x)) < 1e12);
      expect(discrepancy(slope(x), differenceQuotient(f, x))).toBe(0);
    }),
  );
});

it.each(
  Object.entries(FUNCTIONS).filter(([name]) => name !== "single precision" && name !== "zero"),
)("tell a slope that is 1 %% off, or of the wrong sign: %s", (name, [f, slope]) => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      fc.constantFrom(1.01, 0.99, -1),
      (x, factor) => {
        // Where the slope itself is small beside the curvature, 1 % of it is below what differences see.
        fc.pre(Math.abs(slope(x)) > 0.1 && (name !== "fast wave" || Math.abs(slope(x)) > 10));
        const off = discrepancy(factor * slope(x), differenceQuotient(f, x));
        expect(off).toBeGreaterThan(0.5 * Math.abs((factor - 1) * slope(x)));
      },
    ),
  );
});

it("allow any slope between the sides of a corner, and no other", () => {
  const quotient = differenceQuotient((x) => Math.max(x, 0.2 * x), 0);
  for (const slope of [0.2, 0.5, 1]) expect(discrepancy(slope, quotient)).toBe(0);
  for (const slope of [0.1, 1.1, -1]) expect(discrepancy(slope, quotient)).toBeGreaterThan(0);
});
