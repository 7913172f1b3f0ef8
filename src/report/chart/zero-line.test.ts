import { describe, expect, it } from "vitest";
import { zeroLine } from "./zero-line.ts";

const side = [-2, 2] as const;
const sampled = (cells: number, f: (x: number, y: number) => number) => {
  const at = (i: number) => -2 + ((i + 0.5) * 4) / cells;
  return Float64Array.from({ length: cells * cells }, (_, k) => f(at(k % cells), at(Math.floor(k / cells))));
};
const lines = (cells: number, f: (x: number, y: number) => number) =>
  zeroLine(sampled(cells, f), cells, side, side);
const length = (segments: ReturnType<typeof zeroLine>) =>
  segments.reduce((sum, [[a, b], [c, d]]) => sum + Math.hypot(c - a, d - b), 0);

describe("the zero line", () => {
  it("of a circle is closed, of second order, and as long", () => {
    const errorOf = (cells: number) => {
      const found = lines(cells, (x, y) => 1 - x * x - y * y);
      const ends = new Map<string, number>();
      for (const end of found.flat())
        ends.set(
          end.map((one) => one.toFixed(9)).join(),
          (ends.get(end.map((one) => one.toFixed(9)).join()) ?? 0) + 1,
        );
      expect([...ends.values()].every((count) => count === 2)).toBe(true);
      const off = Math.max(...found.flat().map(([x, y]) => Math.abs(Math.hypot(x, y) - 1)));
      expect(Math.abs(length(found) - 2 * Math.PI)).toBeLessThan(7 * (4 / cells) ** 2);
      return off;
    };
    const [coarse, fine] = [errorOf(20), errorOf(80)];
    // Linear along a side of length h: off by f″h²/8 / |f′| = h²/8 at most.
    expect(coarse).toBeLessThanOrEqual((4 / 20) ** 2 / 8 + 1e-12);
    expect(fine).toBeLessThanOrEqual((4 / 80) ** 2 / 8 + 1e-12);
  });

  it("of a line is that line, and open at the edges", () => {
    const found = lines(10, (x, y) => y - 0.5 * x - 0.05);
    for (const [x, y] of found.flat()) expect(y - 0.5 * x - 0.05).toBeCloseTo(0, 14);
    expect(length(found)).toBeCloseTo(3.6 * Math.sqrt(1.25), 12);
  });

  it("of a saddle does not cross, and of one sign is nothing", () => {
    for (const level of [-0.01, 0.01]) {
      // The square about the origin, all four sides of which the line meets.
      const middles = lines(10, (x, y) => x * y - level)
        .filter((ends) => ends.flat().every((at) => Math.abs(at) < 0.2 + 1e-12))
        .map(([[a, b], [c, d]]) => [(a + c) / 2, (b + d) / 2] as const);
      expect(middles).toHaveLength(2);
      // A chord of the hyperbola xy = level lies within its branch.
      for (const [x, y] of middles) expect(x * y * Math.sign(level)).toBeGreaterThan(Math.abs(level));
    }
    expect(lines(9, () => 1)).toEqual([]);
    expect(lines(9, () => -1)).toEqual([]);
  });
});
