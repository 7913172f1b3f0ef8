// The transform against its definition, and its inverse, for powers of two and for others.

import { describe, expect, it } from "vitest";
import { Fourier, radixFour } from "./fourier.ts";

function signal(n: number): Float64Array {
  let state = 17;
  return Float64Array.from({ length: 2 * n }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  });
}

function worst(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe.each([2, 4, 6, 10, 16, 64, 96, 100, 128, 384, 46])("n = %i", (n) => {
  const x = signal(n);
  const found = new Float64Array(2 * n);
  const fourier = new Fourier(n);
  fourier.transform(found, x);
  // Sums of n terms below 1/√2, roots within ε: 10 n ε bounds transform and definition together.
  const tolerance = 10 * n * Number.EPSILON;

  it("is Σ x_j e^(−2πi jk/n)", () => {
    const expected = new Float64Array(2 * n);
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        const angle = (-2 * Math.PI * ((j * k) % n)) / n;
        expected[2 * k] += x[2 * j] * Math.cos(angle) - x[2 * j + 1] * Math.sin(angle);
        expected[2 * k + 1] += x[2 * j] * Math.sin(angle) + x[2 * j + 1] * Math.cos(angle);
      }
    }
    expect(worst(found, expected)).toBeLessThan(tolerance);
  });

  it("has its inverse", () => {
    const back = new Float64Array(2 * n);
    fourier.inverse(back, found);
    expect(worst(back, x)).toBeLessThan(tolerance);
  });
});

it("refuses an odd number", () => {
  expect(() => new Fourier(15)).toThrow("grid.cells: found 15");
});

it("refuses more numbers than fft.js has lists for, at once", () => {
  expect(() => radixFour(2 ** 25)).toThrow(
    "grid.cells: found an axis whose Fourier transform has 33554432 numbers; allowed: up to 16777216",
  );
});
