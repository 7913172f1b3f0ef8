// Bringing θ back to [−π, π): by whole turns, at the ends themselves too, and θ alone.

import fc from "fast-check";
import { expect, it } from "vitest";
import { TILE } from "../kernels/layout.ts";
import { wrap } from "./torus.ts";

it("moves θ by whole turns into [−π, π), and no other row", () => {
  const angle = fc.oneof(
    fc.double({ min: -40, max: 40, noNaN: true }),
    fc.constantFrom(Math.PI, -Math.PI, 3 * Math.PI, -3 * Math.PI, 0),
  );
  const [rows, p, tiles] = [3, 2, 2];
  const state = fc.array(angle, { minLength: tiles * rows * TILE, maxLength: tiles * rows * TILE });
  fc.assert(
    fc.property(state, (values) => {
      const wrapped = Float64Array.from(values);
      wrap(wrapped, rows, p, tiles);
      for (const [i, theta] of wrapped.entries()) {
        if (Math.floor(i / TILE) % rows >= p) {
          expect(theta).toBe(values[i]);
          continue;
        }
        expect(theta >= -Math.PI && theta < Math.PI).toBe(true);
        const turns = (values[i] - theta) / (2 * Math.PI);
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-14);
        // What lies inside stays to the bit.
        if (values[i] >= -Math.PI && values[i] < Math.PI) expect(theta).toBe(values[i]);
      }
    }),
  );
});

/** The remainder of a double by the double 2π, in exact arithmetic, on [−π, π). */
function remainder(theta: number): number {
  const [numerator, denominator] = ratio(theta);
  const [turn, unit] = ratio(2 * Math.PI);
  // In units of 1/(denominator unit).
  const [value, period] = [numerator * unit, turn * denominator];
  let rest = value % period;
  if (rest < 0n) rest += period;
  if (2n * rest >= period) rest -= period;
  return Number((rest << 200n) / (denominator * unit)) / 2 ** 200;
}

/** A double as a ratio of integers. */
function ratio(value: number): [bigint, bigint] {
  let [scaled, denominator] = [value, 1n];
  while (!Number.isInteger(scaled)) [scaled, denominator] = [2 * scaled, 2n * denominator];
  return [BigInt(scaled), denominator];
}

it("brings back θ from as far as numbers go, by the remainder in exact arithmetic", () => {
  const far = fc
    .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: 2, max: 1022 }), fc.boolean())
    .map(([mantissa, exponent, negative]) => (negative ? -1 : 1) * mantissa * 2 ** exponent);
  const edges = fc.constantFrom(-Math.PI - 2 ** -51, Math.PI + 2 ** -51, 1e300, -1e17, 2 ** 20, -(2 ** 20));
  fc.assert(
    fc.property(fc.oneof(far, edges), (theta) => {
      const state = new Float64Array(TILE).fill(theta);
      wrap(state, 1, 1, 1);
      expect(state[0] >= -Math.PI && state[0] < Math.PI).toBe(true);
      // On the circle, up to what rounding leaves of few turns.
      const off = Math.abs(state[0] - remainder(theta));
      expect(Math.min(off, 2 * Math.PI - off)).toBeLessThan(1e-9);
      if (Math.abs(theta) >= 2 ** 20) expect(Math.min(off, 2 * Math.PI - off)).toBeLessThan(1e-15);
    }),
    { numRuns: 1000 },
  );
});
