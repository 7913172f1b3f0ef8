import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LossOption, loss } from "./loss.ts";

const number = fc.double({ min: -5, max: 5, noNaN: true });

describe("losses", () => {
  it("are what their formulas say", () => {
    fc.assert(
      fc.property(number, number, (f, y) => {
        const r = Math.abs(f - y);
        const sign = y >= 0 ? 1 : -1;
        const huber = r <= 0.7 ? (r * r) / 2 : 0.7 * (r - 0.35);
        expect(loss("squared").value(f, y)).toBeCloseTo((r * r) / 2, 12);
        expect(loss({ huber: { delta: 0.7 } }).value(f, y)).toBeCloseTo(huber, 12);
        expect(loss("logistic").value(f, sign)).toBeCloseTo(Math.log(1 + Math.exp(-sign * f)), 12);
      }),
    );
  });

  it.each<[LossOption]>([
    ["squared"],
    ["logistic"],
    [{ huber: { delta: 0.7 } }],
  ])("%j: convex, the slope is the derivative, within its bounds", (option) => {
    const { value, slope, slopeBound, curvature } = loss(option);
    fc.assert(
      fc.property(number, fc.constantFrom(-1, 1), number, (f, y, other) => {
        expect(value(other, y)).toBeGreaterThanOrEqual(value(f, y) + slope(f, y) * (other - f) - 1e-12);
        const smooth = value(f, y) + slope(f, y) * (other - f) + 0.5 * curvature * (other - f) ** 2;
        expect(value(other, y)).toBeLessThanOrEqual(smooth + 1e-12);
        if (slopeBound !== null) expect(Math.abs(slope(f, y))).toBeLessThanOrEqual(slopeBound);
      }),
    );
  });

  it("logistic: stays finite far out, and refuses labels other than ±1", () => {
    const { value, slope, checkLabel } = loss("logistic");
    expect(value(1000, -1)).toBe(1000);
    expect(value(1000, 1)).toBe(0);
    expect(slope(-1000, 1)).toBe(-1);
    expect(() => checkLabel(0, 3)).toThrow(/row 3/);
  });
});
