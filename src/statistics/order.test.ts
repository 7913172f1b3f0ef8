import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { observedOrder, type Refinement } from "./order.ts";

const halvings = (value: (h: number) => number, count = 5): Refinement[] =>
  Array.from({ length: count }, (_, k) => 0.1 / 2 ** k).map((x) => ({ x, value: value(x) }));

describe("orders", () => {
  it("of errors and of numbers that converge, with an error that covers the next term of the expansion", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (p, a, next, scale) => {
          // The values in the last orders are at h ≤ 0.05: there each term is at most a tenth of the one before.
          const error = (h: number) => scale * h ** p * (1 + a * h * (1 + next * h));
          const found = observedOrder(halvings(error), { values: "errors" });
          expect(Math.abs(found.order! - p)).toBeLessThan(found.error! + 1e-12);
          expect(found.findings).toEqual([]);
          // Beside the 3, changes of h³ and h⁴ would be rounding.
          if (p > 2) return;
          const shifted = observedOrder(
            halvings((h) => 3 + error(h)),
            { values: "converging", floor: 0 },
          );
          expect(Math.abs(shifted.order! - p)).toBeLessThan(shifted.error! + 1e-8);
        },
      ),
    );
  });

  it("allow for a change that is small because the order turns", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.double({ min: 0.3, max: 1.5, noNaN: true }), (p, a) => {
        // p_k − p ≈ c x_k + d x_k², whose last change vanishes where c = −3 d x, x the finest step.
        const x = 0.1 / 2 ** 4;
        const error = (h: number) => h ** p * Math.exp(a * (-3 * x * h + (h * h) / 3) * 60);
        const found = observedOrder(halvings(error), { values: "errors" });
        expect(Math.abs(found.order! - p)).toBeGreaterThan(1e-4);
        expect(Math.abs(found.order! - p)).toBeLessThan(found.error! + 1e-12);
        // Two orders have one change: a verdict allows for what an order may still be off by.
        const few = observedOrder(halvings(error).slice(2), { values: "errors" });
        expect([few.widened! >= 0.1, found.widened]).toEqual([true, 2 * found.error!]);
        expect(Math.abs(few.order! - p)).toBeLessThan(few.widened!);
      }),
    );
  });

  it("of errors that tend to a level are told from those that tend to 0", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        fc.constantFrom(1e-3, 1, 1e3),
        (p, a, level) => {
          const error = (h: number) => h ** p * (1 + a * h);
          const off = (shift: number) =>
            observedOrder(
              halvings((h) => error(h) + shift * error(0.1 / 2 ** 4)),
              { values: "errors" },
            ).levelsOff;
          expect(off(0)).toBe(false);
          // What grows as x falls tends to nothing.
          expect(
            observedOrder(
              halvings((h) => 1 / error(h)),
              { values: "errors" },
            ).levelsOff,
          ).toBe(false);
          // As large as the last error and more; on the other side the errors change sign before.
          expect([off(9), off(99 * level + 9)]).toEqual([true, true]);
        },
      ),
    );
  });

  it("do not depend on units, order or sign, nor on a constant beside converging numbers", () => {
    const clean = halvings((h) => h * h * (1 + h));
    const { order, error } = observedOrder(clean, { values: "errors" });
    const other = clean.map(({ x, value }) => ({ x: 7 * x, value: -1e-3 * value })).reverse();
    expect(observedOrder(other, { values: "errors" }).order).toBeCloseTo(order!, 12);
    expect(observedOrder(other, { values: "errors" }).error).toBeCloseTo(error!, 12);
    const shifted = observedOrder(
      halvings((h) => 1 + h * h * (1 + h)),
      { values: "converging" },
    );
    expect(shifted.order).toBeCloseTo(
      observedOrder(
        halvings((h) => h * h * (1 + h)),
        { values: "converging" },
      ).order!,
      8,
    );
  });

  it("with ratios below 2 have the larger error that follows from less change", () => {
    const error = (h: number) => h * (1 + h);
    const found = observedOrder(
      [0.1, 0.08, 0.064, 0.0512].map((x) => ({ x, value: error(x) })),
      { values: "errors" },
    );
    expect(Math.abs(found.order! - 1)).toBeLessThan(found.error!);
    expect(found.error).toBeLessThan(4 * Math.abs(found.order! - 1));
  });
});

