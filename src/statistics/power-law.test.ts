// The rule that chooses levels, on studies made for each of its cases; and the slope of what is left.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillNormals } from "../base/normal.ts";
import type { Level } from "./levels.ts";
import { type PowerLaw, type PowerLawOptions, powerLaw } from "./power-law.ts";
import { quasiSlope } from "./quasi-likelihood.ts";

const WIDTHS = [10, 30, 100, 300, 1000, 3000];

/** Levels of y(x, normal), independent. */
function study(y: (x: number, z: number) => number, xs = WIDTHS, replicas = 32, seed = 3): Level[] {
  return xs.map((x, k) => {
    const normals = new Float64Array(replicas);
    fillNormals(normals, 0, replicas, seed, 0, 0, 0, k);
    return { x, samples: Array.from(normals, (z) => y(x, z)) };
  });
}

const mean: PowerLawOptions = { limit: "infinity", statistic: "mean", pairing: "independent" };
const rms: PowerLawOptions = { ...mean, statistic: "root mean square" };

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const used = ({ levels }: PowerLaw) => levels.map(({ leftOut }) => leftOut?.kind ?? null);
const holds = (fit: PowerLaw, slope: number, level = 0.999) => {
  const [low, high] = fit.interval(level)!;
  return low <= slope && slope <= high;
};

describe("a power law", () => {
  it("of a root mean square has half the slope of the mean square, and half its interval", () => {
    const levels = study((x, z) => z / Math.sqrt(x));
    const fit = powerLaw(levels, rms);
    const squares = levels.map(({ x, samples }) => ({ x, samples: samples.map((e) => e * e) }));
    const whole = quasiSlope(squares, "independent", "common");
    expect(used(fit)).toEqual(Array(6).fill(null));
    expect(fit.findings).toEqual([]);
    expect(fit.slope).toBe(0.5 * whole.slope);
    expect(fit.interval(0.95)).toEqual(whole.interval(0.95).map((end) => 0.5 * end));
    expect(holds(fit, -0.5)).toBe(true);
    for (const { x, value, error, replicas } of fit.levels) {
      // χ² with 32 degrees of freedom: within 5 standard errors, √(2/32)/2 of the value each.
      expect(Math.abs(value * Math.sqrt(x) - 1)).toBeLessThan(5 * 0.125);
      expect(error / value).toBeGreaterThan(0.03);
      expect(replicas).toBe(32);
    }
    expect(Math.abs(fit.intercept!)).toBeLessThan(1);
  });

  it("of a root mean square has the error dm/2√m and passes through its levels", () => {
    const levels = [10, 100, 1000].map((x) => ({ x, samples: [1, 2, 3].map((z) => (5 * z) / Math.sqrt(x)) }));
    const fit = powerLaw(levels, rms);
    // Squares 1, 4, 9: mean 14/3, variance of that mean 98/3/(2 · 3).
    const [squares, variance] = [14 / 3, 98 / 18];
    const share = (0.5 * Math.sqrt(variance)) / squares;
    expect(fit.levels[0].error).toBeCloseTo(5 * Math.sqrt(squares / 10) * share, 12);
    expect(fit.intercept).toBeCloseTo(Math.log(5 * Math.sqrt(squares)), 10);
  });

  it("does not depend on units, on the order of levels, on the sign, nor on which end is fine", () => {
    const unit = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(unit, unit, fc.integer({ min: 0, max: 99 }), fc.boolean(), (unitX, unitY, seed, paired) => {
        const options: PowerLawOptions = { ...mean, pairing: paired ? "paired" : "independent" };
        const levels = study((x, z) => (1 + 2 / x) / x + 0.01 * z * x ** -0.5, WIDTHS, 8, seed);
        const fit = powerLaw(levels, options);
        const scaled = levels
          .map(({ x, samples }) => ({ x: unitX / x, samples: samples.map((y) => -unitY * y).reverse() }))
          .reverse();
        const other = powerLaw(scaled, { ...options, limit: "zero" });
        expect(used(other)).toEqual(used(fit).reverse());
        expect(other.findings.map(({ kind }) => kind)).toEqual(fit.findings.map(({ kind }) => kind));
        if (fit.slope === null) return;
        expect(other.slope).toBeCloseTo(-fit.slope, 8);
        const [[low, high], [below, above]] = [fit.interval(0.95)!, other.interval(0.95)!];
        expect(below).toBeCloseTo(-high, 6);
        expect(above).toBeCloseTo(-low, 6);
      }),
      { numRuns: 30 },
    );
  });
});

