import { describe, expect, it } from "vitest";
import { fillNormals } from "../base/normal.ts";
import { type BootstrapOptions, bootstrap } from "./bootstrap.ts";
import { meanWithInterval } from "./interval.ts";
import type { Level } from "./levels.ts";

function normals(count: number, seed: number): number[] {
  const out = new Float64Array(count);
  fillNormals(out, 0, count, seed, 0, 0, 0, 0);
  return Array.from(out);
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const mean = ([{ samples }]: readonly Level[]) => average(samples);
const variance = ([{ samples }]: readonly Level[]) =>
  average(samples.map((value) => (value - average(samples)) ** 2)) * (samples.length / (samples.length - 1));
/** A difference of logarithms, as a slope between two levels is. */
const ratio = ([a, b]: readonly Level[]) => Math.log(average(b.samples) / average(a.samples));

const sample = normals(40, 1);
const single: Level[] = [{ x: 1, samples: sample }];
const paired: BootstrapOptions = { pairing: "paired", seed: 5 };

describe("the bootstrap", () => {
  it("has the jackknife's standard error: of a mean the usual one", () => {
    const { estimate, error } = bootstrap(single, mean, { ...paired, resamples: 1 });
    expect(estimate).toBe(mean(single));
    expect(error).toBeCloseTo(Math.sqrt(variance(single) / 40), 12);
  });

  it("adds the variances of independent levels", () => {
    const other = normals(40, 2);
    const levels = [...single, { x: 2, samples: other }];
    const difference = ([a, b]: readonly Level[]) => average(b.samples) - average(a.samples);
    const { error } = bootstrap(levels, difference, { pairing: "independent", resamples: 1 });
    expect(error).toBeCloseTo(Math.sqrt((variance(single) + variance(levels.slice(1))) / 40), 12);
  });

  it("studentised is t − σq, q the ordered (t* − t)/σ* of its own draws", () => {
    const skewed = sample.map(Math.exp);
    const drawn: (readonly number[])[] = [];
    const recorded = ([{ samples }]: readonly Level[]) => {
      // One fewer are the jackknife's.
      if (samples.length === skewed.length) drawn.push(samples);
      return average(samples);
    };
    const { interval } = bootstrap([{ x: 1, samples: skewed }], recorded, { ...paired, resamples: 199 });
    const sigma = (samples: readonly number[]) => Math.sqrt(variance([{ x: 1, samples }]) / 40);
    const ratios = drawn.slice(1).map((samples) => (average(samples) - average(skewed)) / sigma(samples));
    ratios.sort((a, b) => a - b);
    // 200 gaps, 5 of them beyond either end.
    const ends = [ratios[194], ratios[4]].map((q) => average(skewed) - q * sigma(skewed));
    for (const end of [0, 1] as const) expect(interval(0.95)[end]).toBeCloseTo(ends[end], 12);
  });

  it("of a Gaussian mean comes near Student's interval, by either method", () => {
    const student = meanWithInterval(sample).interval!;
    for (const method of ["studentised", "percentile"] as const) {
      const { interval, error } = bootstrap(single, mean, { ...paired, method, resamples: 3999 });
      for (const end of [0, 1] as const) {
        // Quantiles of 40 given values, not of the Gaussian: a skewness of 1/√40 shifts an end by some 0.2 errors; 3999 draws by 0.05.
        expect(Math.abs(interval(0.95)[end] - student[end])).toBeLessThan(0.5 * error);
      }
    }
  });

  it("draws paired replicas whole: what all levels share drops out", () => {
    const levels = [1, 10].map((x) => ({ x, samples: sample.map((z) => Math.exp(z) * x ** -0.5) }));
    const whole = bootstrap(levels, ratio, { ...paired, method: "percentile", resamples: 199 });
    expect(whole.error).toBeLessThan(1e-12);
    expect(whole.interval(0.95)[0]).toBeCloseTo(whole.estimate, 12);
    const apart = bootstrap(levels, ratio, {
      ...paired,
      pairing: "independent",
      method: "percentile",
      resamples: 199,
    });
    expect(apart.interval(0.95)[1] - apart.interval(0.95)[0]).toBeGreaterThan(apart.error);
  });

  it("is a function of its arguments, and another seed is another draw", () => {
    const run = (seed: number) =>
      bootstrap(single, variance, { ...paired, seed, resamples: 199 }).interval(0.9);
    expect(run(5)).toEqual(run(5));
    expect(run(6)).not.toEqual(run(5));
    // Each method reads the same draws: a monotone statistic moves with them.
    const shifted = [{ x: 1, samples: sample.map((value) => 2 * value + 3) }];
    const [low, high] = bootstrap(single, mean, { ...paired, resamples: 199 }).interval(0.9);
    const [below, above] = bootstrap(shifted, mean, { ...paired, resamples: 199 }).interval(0.9);
    expect(below).toBeCloseTo(2 * low + 3, 12);
    expect(above).toBeCloseTo(2 * high + 3, 12);
  });

  it("takes levels with different numbers of replicas where they are independent", () => {
    const levels = [
      { x: 1, samples: normals(10, 2).map(Math.exp) },
      { x: 2, samples: normals(16, 3).map(Math.exp) },
    ];
    const { estimate, interval } = bootstrap(levels, ratio, { pairing: "independent", resamples: 199 });
    const [low, high] = interval(0.95);
    expect(low < estimate && estimate < high).toBe(true);
  });

  it("refuses levels of confidence that so many draws do not reach, and what cannot be resampled", () => {
    const { interval } = bootstrap(single, mean, { ...paired, resamples: 199 });
    expect(interval(0.99)).toHaveLength(2);
    expect(() => interval(0.995)).toThrow(
      "level: found 0.995; allowed with 199 resamples: 0 < level ≤ 0.990000",
    );
    expect(() => bootstrap([{ x: 1, samples: [1, 2] }], mean, paired)).toThrow(
      "replicas: found 2; allowed: ≥ 3",
    );
    expect(() => bootstrap(single, mean, { ...paired, resamples: 0 })).toThrow("resamples: found 0");
    expect(() => bootstrap(single, () => Number.NaN, paired)).toThrow(
      "bootstrap: the statistic of a resample is NaN",
    );
  });
});
