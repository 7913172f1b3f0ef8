import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillNormals } from "../base/normal.ts";
import {
  meanWithInterval,
  meanWithScatter,
  positiveInterval,
  positiveMeanWithInterval,
  studentQuantile,
} from "./interval.ts";

/** level, degrees of freedom, quantile: by bisection of mpmath's regularised incomplete beta function. */
const REFERENCE: readonly (readonly [number, number, number])[] = [
  [0.5, 1, 1.0],
  [0.5, 2, 0.816496580927726],
  [0.5, 3, 0.7648923284043453],
  [0.5, 7, 0.7111417780817864],
  [0.5, 15, 0.6911969489584898],
  [0.5, 16, 0.6901322538105608],
  [0.5, 99, 0.6769759855461527],
  [0.5, 1000, 0.6747351646070094],
  [0.95, 1, 12.706204736174705],
  [0.95, 2, 4.302652729749464],
  [0.95, 3, 3.1824463052837095],
  [0.95, 7, 2.3646242515927853],
  [0.95, 15, 2.1314495455597755],
  [0.95, 16, 2.1199052992212546],
  [0.95, 99, 1.9842169515864174],
  [0.95, 1000, 1.9623390808264085],
  [0.999, 1, 636.6192487687197],
  [0.999, 2, 31.59905457644362],
  [0.999, 3, 12.923978636687483],
  [0.999, 7, 5.407882520861725],
  [0.999, 15, 4.072765195903791],
  [0.999, 16, 4.014996327184056],
  [0.999, 99, 3.3915288333636506],
  [0.999, 1000, 3.300282648423913],
];

describe("Student's quantile", () => {
  it("has its closed forms for 1, 2 and 4 degrees of freedom", () => {
    for (const level of [0.01, 0.5, 0.9, 0.95, 0.999]) {
      expect(studentQuantile(level, 1) / Math.tan((Math.PI * level) / 2)).toBeCloseTo(1, 12);
      expect(studentQuantile(level, 2) / (level * Math.sqrt(2 / (1 - level * level)))).toBeCloseTo(1, 12);
      // Shaw, J. Comput. Finance 9, 2006: with α = 1 − level², t² = 4(cos(arccos(√α)/3)/√α − 1).
      const alpha = 1 - level * level;
      const ratio = Math.cos(Math.acos(Math.sqrt(alpha)) / 3) / Math.sqrt(alpha);
      expect(studentQuantile(level, 4) / (2 * Math.sqrt(ratio - 1))).toBeCloseTo(1, level < 0.1 ? 9 : 12);
    }
  });

  it("agrees with 40-digit values of the incomplete beta function", () => {
    for (const [level, degrees, expected] of REFERENCE) {
      expect(Math.abs(studentQuantile(level, degrees) / expected - 1)).toBeLessThan(1e-12);
    }
  });

  it("decreases to the Gaussian's in the degrees of freedom", () => {
    const values = [1, 2, 3, 5, 9, 20, 99, 1e3, 1e5].map((degrees) => studentQuantile(0.95, degrees));
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThan(values[i - 1]);
    // t = z + (z³ + z)/(4n) + O(n⁻²)
    const z = 1.959963984540054;
    expect(values[8]).toBeCloseTo(z + (z ** 3 + z) / 4e5, 9);
  });

  it("refuses what is no level and no degree of freedom", () => {
    expect(() => studentQuantile(1, 3)).toThrow("level: found 1");
    expect(() => studentQuantile(0.5, 0)).toThrow("degrees: found 0");
  });
});

describe("a mean over replicas", () => {
  it("of one value has no interval", () => {
    expect(meanWithInterval([3])).toEqual({ mean: 3, interval: null, replicas: 1 });
    expect(() => meanWithInterval([])).toThrow("replicas: found none");
  });

  it("of two is the mean ± 12.7 half distances", () => {
    const { mean, interval, replicas } = meanWithInterval([1, 4]);
    expect([mean, replicas]).toEqual([2.5, 2]);
    expect(interval![0]).toBeCloseTo(2.5 - 1.5 * 12.706204736174705, 11);
    expect(interval![1]).toBeCloseTo(2.5 + 1.5 * 12.706204736174705, 11);
  });

  it("covers a Gaussian's mean in 95 % of 20000 cases, 4 replicas each (5 standard errors: false alarm 6e-7)", () => {
    const cases = 20000;
    const normals = new Float64Array(4 * cases);
    fillNormals(normals, 0, normals.length, 11, 12, 0, 0, 0);
    let covered = 0;
    for (let i = 0; i < cases; i++) {
      const [low, high] = meanWithInterval(Array.from(normals.subarray(4 * i, 4 * i + 4))).interval!;
      if (low < 0 && high > 0) covered += 1;
    }
    expect(Math.abs(covered / cases - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / cases));
  });
});

