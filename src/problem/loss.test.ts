import { Decimal as Exact } from "decimal.js";
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

  it.each<[LossOption]>([
    ["squared"],
    ["logistic"],
    [{ huber: { delta: 0.7 } }],
  ])("%j: the curvature is the slope's derivative, and the conjugate is sup_f sf − ℓ(f, y)", (option) => {
    const { value, slope, curvature, curvatureAt, conjugate, slopeBound } = loss(option);
    const seen = { most: 0 };
    fc.assert(
      fc.property(number, fc.constantFrom(-1, 1), number, (f, y, other) => {
        // Away from Huber's corner.
        if (option === "squared" || option === "logistic" || Math.abs(Math.abs(f - y) - 0.7) > 1e-4) {
          const h = 1e-5;
          expect(Math.abs(curvatureAt(f, y) - (slope(f + h, y) - slope(f - h, y)) / (2 * h))).toBeLessThan(
            1e-9,
          );
        }
        seen.most = Math.max(seen.most, curvatureAt(f, y));
        // Fenchel and Young: equality at the slope itself, an inequality at every other.
        const s = slope(f, y);
        expect(Math.abs(conjugate(s, y) - (s * f - value(f, y)))).toBeLessThan(1e-12);
        expect(conjugate(s, y)).toBeGreaterThanOrEqual(s * other - value(other, y) - 1e-12);
      }),
      { numRuns: 300 },
    );
    expect(seen.most).toBeLessThanOrEqual(curvature * (1 + 1e-15));
    expect(Math.max(curvatureAt(0, 1), curvatureAt(1, 1))).toBe(curvature);
    // Beyond the slopes there are, sf − ℓ has no bound; at their end it has.
    if (slopeBound === null) return;
    const inside = (y: number) =>
      [-1, 1].map((sign) => conjugate(sign * slopeBound, y)).filter(Number.isFinite);
    const steps = [-1.5, -1.0001, 1.0001, 1.5].map((factor) => factor * slopeBound);
    for (const y of [-1, 1]) {
      for (const s of steps) expect(conjugate(s, y)).toBe(Number.POSITIVE_INFINITY);
      expect(inside(y).length).toBe(option === "logistic" ? 1 : 2);
      if (option === "logistic") expect([conjugate(0, y), conjugate(-y, y)]).toEqual([0, 0]);
    }
  });

  it("at Huber's corner the curvature is that of the quadratic side, and δ is a number > 0", () => {
    const { curvatureAt, value } = loss({ huber: { delta: 0.5 } });
    expect([curvatureAt(1.5, 1), curvatureAt(0.5, 1), curvatureAt(1.51, 1), curvatureAt(0.49, 1)]).toEqual([
      1, 1, 0, 0,
    ]);
    expect(value(1.5, 1)).toBe(0.125);
    for (const delta of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => loss({ huber: { delta } })).toThrow(
        `problem.loss.huber.delta: found ${delta}; allowed: a number > 0`,
      );
    }
    expect(() => loss("hinge" as "squared")).toThrow(
      'problem.loss: found "hinge"; allowed: squared, logistic, or {huber',
    );
  });

  it("logistic: stays finite far out, and refuses labels other than ±1", () => {
    const { value, slope, checkLabel } = loss("logistic");
    expect(value(1000, -1)).toBe(1000);
    expect(value(1000, 1)).toBe(0);
    expect(slope(-1000, 1)).toBe(-1);
    expect(() => checkLabel(0, 3)).toThrow(/row 3/);
    for (const label of [1, -1]) expect(() => checkLabel(label, 1)).not.toThrow();
    for (const option of ["squared", { huber: { delta: 1 } }] as const) {
      expect(() => loss(option).checkLabel(0.3, 1)).not.toThrow();
    }
  });
});