/** The weighted least-squares line through (log x, log y), at x = `at`. */
function lineAt(at: number, xs: readonly number[], ys: readonly number[], weight: (k: number) => number) {
  const mean = (value: (k: number) => number) => {
    const total = xs.reduce((sum, _, k) => sum + weight(k), 0);
    return xs.reduce((sum, _, k) => sum + weight(k) * value(k), 0) / total;
  };
  const [x, y] = [(k: number) => Math.log(xs[k]), (k: number) => Math.log(ys[k])];
  const slope =
    (mean((k) => x(k) * y(k)) - mean(x) * mean(y)) / (mean((k) => x(k) * x(k)) - mean(x) * mean(x));
  return Math.exp(mean(y) + slope * (Math.log(at) - mean(x)));
}

describe("levels left out", () => {
  it("at the noise floor: a bias of 1/N under a scatter of N^(−1/2)", () => {
    // |bias| over its standard error, √32/(0.05 √N): 36, 21, 11, 6.5, 3.6, 2.1.
    const fit = powerLaw(
      study((x, z) => 1 / x + 0.05 * z * x ** -0.5),
      mean,
    );
    expect(used(fit)).toEqual([null, null, null, null, "noise floor", "noise floor"]);
    expect(fit.levels[4].leftOut!.reason).toMatch(
      /^by the other levels y at x = 1000 should be [34]\.\d standard errors; 5 are asked$/,
    );
    expect(holds(fit, -1)).toBe(true);
  });

  it("are not chosen by their own value: one that came out high is left out all the same", () => {
    const levels = study((x, z) => 1 / x + 0.05 * z * x ** -0.5);
    const lucky = levels.map((level, k) =>
      k === 4 ? { x: level.x, samples: level.samples.map((y) => y + 0.001) } : level,
    );
    expect(used(powerLaw(lucky, mean))[4]).toBe("noise floor");
  });

  it("before the first two in a row that are clear", () => {
    // Of both signs, 60 standard errors and 1.5.
    const clear = (x: number) => ({ x, samples: Array.from({ length: 60 }, (_, r) => (r ? 1 : -0.01) / x) });
    const blurred = (x: number) => ({ x, samples: clear(x).samples.map((_, r) => (r % 2 ? 6 : -4) / x) });
    const fit = powerLaw([clear(1), blurred(2), clear(4), clear(8), clear(16)], mean);
    expect(used(fit)).toEqual(["noise floor", "noise floor", null, null, null]);
    expect(fit.levels[0].leftOut!.reason).toBe("here or at the next level y is below 5 standard errors");
  });

  it("by what the others expect of it, each weighed as it is known", () => {
    const z = [-1.2, -0.4, 0.1, 0.3, 0.5, 0.7];
    const size = Math.sqrt(average(z.map((value) => value * value)) / (z.length - 1));
    const level = (x: number, value: number, error: number) => ({
      x,
      samples: z.map((one) => value + (error * one) / size),
    });
    const [values, errors] = [
      [1, 2.5, 0.25, 0.12, 0.02],
      [0.06, 0.45, 0.003, 0.015, 0.6],
    ];
    const xs = [1, 2, 4, 8, 16];
    const fit = powerLaw(
      xs.map((x, k) => level(x, values[k], errors[k])),
      mean,
    );
    // Lines through the logarithms: of four values, by (y/σ)²; of all errors, alike.
    const ofValues = lineAt(16, xs.slice(0, 4), values, (k) => (values[k] / errors[k]) ** 2);
    const expected = ofValues / lineAt(16, xs, errors, () => 1);
    expect(fit.levels[4].leftOut?.reason).toBe(
      `by the other levels y at x = 16 should be ${expected.toPrecision(2)} standard errors; 5 are asked`,
    );
  });

  it("below a floor that the replicas do not show", () => {
    const fit = powerLaw(
      study((x, z) => z / Math.sqrt(x)),
      { ...rms, floor: 0.002 },
    );
    // 20 floors = 0.04, N^(−1/2) below it from N = 625 on.
    expect(used(fit)).toEqual([null, null, null, null, "noise floor", "noise floor"]);
    expect(fit.levels[5].leftOut!.reason).toMatch(/at x = 1000 is not 20 times its floor 0.002$/);
  });

  it("as pre-asymptotic, where the line is bent: they and one more", () => {
    const fit = powerLaw(
      study((x, z) => ((1 + 10 / x) / x) * (1 + 0.2 * z)),
      mean,
    );
    expect(used(fit)).toEqual([...Array(3).fill("pre-asymptotic"), null, null, null]);
    expect(fit.levels[0].leftOut!.reason).toMatch(
      /^with it, the line in log x is bent: t = [\d.]+, beyond the ± 2.\d of 99 %$/,
    );
    expect(fit.levels[2].leftOut!.reason).toMatch(/^next to levels that are bent/);
    expect(fit.findings).toEqual([]);
    expect(holds(fit, -1)).toBe(true);
  });

  it("before a change of sign", () => {
    const fit = powerLaw(
      study((x, z) => (60 / x - 1) / x + 1e-5 * z),
      mean,
    );
    expect(used(fit).slice(0, 2)).toEqual(["pre-asymptotic", "pre-asymptotic"]);
    expect(fit.levels[0].leftOut!.reason).toBe("a finer level has the other sign");
    expect(fit.levels[5].value).toBeLessThan(0);
  });
});

