// Data as arrays: where each number goes, weights that sum to 1, columns brought to mean 0 and deviation 1.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromArrays, fromColumns, NO_DATA, standardised, thinned } from "./data.ts";
import { split } from "./split.ts";

const number = fc.double({ min: -50, max: 50, noNaN: true });
const table = fc.integer({ min: 1, max: 3 }).chain((inputs) =>
  fc.array(
    fc.record({
      x: fc.array(number, { minLength: inputs, maxLength: inputs }),
      y: number,
      q: fc.double({ min: 0.1, max: 5, noNaN: true }),
    }),
    { minLength: 2, maxLength: 9 },
  ),
);

describe("rows of inputs, targets, weights", () => {
  it("lie by coordinate, with weights that sum to 1, equal by default", () => {
    fc.assert(
      fc.property(table, (rows) => {
        const [x, y, q] = [rows.map((row) => row.x), rows.map((row) => row.y), rows.map((row) => row.q)];
        const total = q.reduce((sum, value) => sum + value, 0);
        const data = fromArrays(x, y, q);
        const equal = fromArrays(x, y);
        expect([data.size, data.inputs]).toEqual([rows.length, x[0].length]);
        for (const [i, row] of x.entries()) {
          for (const [k, value] of row.entries()) expect(data.x[k * rows.length + i]).toBe(value);
          expect(data.y[i]).toBe(y[i]);
          expect(Math.abs(data.weight[i] - q[i] / total)).toBeLessThan(1e-15);
          expect(Math.abs(equal.weight[i] - 1 / rows.length)).toBeLessThan(1e-15);
        }
        expect(data.x.length).toBe(rows.length * x[0].length);
      }),
    );
    expect(fromArrays([1, 2], [3, 4])).toEqual(fromArrays([[1], [2]], [3, 4]));
    expect(Array.from(fromArrays([1, 2], [3, 4], [0, 7]).weight)).toEqual([0, 1]);
    expect([NO_DATA.size, NO_DATA.inputs, NO_DATA.x.length]).toEqual([0, 0, 0]);
  });

  it.each([
    ["no rows", () => fromArrays([], []), "data: found no rows"],
    ["fewer inputs", () => fromArrays([1], [1, 2]), "found 1 inputs for 2 targets"],
    ["more weights", () => fromArrays([1], [1], [1, 2]), "found 2 weights for 1 targets"],
    ["rows that differ", () => fromArrays([[1, 2], [3]], [1, 2]), "row 2 has 1 inputs; the first row has 2"],
    [
      "no number",
      () =>
        fromArrays(
          [
            [1, 2],
            [3, Number.NaN],
          ],
          [1, 2],
        ),
      "row 2: input 2 is NaN",
    ],
    [
      "an infinite target",
      () => fromArrays([1, 2], [1, Number.POSITIVE_INFINITY]),
      "row 2: the target is Infinity",
    ],
    [
      "a negative weight",
      () => fromArrays([1, 2], [1, 2], [1, -0.5]),
      "row 2: the weight is -0.5; allowed: a number ≥ 0",
    ],
    [
      "weights 0",
      () => fromArrays([1, 2], [1, 2], [0, 0]),
      "the weights sum to 0; at least one must be positive",
    ],
  ])("refuse %s", (_what, make, message) => {
    expect(make).toThrow(message);
  });
});

it("columns with a number that is none are refused, by row and name", () => {
  const [whole, broken] = [Float64Array.of(1, 2, 3), Float64Array.of(1, Number.NaN, 3)];
  const names = { inputs: ["age", "dose"], target: "fell" };
  expect(() => fromColumns([whole, broken], whole, { names })).toThrow(
    "data: row 2: dose is NaN; a finite number is needed",
  );
  expect(() => fromColumns([whole, broken], whole)).toThrow("data: row 2: input 2 is NaN");
  const infinite = Float64Array.of(1, 2, Number.NEGATIVE_INFINITY);
  expect(() => fromColumns([whole, whole], infinite)).toThrow("data: row 3: the target is -Infinity");
  expect(() => fromColumns([whole], whole, { weight: broken })).toThrow("data: row 2: the weight is NaN");
});

