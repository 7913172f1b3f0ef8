import { expect, it } from "vitest";
import { bisected, bisectedFully, firstAbove } from "./search.ts";

it("is the first that exceeds the level, equal ones not, the last at most", () => {
  const numbers = Float64Array.of(0, 0, 1, 1, 3);
  expect([-1, 0, 0.5, 1, 2, 3, 9].map((level) => firstAbove(numbers, level))).toEqual([0, 2, 2, 4, 4, 4, 4]);
  expect(firstAbove(numbers, 2, 3)).toBe(3);
});

it("halves an interval around the place where a condition ends, from either side", () => {
  const [low, high] = bisected(0, 2, 40, (x) => x * x < 2);
  expect(low * low < 2 && high * high >= 2).toBe(true);
  expect(high - low).toBe(2 ** -39);
  const [from, to] = bisected(0, -2, 1, (x) => x > -1.5);
  expect([from, to]).toEqual([-1, -2]);
});

it("halves it until nothing lies between", () => {
  const [low, high] = bisectedFully(0, 2, (x) => x * x < 2);
  expect([low * low < 2, high * high < 2, high - low]).toEqual([true, false, Number.EPSILON]);
  expect(bisectedFully(0, Number.MIN_VALUE, () => true)).toEqual([0, Number.MIN_VALUE]);
});
