// Places on a circle against the remainder in exact arithmetic, from as far as numbers go.

import fc from "fast-check";
import { expect, it } from "vitest";
import { onCircle } from "./circle.ts";

/** A double as a ratio of integers, the second a power of 2. */
function ratio(value: number): [bigint, bigint] {
  let [scaled, denominator] = [value, 1n];
  while (!Number.isInteger(scaled)) [scaled, denominator] = [2 * scaled, 2n * denominator];
  return [BigInt(scaled), denominator];
}

/** x − low modulo the period, in [0, period), rounded once. */
function remainder(x: number, low: number, period: number): number {
  const all = [x, low, period].map(ratio);
  const unit = all.reduce((most, [, denominator]) => (denominator > most ? denominator : most), 1n);
  const [place, from, turn] = all.map(([numerator, denominator]) => numerator * (unit / denominator));
  const rest = (((place! - from!) % turn!) + turn!) % turn!;
  return Number((rest << 200n) / unit) / 2 ** 200;
}

const places = fc
  .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -60, max: 1022 }), fc.boolean())
  .map(([mantissa, exponent, negative]) => (negative ? -1 : 1) * mantissa * 2 ** exponent);
const circles = fc.oneof(
  fc.constant([-Math.PI, 2 * Math.PI] as const),
  fc.tuple(fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: 0.5, max: 20, noNaN: true })),
);

it("lie in [low, low + period), the same place", () => {
  fc.assert(
    fc.property(places, circles, (x, [low, period]) => {
      const found = onCircle(x, low, period);
      expect(found >= low && found < low + period).toBe(true);
      const away = Math.abs(found - low - remainder(x, low, period));
      // x − n·period is rounded by the size of x, of which there are 2¹⁷ periods at most; beyond it is exact.
      const far = Math.abs(x) >= 2 ** 17 * period;
      const rounded = 2 ** -52 * (4 * (Math.abs(low) + period) + (far ? 0 : 2 * Math.abs(x)));
      expect(Math.min(away, period - away)).toBeLessThanOrEqual(rounded);
    }),
    { numRuns: 3000 },
  );
});

it.each([
  [Math.PI, -Math.PI, 2 * Math.PI, -Math.PI],
  [-Math.PI, -Math.PI, 2 * Math.PI, -Math.PI],
  [-Math.PI - 2 ** -51, -Math.PI, 2 * Math.PI, Math.PI - 2 ** -51],
  [7, 2, 5, 2],
  [Number.POSITIVE_INFINITY, -Math.PI, 2 * Math.PI, Number.NaN],
  [Number.NEGATIVE_INFINITY, 0, 1, Number.NaN],
  [Number.NaN, 0, 1, Number.NaN],
])("%d on the circle from %d of length %d is %d", (x, low, period, place) => {
  expect(onCircle(x, low, period)).toBe(place);
});
