import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deterministic, equality, inequality, measurementOf, simultaneousLevel } from "./verdict.ts";

const measured = { leftOpenBy: "chance", simultaneous: [-0.6, -0.4], ordinary: [-0.55, -0.45] } as const;

describe("equality", () => {
  it.each([
    [-0.5, 0.1, "HOLDS", /inside .* \[-0.6, -0.4\], and it is ± 0.1, ± 0.1 asked/],
    [-0.6, 0.1, "HOLDS", /inside/],
    [-0.58, 0.1, "HOLDS", /inside/],
    // The 95 % interval is narrow enough, and does not judge.
    [-0.5, 0.05, "NOT RESOLVED", /but it is ± 0.1, ± 0.05 asked/],
    [-0.58, 0.05, "NOT RESOLVED", /but it is ± 0.1, ± 0.05 asked/],
    [-0.61, 0.05, "FAILS", /-0.61 lies outside the simultaneous interval/],
    [-0.61, 0.01, "FAILS", /outside/],
  ] as const)("of %f within %f: %s", (predicted, within, verdict, reason) => {
    const found = equality(measured, predicted, within);
    expect(found.verdict).toBe(verdict);
    expect(found.reason).toMatch(reason);
    expect(found.interval).toEqual(measured.ordinary);
    expect(found.judged).toEqual(measured.simultaneous);
  });

  it("of an unbounded interval is not resolved, whatever the prediction", () => {
    const unknown = {
      leftOpenBy: "chance",
      simultaneous: [-Infinity, Infinity],
      ordinary: [-Infinity, 3],
    } as const;
    expect(equality(unknown, 1e6, 1).verdict).toBe("NOT RESOLVED");
  });

  it("of a deterministic number: J = measured ± error, I twice as wide, or as wide as is known", () => {
    const order = deterministic(1.98, 0.03);
    expect(equality(order, 2, 0.06)).toMatchObject({
      verdict: "HOLDS",
      interval: [1.95, 2.01],
      judged: [1.92, 2.04],
      reason:
        "the prediction 2 lies inside what the error leaves open, [1.92, 2.04], and it is ± 0.06, ± 0.06 asked",
    });
    expect(equality(order, 2, 0.05).verdict).toBe("NOT RESOLVED");
    expect(equality(order, 2, 0.06 - 1e-14).verdict).toBe("NOT RESOLVED");
    expect(equality(order, 2.03, 0.1).verdict).toBe("HOLDS");
    expect(equality(order, 2.05, 0.1).verdict).toBe("FAILS");
    expect(deterministic(1, 0.1, 0.5).simultaneous).toEqual([0.5, 1.5]);
    expect(() => deterministic(1, 0.1, 0.05)).toThrow("widened: found 0.05");
  });

  it("says as many digits as tell the ends apart", () => {
    const { reason } = equality(deterministic(0.456946581, 3.1e-9), 0.4569465810444642, 1e-7);
    expect(reason).toContain(
      "the prediction 0.456946581 lies inside what the error leaves open, [0.4569465748, 0.4569465872]",
    );
    expect(equality(deterministic(2, 0), 2, 1).reason).toContain("[2, 2]");
  });

  it("of a number known just as well as asked HOLDS, however its ends are rounded", () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    const error = fc.double({ min: 1e-12, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(value, error, (at, half) => {
        const { verdict, reason } = equality(deterministic(at, half), at, 2 * half);
        expect(verdict).toBe("HOLDS");
        expect(reason).toMatch(/it is ± (\S+), ± \1 asked/);
      }),
    );
  });
});

describe("inequality", () => {
  it.each([
    [{ atLeast: -0.6 }, "HOLDS", "all of the simultaneous interval [-0.6, -0.4] is at least -0.6"],
    [{ atMost: -0.4 }, "HOLDS", "all of the simultaneous interval [-0.6, -0.4] is at most -0.4"],
    [{ atLeast: -0.5 }, "NOT RESOLVED", "a part of the simultaneous interval [-0.6, -0.4] is at least -0.5"],
    [{ atMost: -0.6 }, "NOT RESOLVED", "a part of the simultaneous interval [-0.6, -0.4] is at most -0.6"],
    [{ atLeast: -0.39 }, "FAILS", "nothing of the simultaneous interval [-0.6, -0.4] is at least -0.39"],
    [{ atMost: -0.61 }, "FAILS", "nothing of the simultaneous interval [-0.6, -0.4] is at most -0.61"],
  ] as const)("%o: %s", (bound, verdict, reason) => {
    expect(inequality(measured, bound)).toEqual({
      verdict,
      interval: measured.ordinary,
      judged: measured.simultaneous,
      reason,
    });
  });

  it("and its contrary never hold both, and one fails only where the other holds", () => {
    const number = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(number, number, number, (a, b, limit) => {
        const interval = [Math.min(a, b), Math.max(a, b)] as const;
        const both = { leftOpenBy: "chance", simultaneous: interval, ordinary: interval } as const;
        const above = inequality(both, { atLeast: limit }).verdict;
        const below = inequality(both, { atMost: limit }).verdict;
        if (above === "FAILS") expect(below).toBe("HOLDS");
        if (below === "FAILS") expect(above).toBe("HOLDS");
        if (above === "HOLDS" && below === "HOLDS") expect(interval).toEqual([limit, limit]);
      }),
    );
  });
});

describe("intervals of claims", () => {
  it("are simultaneous at 1 − 10⁻³/claims, and 95 %", () => {
    expect(simultaneousLevel(1)).toBe(0.999);
    expect(simultaneousLevel(20)).toBe(1 - 5e-5);
    const levels: number[] = [];
    const interval = (level: number) => {
      levels.push(level);
      return [0, 1] as const;
    };
    expect(measurementOf(interval, 10)).toEqual({
      leftOpenBy: "chance",
      simultaneous: [0, 1],
      ordinary: [0, 1],
    });
    expect(levels).toEqual([0.9999, 0.95]);
  });

  it("must be intervals, predictions numbers, widths positive", () => {
    expect(() => equality(deterministic(Number.NaN, 1), 1, 1)).toThrow("interval: found [NaN, NaN]");
    expect(() => deterministic(1, Number.NaN)).toThrow("error: found NaN");
    expect(() => deterministic(1, -1)).toThrow("error: found -1");
    expect(() => equality(measured, Number.NaN, 1)).toThrow("predicted: found NaN");
    expect(() => equality(measured, 1, 0)).toThrow("within: found 0");
    expect(() => inequality(measured, { atMost: Number.NaN })).toThrow("bound: found NaN");
    expect(() => simultaneousLevel(0)).toThrow("claims: found 0");
  });
});
