import fc from "fast-check";
import { expect, it } from "vitest";
import { largestOf, leastOf } from "./extremes.ts";

it("are those of Math.max and Math.min, of none and of NaN too", () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (values) => {
      expect(largestOf(values)).toBe(Math.max(...values));
      expect(leastOf(values)).toBe(Math.min(...values));
    }),
  );
});

it("of more numbers than a call may have", () => {
  const many = Float64Array.from({ length: 3e6 }, (_, k) => (k * 7919) % 1000003);
  expect([leastOf(many), largestOf(many)]).toEqual([0, 1000002]);
});
