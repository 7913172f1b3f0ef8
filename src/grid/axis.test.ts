import { describe, expect, it } from "vitest";
import { axis } from "./axis.ts";

describe("axis", () => {
  it("cuts [low, high] into equal cells, values at their centres", () => {
    const { centres, spacing, cells, periodic } = axis({ low: 0, high: 2, cells: 4 });
    expect([...centres]).toEqual([0.25, 0.75, 1.25, 1.75]);
    expect({ spacing, cells, periodic }).toEqual({ spacing: 0.5, cells: 4, periodic: false });
  });

  it.each([4, 5, 33, 1000])("a symmetric extent has exactly symmetric centres, %i cells", (cells) => {
    const { centres } = axis({ low: -Math.PI, high: Math.PI, cells });
    for (let i = 0; i < cells; i++) expect(centres[i] + centres[cells - 1 - i]).toBe(0);
    // Two roundings, of a product and of a sum.
    for (let i = 0; i < cells; i++) {
      const exact = -Math.PI + (2 * Math.PI * (i + 0.5)) / cells;
      expect(Math.abs(centres[i] - exact)).toBeLessThan(4 * Math.PI * Number.EPSILON);
    }
  });

  it.each([
    [{ low: 1, high: 1, cells: 10 }, "grid.extent: found [1, 1]; allowed: [low, high] with low < high"],
    [{ low: 2, high: 1, cells: 10 }, "grid.extent"],
    [{ low: Number.NaN, high: 1, cells: 10 }, "grid.extent"],
    [{ low: 0, high: Number.POSITIVE_INFINITY, cells: 10 }, "grid.extent"],
    [{ low: -1.7e308, high: 1.7e308, cells: 10 }, "grid.extent"],
    [{ low: 0, high: 1, cells: 3 }, "grid.cells: found 3; allowed: an integer ≥ 4"],
    [{ low: 0, high: 1, cells: 4.5 }, "grid.cells"],
    [{ low: 0, high: 1, cells: Number.NaN }, "grid.cells"],
    [{ low: 0, high: 1, cells: 2 ** 27 + 1 }, "grid.cells: found 134217729; allowed: up to 134217728"],
    [{ low: 0, high: 1, cells: Number.MAX_SAFE_INTEGER }, "grid.cells"],
  ])("refuses %o", (options, message) => {
    expect(() => axis(options)).toThrow(message);
  });
});
