// Rates of series whose modes are known: sums of exponentials, damped oscillations, squares of them, double modes, levels, noise.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FittedRate, fitRate, type RateOptions } from "./rate.ts";

function fitOf(x: (t: number) => number, options: RateOptions = {}, spacing = 0.1, count = 201): FittedRate {
  const t = Float64Array.from({ length: count }, (_, i) => spacing * i);
  return fitRate(t, t.map(x), options);
}

/** A reproducible sequence that looks like noise, in [−1, 1]. */
function noise(t: number): number {
  return Math.sin(1e4 * t * t + 3 * t);
}

describe("clean series", () => {
  const cases: [string, (t: number) => number, number, number][] = [
    ["one exponential", (t) => 3 * Math.exp(-0.7 * t), 0.7, 0],
    ["two, the slower one weak", (t) => 0.2 * Math.exp(-0.7 * t) - 3 * Math.exp(-1.1 * t), 0.7, 0],
    ["six", (t) => [1, 2, 3, 4, 5, 6].reduce((sum, k) => sum + Math.exp(-0.5 * k * t) / k, 0), 0.5, 0],
    ["a damped cosine", (t) => Math.exp(-0.3 * t) * Math.cos(2 * t + 1) + Math.exp(-2 * t), 0.3, 2],
    ["an energy, which never rises", (t) => Math.exp(-0.6 * t) * (1 + 0.1 * Math.cos(4 * t + 1)), 0.6, 4],
    ["negative values", (t) => -Math.exp(-0.4 * t), 0.4, 0],
  ];
  it.each(cases)("%s", (_, x, rate, frequency) => {
    const found = fitOf(x);
    // Rounding 1e-16 of the largest value, against modes that fall to e⁻²⁰ of it and more.
    expect(Math.abs(found.rate / rate - 1)).toBeLessThan(1e-8);
    expect(Math.abs(found.frequency - frequency)).toBeLessThan(1e-8);
    // Where other modes are still seen at the end the fit is trusted less than it deserves here.
    // 3e-5 of the rate, half of it in 95 %, is the least that is said.
    expect(found.uncertainty).toBeLessThan(x(0) === 3 || x(0) === -1 ? 2e-5 * rate : 0.03 * rate);
    expect(found.widened).toBeCloseTo(2 * found.uncertainty, 12);
    expect(found.critical).toBe(false);
  });

  it("any two modes that are 30 % apart", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 1, noNaN: true }),
        fc.double({ min: 1.3, max: 4, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (rate, ratio, amplitude, frequency) => {
          const found = fitOf(
            (t) =>
              Math.exp(-rate * t) * (1 + 0.5 * Math.cos(frequency * t)) +
              amplitude * Math.exp(-ratio * rate * t),
          );
          expect(Math.abs(found.rate / rate - 1)).toBeLessThan(1e-3);
        },
      ),
      { numRuns: 10 },
    );
  });

  it("a double mode, as at critical damping, is noted, and its rate is sharp", () => {
    const found = fitOf((t) => (1 + t) * Math.exp(-0.8 * t));
    expect(found.critical).toBe(true);
    // A double root splits by √ε = 1e-8; the mean of the two does not.
    expect(Math.abs(found.rate / 0.8 - 1)).toBeLessThan(1e-8);
    expect(found.frequency).toBe(0);
  });

  it("the window is after the transient, and is said in words", () => {
    const found = fitOf((t) => 0.01 * Math.exp(-0.3 * t) + Math.exp(-2 * t) + Math.exp(-3 * t), {
      floor: 1e-7,
    });
    expect(Math.abs(found.rate / 0.3 - 1)).toBeLessThan(1e-3);
    expect(found.window.to).toBeLessThan(20.1);
    expect(found.reason).toMatch(
      /^from t = .*depends least on the window; to t = .*mode.* \(window, model\)/,
    );
  });
});

describe("series that do not reach 0", () => {
  it("a level at the end is seen, and taken off", () => {
    const found = fitOf((t) => Math.exp(-1.2 * t) + 1e-6);
    expect(Math.abs(found.rate / 1.2 - 1)).toBeLessThan(1e-5);
    expect(found.reason).toMatch(/less the level 1.0e-6/);
  });

  it("an offset that is not level yet does not matter with `offset`", () => {
    const found = fitOf((t) => Math.exp(-0.5 * t) * Math.cos(t) ** 2 + 1e-3, { offset: true }, 0.05);
    expect(Math.abs(found.rate / 0.5 - 1)).toBeLessThan(1e-8);
    expect(Math.abs(found.frequency - 2)).toBeLessThan(1e-8);
  });

  it("a given floor ends the window at 100 times it", () => {
    const found = fitOf((t) => Math.exp(-0.8 * t) * Math.cos(3 * t) + 1e-6 * noise(t), { floor: 1e-6 });
    // 1e-4 = e^(−0.8 · 11.5)
    expect(found.window.to).toBeLessThan(11.6);
    expect(Math.abs(found.rate / 0.8 - 1)).toBeLessThan(1e-3);
    expect(Math.abs(found.rate - 0.8)).toBeLessThan(10 * found.uncertainty);
    expect(Math.abs(found.frequency - 3)).toBeLessThan(1e-3);
  });

  it("noise that nobody named is found", () => {
    const found = fitOf((t) => Math.exp(-0.8 * t) + 1e-5 * noise(t));
    expect(Math.abs(found.rate / 0.8 - 1)).toBeLessThan(1e-3);
  });

  it("round-off of a difference of energies", () => {
    const found = fitOf((t) => 1 + 3 * Math.exp(-2.2 * t) - 1, { floor: 2e-16 });
    // It ends where 2e-16 is 1e-4 of the values.
    expect(Math.abs(found.rate / 2.2 - 1)).toBeLessThan(1e-6);
  });
});

