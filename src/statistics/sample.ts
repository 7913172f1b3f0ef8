// The mean of a sample, its scatter about it, and the standard error of the mean.

import { sumOf } from "../base/sum.ts";

export function meanOf(values: Float64Array): number {
  return sumOf(values) / values.length;
}

/** Σ (a_i − centre)² */
export function squaresAbout(values: Float64Array, centre: number): number {
  return sumOf(values.map((value) => (value - centre) * (value - centre)));
}

/** The error is that of independent values; NaN of one. */
export function meanWithError(given: readonly number[]): { mean: number; error: number } {
  const values = Float64Array.from(given);
  const mean = meanOf(values);
  const n = values.length;
  return { mean, error: Math.sqrt(squaresAbout(values, mean) / ((n - 1) * n)) };
}