describe("findings", () => {
  it("not resolved, where too few levels are left: no slope, no interval", () => {
    const fit = powerLaw(
      study((x, z) => 1 / x + 0.5 * z * x ** -0.5),
      mean,
    );
    expect([fit.slope, fit.intercept, fit.curvature, fit.interval(0.95)]).toEqual([null, null, null, null]);
    const [{ kind, reason }, ...others] = fit.findings;
    expect([kind, others]).toEqual(["not resolved", []]);
    expect(reason).toMatch(
      /^0 of 6 levels are left, of the 3 that a slope needs: .* below the Monte Carlo noise, less than 5 standard errors; about \d+ replicas are needed$/,
    );
    expect(used(fit)).toEqual(Array(6).fill("noise floor"));
  });

  it("says how many replicas bring the third best level to 5 standard errors, as errors fall as their root", () => {
    // m ± 1 in ten samples: a standard error of 1/3, so that m = signal/3.
    const signals = [1, 1.9, 2.5, 2.8];
    const levels = signals.map((signal, k) => ({
      x: 2 ** k,
      samples: Array.from({ length: 10 }, (_, r) => signal / 3 + (r % 2 === 0 ? 1 : -1)),
    }));
    // 10 (5/1.9)² = 69.3
    expect(powerLaw(levels, mean).findings[0].reason).toContain("about 69 replicas are needed");
  });

  it("not resolved, where the interval is wider than asked", () => {
    const levels = study((x, z) => z / Math.sqrt(x), WIDTHS, 8);
    expect(powerLaw(levels, { ...rms, within: 0.5 }).findings).toEqual([]);
    const [{ kind, reason }] = powerLaw(levels, { ...rms, within: 0.05 }).findings;
    expect(kind).toBe("not resolved");
    expect(reason).toMatch(/^the 95 % interval is ± 0\.\d+, ± 0.05 asked$/);
    const [low, high] = powerLaw(levels, rms).interval(0.95)!;
    const half = 0.5 * (high - low);
    const close = powerLaw(levels, { ...rms, within: half * (1 - 1e-9) }).findings[0].reason;
    expect(Number(/± (\S+),/.exec(close)![1])).toBeGreaterThan(Number(/± (\S+) asked/.exec(close)![1]));
  });

  it("pre-asymptotic, where the last three levels are still bent", () => {
    const fit = powerLaw(
      study((x, z) => Math.exp(-x / 1000) * (1 + 1e-3 * z)),
      mean,
    );
    expect(used(fit)).toEqual([...Array(3).fill("pre-asymptotic"), null, null, null]);
    expect(fit.findings[0].kind).toBe("pre-asymptotic");
    expect(fit.findings[0].reason).toMatch(/^over the last 3 levels the line in log x is bent/);
  });
});