describe("floors", () => {
  const steps = [0.8, 0.4, 0.2, 0.1];

  it("move an order by their shares of its two errors, over log r", () => {
    const { error } = observedOrder(
      steps.map((x) => ({ x, value: x * x })),
      { values: "errors", floor: 1e-5 },
    );
    expect(error).toBeCloseTo((1e-5 / 0.04 + 1e-5 / 0.01) / Math.LN2, 12);
  });

  it("of two values are in their change", () => {
    const { error } = observedOrder(
      steps.map((x) => ({ x, value: 1 + x * x })),
      { values: "converging", floor: 1e-6 },
    );
    // Changes 0.4² − 0.2² and 0.2² − 0.1².
    expect(error).toBeCloseTo((2e-6 / 0.12 + 2e-6 / 0.03) / Math.LN2, 10);
  });
});

describe("levels that cannot tell", () => {
  it("are left out at the floor, with the reason", () => {
    const rough = halvings((h) => h ** 4 + 1e-9 * Math.cos(1e4 * h), 8);
    const found = observedOrder(rough, { values: "errors", floor: 1e-9 });
    // h⁴ > 2e-8 down to h = 0.0125.
    expect(found.levels.map(({ leftOut }) => leftOut?.kind ?? null)).toEqual([
      null,
      null,
      null,
      null,
      ...Array(4).fill("noise floor"),
    ]);
    expect(found.levels[5].leftOut!.reason).toMatch(
      /^2.5e-9 at x = 0.00625 is not 20 times its floor 1.0e-9$/,
    );
    expect(Math.abs(found.order! - 4)).toBeLessThan(found.error!);
  });

  it("are left out before a change of sign", () => {
    const found = observedOrder(
      halvings((h) => h * (h - 0.07), 6),
      { values: "errors" },
    );
    expect(found.levels[0].leftOut).toEqual({
      kind: "pre-asymptotic",
      reason: "a finer level has the other sign",
    });
    expect(found.levels[1].order).toBe(null);
    expect(Math.abs(found.order! - 1)).toBeLessThan(found.error!);
  });

  it("leave no order when fewer than three are left, and say so", () => {
    for (const refinements of [halvings((h) => h, 2), halvings(() => 0), []]) {
      const { order, error, findings } = observedOrder(refinements, { values: "errors" });
      expect([order, error]).toEqual([null, null]);
      expect(findings[0].kind).toBe("not resolved");
      expect(findings[0].reason).toMatch(/terms are left, of the 3/);
    }
    expect(
      observedOrder(
        halvings(() => 2),
        { values: "converging" },
      ).order,
    ).toBe(null);
  });

  it("are named where the order has not settled", () => {
    const found = observedOrder(
      [0.8, 0.4, 0.2, 0.1].map((x) => ({ x, value: x + 0.01 * (x < 0.15 ? 6 : 1) })),
      { values: "errors" },
    );
    expect(found.findings).toEqual([
      { kind: "pre-asymptotic", reason: expect.stringMatching(/^the order went .* not settled$/) },
    ]);
  });
});

it("refuses what is no refinement", () => {
  const ok = halvings((h) => h);
  expect(() => observedOrder([{ x: 0, value: 1 }], { values: "errors" })).toThrow("found x = 0");
  expect(() => observedOrder([...ok, ok[0]], { values: "errors" })).toThrow("x = 0.1 twice");
  expect(() => observedOrder([{ x: 1, value: Number.NaN }], { values: "errors" })).toThrow(
    "found the value NaN",
  );
  expect(() => observedOrder(ok, { values: "errors", floor: -1 })).toThrow("floor: found -1");
  expect(() => observedOrder([...ok, { x: 1, value: 1 }], { values: "converging" })).toThrow(
    /found the ratios 10.0000 and 2.00000/,
  );
});