describe("the divergence ℓ(f) − ℓ(f*) − ℓ′(f*)(f − f*)", () => {
  const D = Exact.clone({ precision: 120 });
  const DELTA = 0.7;
  const LOSSES = [["squared"], ["logistic"], [{ huber: { delta: DELTA } }]] as [LossOption][];

  /** A double's own value; new Decimal(x) would take the few digits it prints as. */
  function exact(x: number): Exact {
    let [value, power] = [x, 0];
    for (; !Number.isInteger(value); power++) value *= 2;
    return new D(BigInt(value).toString()).times(new D(2).pow(-power));
  }

  /** Value and slope at a label, in 120 digits. */
  const FORMULAS: Record<string, (f: Exact, y: Exact) => [Exact, Exact]> = {
    squared: (f, y) => [f.minus(y).pow(2).div(2), f.minus(y)],
    logistic(f, y) {
      const e = f.times(y).neg().exp();
      return [e.plus(1).ln(), y.neg().times(e).div(e.plus(1))];
    },
    huber(f, y) {
      const [r, delta] = [f.minus(y), exact(DELTA)];
      if (r.abs().lte(delta)) return [r.pow(2).div(2), r];
      return [delta.times(r.abs().minus(delta.div(2))), delta.times(r.s)];
    },
  };

  function reference(name: string, f: number, rest: number, y: number): Exact {
    const formula = FORMULAS[name]!;
    const [[value], [least, slope]] = [formula(exact(f), exact(y)), formula(exact(rest), exact(y))];
    return value.minus(least).minus(slope.times(exact(f).minus(exact(rest))));
  }

  const exponent = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((u) => 10 ** u);
  const sign = fc.constantFrom(-1, 1);
  const pairs = fc
    .tuple(sign, exponent(-3, 2), sign, exponent(-15, 2), sign)
    .map(([s, size, direction, distance, y]) => ({ rest: s * size, f: s * size + direction * distance, y }));

  // φ′(δ)δ ≤ 2φ: twice the errors of δ (a sigmoid, 2 ε, times expm1, 3 ε, and f − f*, ½ ε, all of it felt up to 8 times) and
  // φ's own; the three terms of a far pair are up to 4 times their sum. Products of differences have far less.
  it.each(LOSSES)("%j: within 16 ε of 120 digits, |f − f*| from 1e-15 to 100", (option) => {
    const { name, divergence } = loss(option);
    fc.assert(
      fc.property(pairs, ({ f, rest, y }) => {
        const found = divergence(f, rest, y);
        const error = exact(found)
          .minus(reference(name, f, rest, y))
          .abs();
        // The last: what is lost where 120 digits are.
        const bound = exact(found)
          .times(16 * Number.EPSILON)
          .plus(1e-100);
        expect(error.lte(bound)).toBe(true);
        expect(found).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  it("Huber: the same across a corner, at distances from it down to 1e-16", () => {
    const { divergence } = loss({ huber: { delta: DELTA } });
    const near = fc.tuple(sign, exponent(-16, 0.5)).map(([s, size]) => s * size);
    const label = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(label, sign, near, near, (y, side, a, b) => {
        const corner = y + side * DELTA;
        const [f, rest] = [corner + a, corner + b];
        const found = divergence(f, rest, y);
        const error = exact(found)
          .minus(reference("huber", f, rest, y))
          .abs();
        expect(error.lte(exact(found).times(8 * Number.EPSILON))).toBe(true);
      }),
    );
  });

  it("logistic: is the relative entropy of the labels' probabilities, p* first, and stays exact far out", () => {
    const { divergence } = loss("logistic");
    const [p, q] = [1 / (1 + Math.exp(-1)), 1 / (1 + Math.exp(2))];
    const entropy = q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p));
    expect(Math.abs(divergence(1, -2, 1) - entropy)).toBeLessThan(1e-15);
    expect(divergence(800, -800, 1)).toBe(800);
    expect(divergence(-800, 800, -1)).toBe(800);
    expect(divergence(1e4, 1e4, 1)).toBe(0);
    // σ(−700) = e^(−700): KL = e^(−700)(e^(−1) − 1 + 1) to first order in it.
    expect(divergence(701, 700, 1) / Math.exp(-700) / Math.exp(-1) - 1).toBeLessThan(1e-12);
  });

  it("is 0 at f = f*", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LOSSES), number, sign, ([option], f, y) => {
        expect(loss(option).divergence(f, f, y)).toBe(0);
      }),
    );
  });
});
