// Data as arrays: where each number goes, weights that sum to 1, columns brought to mean 0 and deviation 1.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromArrays, NO_DATA, standardised } from "./data.ts";

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
