import { expect, it } from "vitest";
import { grouped } from "./grouped.ts";

it("keeps the order of items and of their keys", () => {
  expect(grouped([3, 1, 4, 1, 5, 9, 2], (n) => (n % 2 ? "odd" : "even"))).toEqual([
    [3, 1, 1, 5, 9],
    [4, 2],
  ]);
  expect(grouped([], String)).toEqual([]);
});
