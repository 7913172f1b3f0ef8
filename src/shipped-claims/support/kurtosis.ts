// The excess kurtosis of a sample with a confidence interval. Under normality its law is skewed, and Anscombe and Glynn (Biometrika 70,
// 1983) turn it into a standard normal Z to high accuracy; the interval holds the κ for which measured − κ is not in its tails.

import { studentReach } from "../../statistics/student.ts";

/** Degrees of freedom at which Student's t is taken for a normal. */
const MANY = 5000;

/** m₄/m₂² − 3 with its interval, for samples that are nearly normal. */
export function excessKurtosis(samples: readonly number[]): {
  value: number;
  interval(level: number): readonly [number, number];
} {
  const n = samples.length;
  const mean = samples.reduce((sum, value) => sum + value / n, 0);
  const moment = (k: number) => samples.reduce((sum, value) => sum + (value - mean) ** k / n, 0);
  const value = moment(4) / moment(2) ** 2 - 3;
  const expected = -6 / (n + 1);
  const deviation = Math.sqrt((24 * n * (n - 2) * (n - 3)) / ((n + 1) ** 2 * (n + 3) * (n + 5)));
  const skewness =
    ((6 * (n * n - 5 * n + 2)) / ((n + 7) * (n + 9))) *
    Math.sqrt((6 * (n + 3) * (n + 5)) / (n * (n - 2) * (n - 3)));
  const a = 6 + (8 / skewness) * (2 / skewness + Math.sqrt(1 + 4 / skewness ** 2));
  /** The excess kurtosis of normal samples that has this Z: the inverse of their transformation. */
  const quantile = (z: number) => {
    const root = 1 - 2 / (9 * a) - z * Math.sqrt(2 / (9 * a));
    const x = ((1 - 2 / a) / root ** 3 - 1) / Math.sqrt(2 / (a - 4));
    return expected + deviation * x;
  };
  return {
    value,
    interval(level) {
      const z = studentReach(level, MANY);
      return [value - quantile(z), value - quantile(-z)];
    },
  };
}