describe("the stated uncertainty", () => {
  /** Any factor as likely as another. */
  const over = (low: number, high: number) =>
    fc.integer({ min: 0, max: 1e6 }).map((share) => low * (high / low) ** (share / 1e6));
  const rates = over(0.1, 3);
  const sign = fc.constantFrom(-1, 1);
  const amplitude = (low: number) => fc.tuple(sign, over(low, 1)).map(([s, size]) => s * size);

  it("of one exponential is rounding", () => {
    fc.assert(
      fc.property(rates, amplitude(0.1), over(4.5, 25), (rate, a, folds) => {
        const found = fitOf((t) => a * Math.exp(-rate * t), {}, folds / rate / 100, 101);
        expect(Math.abs(found.rate - rate)).toBeLessThanOrEqual(1e-6 * rate);
        expect(found.uncertainty).toBeLessThan(2e-5 * rate);
      }),
      { numRuns: 20 },
    );
  });

  it("holds the slowest rate of sums of 2 to 4 exponentials, seen or hidden, or nothing is stated", () => {
    const other = fc.tuple(over(1.05, 6), amplitude(0.1));
    let [given, held] = [0, 0];
    fc.assert(
      fc.property(
        rates,
        amplitude(1e-4),
        over(4.5, 25),
        fc.array(other, { minLength: 1, maxLength: 3 }),
        (rate, a, folds, others) => {
          let found: FittedRate;
          try {
            found = fitOf(
              (t) =>
                others.reduce(
                  (sum, [ratio, b]) => sum + b * Math.exp(-ratio * rate * t),
                  a * Math.exp(-rate * t),
                ),
              {},
              folds / rate / 100,
              101,
            );
          } catch {
            return;
          }
          given += 1;
          if (Math.abs(found.rate - rate) <= found.uncertainty + 1e-9 * rate) held += 1;
        },
      ),
      { numRuns: 50, unbiased: true },
    );
    expect(given).toBeGreaterThan(30);
    expect(held).toBeGreaterThanOrEqual(given - 1);
  });

  it("says where the local rate still moves", () => {
    const found = fitOf((t) => Math.exp(-0.5 * t) + 0.5 * Math.exp(-0.7 * t));
    const { times, rates } = found.local;
    const r = (t: number) => {
      const [a, b] = [Math.exp(-0.5 * t), 0.5 * Math.exp(-0.7 * t)];
      return (0.5 * a + 0.7 * b) / (a + b);
    };
    for (const [k, t] of times.entries()) expect(Math.abs(rates[k] - r(t))).toBeLessThan(1e-4);
    expect(found.widened).toBeGreaterThan(rates.at(-1)! - 0.5);
    expect(found.reason).toMatch(
      /over the last 3 e-folds the local rate moves from 0\.5\d+ over 0\.5\d+ to 0\.5\d+; at the end a mode of rate 0\.7 has 0\.0\d+ of the slowest one's size$/,
    );
  });

  it("goes with the sum of modes that was fitted", () => {
    const x = (t: number) => Math.exp(-0.5 * t) - 0.5 * Math.exp(-2 * t);
    const { curve, window } = fitOf(x);
    expect(curve.times.at(-1)).toBe(window.to);
    for (const [k, t] of curve.times.entries()) expect(Math.abs(curve.values[k] - x(t))).toBeLessThan(1e-12);
  });
});

describe("what cannot be fitted is refused", () => {
  it.each([
    ["growth", (t: number) => Math.exp(0.1 * t)],
    ["a constant", () => 1],
    ["noise", noise],
  ])("%s", (_, x) => {
    expect(() => fitOf(x)).toThrow(/no clean decay .* record more often, or run longer/);
  });

  it("a mode that falls by four e-folds onto one that hardly falls: how far x fell is said", () => {
    const x = (t: number) => Math.exp(-4.46 * t) + 0.35 * Math.exp(-0.18 * t);
    expect(() => fitOf(x, {}, 1 / 80, 81)).toThrow(
      "x falls by 1.491 e-folds above its error, and 4 are needed",
    );
  });

  it("times that are not equidistant, values that are not numbers, too few", () => {
    const t = Array.from({ length: 20 }, (_, i) => i);
    expect(() => fitRate([...t.slice(0, 19), 20], t)).toThrow(/equidistant/);
    // To a millionth of their spacing, whatever its unit.
    for (const unit of [1e-9, 1e9]) {
      const moved = (by: number) => t.map((at) => unit * (at === 7 ? at + by : at));
      const x = t.map((at) => Math.exp(-at));
      expect(() => fitRate(moved(1.1e-6), x)).toThrow(/sample 8/);
      expect(Math.abs(unit * fitRate(moved(0.9e-6), x).rate - 1)).toBeLessThan(1e-5);
    }
    expect(() => fitRate(t, [...t.slice(1), Number.NaN])).toThrow(/finite values/);
    expect(() => fitRate(t.slice(0, 9), t.slice(0, 9))).toThrow(/≥ 10/);
  });
});