it("refuses a negative floor", () => {
  expect(() =>
    powerLaw(
      study((x) => x),
      { ...mean, floor: -1 },
    ),
  ).toThrow("floor: found -1");
});

describe("a constant beside the law", () => {
  /** Whether nothing is left to say for that slope. */
  const excludes = (fit: PowerLaw, slope: number) =>
    fit.slope !== null && !holds(fit, slope) && fit.constantFor(slope, 0.999) === null;

  it.each([
    ["a bias that every replica has", rms, (x: number, z: number, c: number) => z / Math.sqrt(x) + c, -0.5],
    ["of a mean, of either sign", mean, (x: number, z: number, c: number) => (1 + 0.3 * z) / x + c, -1],
  ] as const)("%s, excludes no true slope", (_, options, y, slope) => {
    const shares = options === mean ? [-2, -0.5, 0.3, 1, 3, 20] : [0.5, 1, 2, 5, 20];
    let bare = 0;
    for (const share of shares) {
      const constant = share * Math.abs(y(WIDTHS.at(-1)!, 1, 0));
      for (let seed = 1; seed <= 10; seed++) {
        const fit = powerLaw(
          study((x, z) => y(x, z, constant), WIDTHS, 32, seed),
          options,
        );
        expect(excludes(fit, slope), `${share}, seed ${seed}`).toBe(false);
        if (fit.slope !== null && !holds(fit, slope)) bare += 1;
      }
    }
    // Without it many would be.
    expect(bare).toBeGreaterThan(15);
  });

  it("is none where the law is clear: slopes wrong by 40 % stay excluded", () => {
    let kept = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const levels = study((x, z) => (1 + 0.4 * z) / Math.sqrt(x), WIDTHS, 64, seed);
      const fit = powerLaw(levels, rms);
      kept += [-0.3, -0.7].filter((slope) => excludes(fit, slope)).length;
    }
    expect(kept).toBeGreaterThanOrEqual(19);
  });

  it("is given in the unit of the quantity", () => {
    const levels = study((x, z) => (1 + 0.05 * z) / x + 0.01);
    expect(powerLaw(levels, mean).constantFor(-1, 0.999)).toBeGreaterThan(0.005);
    expect(powerLaw(levels, mean).constantFor(-1, 0.999)).toBeLessThan(0.011);
    const squares = study((x, z) => Math.sqrt((1 + 0.05 * z) / x + 1e-4));
    expect(powerLaw(squares, rms).constantFor(-0.5, 0.999)).toBeGreaterThan(0.005);
    expect(powerLaw(squares, rms).constantFor(-0.5, 0.999)).toBeLessThan(0.02);
    expect(
      powerLaw(
        study(() => 1, WIDTHS.slice(0, 2).concat(100)),
        mean,
      ).constantFor(0, 0.999),
    ).toBe(null);
  });
});

it("expects of a level the noise that the line through all errors has there, however close the levels are", () => {
  // Means 1 with errors 0.05 x⁵: 20, 8, 3.2 and 1.3 of them.
  const replicas = 1000;
  const levels = [1, 1.2, 1.44, 1.728].map((x) => {
    const scatter = 0.05 * x ** 5 * Math.sqrt(replicas - 1);
    return { x, samples: Array.from({ length: replicas }, (_, r) => 1 + (r % 2 === 0 ? scatter : -scatter)) };
  });
  const fit = powerLaw(levels, { limit: "infinity", statistic: "mean", pairing: "independent" });
  const reasons = fit.levels.map(
    ({ leftOut }) => leftOut?.reason.match(/should be (.*) standard/)?.[1] ?? null,
  );
  expect(reasons).toEqual([null, null, "3.2", "3.2"]);
});