describe("a mean of values that are not negative", () => {
  it("lies in an interval without negative numbers, which is Student's where the scatter is small", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(values, (seen) => {
        const { mean, interval, replicas } = positiveMeanWithInterval(seen);
        const [low, high] = interval!;
        expect(replicas).toBe(seen.length);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(mean * (1 + 1e-12));
        expect(high).toBeGreaterThanOrEqual(mean * (1 - 1e-12));
        // Symmetric about log mean.
        if (mean > 1e-100) expect(Math.abs(Math.log(low / mean) + Math.log(high / mean))).toBeLessThan(1e-9);
      }),
    );
    const near = [10, 10.001, 9.999];
    const [one, other] = [positiveMeanWithInterval(near), meanWithInterval(near)];
    // To second order in the relative reach, 2.5e-4.
    for (const end of [0, 1]) expect(Math.abs(one.interval![end] - other.interval![end])).toBeLessThan(1e-6);
    expect(positiveMeanWithInterval([0, 0]).interval).toEqual([0, 0]);
    expect(positiveMeanWithInterval([3])).toEqual({ mean: 3, interval: null, replicas: 1 });
    expect(positiveInterval(2, 2 * Math.log(3))[0]).toBeCloseTo(2 / 3, 14);
    expect(positiveInterval(2, 2 * Math.log(3))[1]).toBeCloseTo(6, 13);
  });

  // E|Z| = √(2/π); of the root of χ² with 2 degrees √(π/2), with 5 degrees 8/(3√(2π)) √2.
  it.each([
    [1, Math.sqrt(2 / Math.PI)],
    [2, Math.sqrt(Math.PI / 2)],
    [5, (8 * Math.SQRT2) / (3 * Math.sqrt(Math.PI))],
  ])("holds that of distances, the roots of χ² with %i degrees, in 95 %% of 8000 cases, Student's own in fewer", (degrees, mean) => {
    const cases = 8000;
    for (const replicas of [2, 3, 8]) {
      const normals = new Float64Array(cases * replicas * degrees);
      fillNormals(normals, 0, normals.length, 5, degrees, 0, replicas, 0);
      let [held, student] = [0, 0];
      for (let i = 0; i < cases; i++) {
        const values = Array.from({ length: replicas }, (_, r) => {
          const from = (i * replicas + r) * degrees;
          return Math.sqrt(normals.subarray(from, from + degrees).reduce((sum, z) => sum + z * z, 0));
        });
        const [low, high] = positiveMeanWithInterval(values).interval!;
        const [below, above] = meanWithInterval(values).interval!;
        if (low <= mean && mean <= high) held += 1;
        if (below <= mean && mean <= above) student += 1;
      }
      // 5 standard errors, and .2 % that the interval is off by.
      const noise = 5 * Math.sqrt((0.95 * 0.05) / cases);
      expect(Math.abs(held / cases - 0.95), `${replicas}`).toBeLessThan(noise + 0.002);
      if (degrees === 1) expect(student / cases).toBeLessThan(0.938);
    }
  });
});

describe("the scatter of a mean", () => {
  it("is an interval from three replicas on, both values of two, nothing of one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (values, positive) => {
          const { mean, interval, extremes, replicas } = meanWithScatter(values, positive);
          const usual = positive ? positiveMeanWithInterval(values) : meanWithInterval(values);
          expect([mean, replicas]).toEqual([usual.mean, values.length]);
          if (values.length === 2) {
            expect(interval).toBeNull();
            expect(extremes).toEqual([Math.min(...values), Math.max(...values)]);
          } else {
            expect(interval).toEqual(usual.interval);
            expect(extremes).toBeUndefined();
          }
        },
      ),
    );
  });
});
