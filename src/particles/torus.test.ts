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
      wrap(wrapped, rows, p, 0, tiles);
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

it("keeps an overflow one: what is not finite becomes NaN", () => {
  for (const theta of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
    const state = new Float64Array(TILE).fill(theta);
    wrap(state, 1, 1, 0, 1);
    expect(state.every(Number.isNaN)).toBe(true);
  }
});
