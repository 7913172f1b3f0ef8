import { describe, expect, it } from "vitest";
import { fillNormals } from "../base/normal.ts";
import { meanWithInterval, studentQuantile } from "./interval.ts";

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
