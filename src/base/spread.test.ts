// Evenly spread choices: how many, which, and that none comes twice.

import { expect, it } from "vitest";
import { everyIndex, spread, spreadIndices } from "./spread.ts";

it.each([
  [0, 3, []],
  [1, 3, [0]],
  [3, 3, [0, 1, 2]],
  [5, 3, [0, 2, 4]],
  [10, 4, [0, 3, 6, 9]],
  [7, 1, [0]],
  [7, 0, []],
])("of %i at most %i", (count, most, chosen) => {
  expect(spreadIndices(count, most)).toEqual(chosen);
  expect(spread([..."abcdefghij"].slice(0, count), most)).toEqual(chosen.map((k) => "abcdefghij"[k]));
});

it("none twice, for all counts to 40", () => {
  for (let count = 1; count <= 40; count++) {
    for (let most = 1; most <= 40; most++) {
      const chosen = spreadIndices(count, most);
      expect(new Set(chosen).size).toBe(Math.min(count, most));
    }
  }
});

it.each([
  [0, 3, []],
  [3, 3, [0, 1, 2]],
  [7, 3, [0, 3, 6]],
  [8, 3, [0, 3, 6]],
  [51, 25, Array.from({ length: 17 }, (_, n) => 3 * n)],
])("of %i at most %i, all as far apart", (count, most, chosen) => {
  expect(everyIndex(count, most)).toEqual(chosen);
});