describe("data in the place of more", () => {
  it("are all of them where as many are asked for, of equal weights", () => {
    const data = fromArrays([5, 1, 4, 2, 3], [1, 2, 3, 4, 5]);
    const { x, y, weight } = thinned(data, 5);
    expect([x, y, weight]).toEqual([data.x, data.y, data.weight]);
  });
  it("are as many of each as its weight says, with its own target", () => {
    const found = thinned(
      fromArrays(
        [
          [1, -1],
          [2, -2],
          [3, -3],
        ],
        [5, 6, 7],
        [2, 1, 1],
      ),
      4,
    );
    expect(Array.from(found.x)).toEqual([1, 1, 2, 3, -1, -1, -2, -3]);
    expect(Array.from(found.y)).toEqual([5, 5, 6, 7]);
    expect(Array.from(found.weight)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe("standardised", () => {
  it("has weighted mean 0 and variance 1 in every column, each a straight line of what it was", () => {
    fc.assert(
      fc.property(table, (rows) => {
        const apart = (values: number[]) => Math.max(...values) - Math.min(...values) > 1;
        const columns = [...rows[0].x.map((_, k) => rows.map(({ x }) => x[k])), rows.map(({ y }) => y)];
        fc.pre(columns.every(apart));
        const raw = fromArrays(
          rows.map(({ x }) => x),
          rows.map(({ y }) => y),
          rows.map(({ q }) => q),
        );
        const { x, y, weight, size, inputs } = standardised(raw);
        expect([size, inputs, weight]).toEqual([raw.size, raw.inputs, raw.weight]);
        const all = [...Array.from({ length: inputs }, (_, k) => x.slice(k * size, (k + 1) * size)), y];
        for (const [k, column] of all.entries()) {
          const mean = column.reduce((sum, value, i) => sum + weight[i] * value, 0);
          const square = column.reduce((sum, value, i) => sum + weight[i] * value * value, 0);
          expect(Math.abs(mean)).toBeLessThan(1e-12);
          expect(Math.abs(square - 1)).toBeLessThan(1e-12);
          const slope = (column[1] - column[0]) * (columns[k][size - 1] - columns[k][0]);
          const same = (column[size - 1] - column[0]) * (columns[k][1] - columns[k][0]);
          expect(Math.abs(slope - same)).toBeLessThan(1e-11 * (1 + Math.abs(same)));
          const [low, high] = [Math.min, Math.max].map((end) => columns[k].indexOf(end(...columns[k])));
          expect(column[high]).toBeGreaterThan(column[low]);
        }
      }),
    );
  });

  it("keeps its digits far from 0", () => {
    const { x } = standardised(fromArrays([1e8, 1e8 + 1, 1e8 + 2], [0, 1, 5]));
    for (const [i, u] of [-1, 0, 1].entries()) expect(x[i]).toBeCloseTo(u * Math.sqrt(1.5), 7);
  });

  it("refuses a constant column", () => {
    expect(() =>
      standardised(
        fromArrays(
          [
            [1, 5],
            [2, 5],
          ],
          [1, 2],
        ),
      ),
    ).toThrow("input 2 is constant (5): it has no scale");
    expect(() => standardised(fromArrays([1, 2], [3, 3]))).toThrow("the target is constant (3)");
  });
});

describe("numbers that double precision hardly holds", () => {
  it("weights whose sum overflows keep their ratios", () => {
    expect(Array.from(fromArrays([1, 2, 3], [1, 2, 3], [1e308, 1e308, 0.5e308]).weight)).toEqual([
      0.4, 0.4, 0.2,
    ]);
    expect(Array.from(fromArrays([1, 2], [1, 2], [5e-324, 5e-324]).weight)).toEqual([0.5, 0.5]);
  });

  it.each([
    ["the largest", [1e308, -1e308], [1, -1]],
    ["the least", [5e-324, -5e-324], [1, -1]],
    ["small squares", [1e-200, 3e-200], [-1, 1]],
    ["neighbours", [0.3, 0.1 + 0.2], [-1, 1]],
    ["whole numbers far from 0", [1e15, 1e15 + 1, 1e15 + 2], [-Math.sqrt(1.5), 0, Math.sqrt(1.5)]],
  ])("a column of %s is standardised", (_what, column, expected) => {
    const { x } = standardised(
      fromArrays(
        column,
        column.map((_, i) => i),
      ),
    );
    for (const [i, u] of expected.entries()) expect(Math.abs(x[i] - u)).toBeLessThan(1e-14);
  });

  it("a power of two in front changes no bit", () => {
    const column = [0.1, -2.7, 3.3, 1e-3];
    const plain = standardised(fromArrays(column, [1, 2, 3, 5])).x;
    for (const factor of [2 ** -900, 2 ** -3, 2, 2 ** 1000]) {
      const times = column.map((value) => value * factor);
      expect(standardised(fromArrays(times, [1, 2, 3, 5])).x).toEqual(plain);
    }
  });
});

describe("constant columns", () => {
  it("of which the mean is not the value by round-off are constant", () => {
    const tenth = new Array<number>(10).fill(0.1);
    expect(() =>
      standardised(
        fromArrays(
          tenth,
          tenth.map((_, i) => i),
        ),
      ),
    ).toThrow("input 1 is constant (0.1)");
  });
  it("are named all at once, by their own names", () => {
    const [a, b] = [Float64Array.of(1, 2), Float64Array.of(7, 7)];
    const data = fromColumns([a, b, b], Float64Array.of(0, 0), {
      names: { inputs: ["age", "dose", "site (2)"], target: "fell" },
    });
    expect(() => standardised(data)).toThrow(
      "data.standardise: dose (7), site (2) (7), fell (0) are constant: they have no scale. Leave the inputs among them out, and set standardise: inputs",
    );
    expect(() => standardised(fromArrays([1, 2], [3, 3]))).toThrow(
      "data.standardise: the target is constant (3): it has no scale. Set standardise: inputs, which leaves the target as it is",
    );
    expect(standardised(fromArrays([1, 3], [3, 3]), "inputs").y).toEqual(Float64Array.of(3, 3));
    expect(() => standardised(data, "inputs")).toThrow(
      "dose (7), site (2) (7) are constant: they have no scale. Leave them out",
    );
  });
  it("are those without weight elsewhere", () => {
    expect(() => standardised(fromArrays([1, 1, 5], [1, 2, 3], [1, 1, 0]))).toThrow(
      "input 1 is constant (1)",
    );
    expect(() => standardised(fromArrays([1, 1, -5], [1, 2, 3], [1, 1, 0]))).toThrow("is constant (1)");
    expect(() => standardised(fromArrays([1, 1 + 1e-9], [1, 2], [1, 1e-320]))).toThrow("is constant (1)");
  });
});

describe("rows without weight", () => {
  it.each([
    [0, 4],
    [-3e-200, 1e-200],
    [1e15, 1e15 + 2],
  ])("move no scale: of %d and %d the mean is half way, the deviation half the distance", (low, high) => {
    const [middle, deviation] = [low + (high - low) / 2, (high - low) / 2];
    for (const far of [-7, 0, 1e9, -1e90]) {
      const { x } = standardised(fromArrays([low, far, high], [1, 2, 3], [2, 0, 2]));
      expect([x[0], x[2]]).toEqual([-1, 1]);
      expect(x[1]! / ((far - middle) / deviation)).toBeCloseTo(1, 14);
    }
  });
  it("and rows to test on are refused where they would be infinite", () => {
    const narrow = fromArrays([1e-300, 3e-300, 1e300], [1, 2, 3], [1, 1, 0]);
    const message =
      "data.standardise: input 1: found 1e+300, beyond double precision in standard deviations (1e-300)";
    expect(() => standardised(narrow)).toThrow(message);
    const test = fromArrays([1e300], [1]);
    expect(() => standardised({ ...fromArrays([1e-300, 3e-300], [1, 2]), test })).toThrow(message);
  });
});

it("inputs alone leave the target, and what is tested on has the same scales", () => {
  const data = { ...fromArrays([0, 4], [1, -1]), test: fromArrays([2, 6], [1, 1]) };
  const { x, y, test } = standardised(data, "inputs");
  expect([Array.from(x), Array.from(y)]).toEqual([
    [-1, 1],
    [1, -1],
  ]);
  expect([Array.from(test!.x), Array.from(test!.y)]).toEqual([
    [0, 2],
    [1, 1],
  ]);
  expect(Array.from(standardised(data).test!.y)).toEqual([1, 1]);
});

describe("a split", () => {
  const data = fromArrays(
    Array.from({ length: 20 }, (_, i) => [i, -i]),
    Array.from({ length: 20 }, (_, i) => 2 * i),
    Array.from({ length: 20 }, (_, i) => 1 + i),
  );
  it("keeps every row once, in order, with its weight", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 19 }), fc.nat(), (count, seed) => {
        const { test, ...train } = split(data, { fraction: count / 20, seed });
        expect([train.size, test!.size]).toEqual([20 - count, count]);
        const rows = (set: typeof train) => Array.from(set.x.subarray(0, set.size));
        for (const set of [train, test!]) {
          expect(rows(set)).toEqual([...rows(set)].sort((a, b) => a - b));
          const total = rows(set).reduce((sum, i) => sum + 1 + i, 0);
          for (const [at, i] of rows(set).entries()) {
            expect([set.x[set.size + at], set.y[at]]).toEqual([-i, 2 * i]);
            expect(Math.abs(set.weight[at] - (1 + i) / total)).toBeLessThan(1e-15);
          }
        }
        expect([...rows(train), ...rows(test!)].sort((a, b) => a - b)).toEqual(rows(data));
      }),
    );
  });
  // The rows from Philox4x32-10 written anew in whole numbers of any size.
  it.each([
    [0, [3, 4, 9, 10, 12]],
    [1, [6, 12, 13, 15, 18]],
    [2024, [5, 7, 16, 18, 19]],
    [2 ** 53 - 1, [9, 10, 11, 16, 18]],
  ])("of seed %d tests on the same rows for ever", (seed, rows) => {
    const { test } = split(data, { fraction: 0.25, seed });
    expect(Array.from(test!.x.subarray(0, 5))).toEqual(rows);
    if (seed === 0) expect(split(data, { fraction: 0.25 }).test).toEqual(test);
  });
  it("is drawn evenly, anew for each seed", () => {
    const times = new Array<number>(20).fill(0);
    const seeds = 2000;
    for (let seed = 0; seed < seeds; seed++) {
      const { test } = split(data, { fraction: 0.25, seed });
      for (const i of test!.x.subarray(0, 5)) times[i]++;
    }
    // Binomial: mean np, deviation √(np(1 − p)); of 20 counts none is 5 deviations off but once in 10^5.
    const deviation = Math.sqrt(seeds * 0.25 * 0.75);
    for (const count of times) expect(Math.abs(count - seeds / 4)).toBeLessThan(5 * deviation);
  });
  it.each([
    [{ fraction: 1 }, "found 1; allowed: a number > 0 and < 1"],
    [{ fraction: 0.01 }, "leaves nothing to test on of 20 rows"],
    [{ fraction: 0.99 }, "leaves nothing to learn from of 20 rows"],
  ])("%j is refused", (options, message) => {
    expect(() => split(data, options)).toThrow(message);
  });
});
