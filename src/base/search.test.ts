import { expect, it } from "vitest";
import { firstAbove } from "./search.ts";

it("is the first that exceeds the level, equal ones not, the last at most", () => {
  const numbers = Float64Array.of(0, 0, 1, 1, 3);
  expect([-1, 0, 0.5, 1, 2, 3, 9].map((level) => firstAbove(numbers, level))).toEqual([0, 2, 2, 4, 4, 4, 4]);
  expect(firstAbove(numbers, 2, 3)).toBe(3);
});
