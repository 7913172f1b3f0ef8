// log(K e^f) against sums over all cells, in one and two coordinates, bounded and periodic, where f ranges over thousands.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { axis } from "./axis.ts";
import { GaussianKernel } from "./gaussian-kernel.ts";
import { grid } from "./grid.ts";

const TURN = 2 * Math.PI;

/** log Σ_y K(x, y) e^(f(y)) on one axis, term by term. */
function direct(cells: Float64Array, f: Float64Array, epsilon: number, periodic: boolean): Float64Array {
  return cells.map((x) => {
    const terms: number[] = [];
    for (const [j, y] of cells.entries()) {
      for (let turn = periodic ? -8 : 0; turn <= (periodic ? 8 : 0); turn++) {
        terms.push(f[j] - (x - y + turn * TURN) ** 2 / (2 * epsilon));
      }
    }
    const most = Math.max(...terms);
    if (most === Number.NEGATIVE_INFINITY) return most;
    return most + Math.log(terms.reduce((total, term) => total + Math.exp(term - most), 0));
  });
}

describe("one axis", () => {
  it.each([
    [false, 37],
    [true, 37],
    [true, 40],
  ])("agrees with the sum over all cells (periodic %s, %i cells)", (periodic, cells) => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.constantFrom(0, 1, 30, 3000),
        fc.constantFrom(0.5, 1, 30, 1000),
        fc.boolean(),
        (seed, range, resolution, holes) => {
          const line = axis({ low: -Math.PI, high: Math.PI, cells, periodic });
          const epsilon = resolution * line.spacing ** 2;
          const next = uniforms(seed);
          const f = line.centres.map((u) => range * Math.sin(2 * u) + 5 * next());
          if (holes) for (let i = 0; i < cells; i++) if (next() < 0.5) f[i] = Number.NEGATIVE_INFINITY;
          const found = new Float64Array(cells);
          new GaussianKernel(grid([line]), epsilon).apply(f, found);
          const exact = direct(line.centres, f, epsilon, periodic);
          for (let i = 0; i < cells; i++) {
            if (exact[i] === Number.NEGATIVE_INFINITY) expect(found[i]).toBe(exact[i]);
            // Exponents round relative to their size.
            else
              expect(Math.abs(found[i] - exact[i])).toBeLessThan(
                1e-13 + 8 * 2 ** -52 * (Math.abs(exact[i]) + range),
              );
          }
        },
      ),
      { numRuns: 200, seed: 3 },
    );
  });

  it("nothing but −∞ gives −∞", () => {
    const f = new Float64Array(8).fill(Number.NEGATIVE_INFINITY);
    new GaussianKernel(grid([axis({ low: 0, high: 8, cells: 8 })]), 1).apply(f, f);
    expect(f.every((value) => value === Number.NEGATIVE_INFINITY)).toBe(true);
  });
});

it("two axes: a product of functions gives the sum of their results", () => {
  const first = axis({ low: -2, high: 2, cells: 20 });
  const second = axis({ low: -Math.PI, high: Math.PI, cells: 12, periodic: true });
  const both = grid([first, second]);
  const epsilon = 0.3;
  const a = first.centres.map((u) => -40 * u * u);
  const b = second.centres.map((u) => 3 * Math.cos(u));
  const f = Float64Array.from({ length: both.size }, (_, at) => a[Math.floor(at / 12)] + b[at % 12]);
  new GaussianKernel(both, epsilon).apply(f, f);
  const along = (line: typeof first, values: Float64Array) => {
    const out = new Float64Array(values.length);
    new GaussianKernel(grid([line]), epsilon).apply(values, out);
    return out;
  };
  const [x, y] = [along(first, a), along(second, b)];
  for (let at = 0; at < both.size; at++) {
    expect(Math.abs(f[at] - x[Math.floor(at / 12)] - y[at % 12])).toBeLessThan(1e-13);
  }
});

it("an ε that the cells do not resolve is refused, with the ε and the cells that would do", () => {
  const line = (cells: number) => grid([axis({ low: -4, high: 4, cells })]);
  expect(() => new GaussianKernel(line(400), 1e-5)).toThrow(
    /from epsilon = 0.0002.*epsilon ≥ 0.0004, or 1789 cells/,
  );
  expect(() => new GaussianKernel(line(400), 1e-300)).toThrow(/Try epsilon ≥ [0-9.e-]+$/);
  expect(() => new GaussianKernel(line(400), 2e-4)).not.toThrow();
  expect(() => new GaussianKernel(line(1789), 1e-5)).not.toThrow();
  expect(() => new GaussianKernel(line(400), 0)).toThrow(/found 0/);
});

it("the sampled kernel's variance: off by 2e-3 at ε = Δ²/2, by 2e-7 at Δ²", () => {
  const variance = (resolution: number) => {
    const line = axis({ low: -20.5, high: 20.5, cells: 41 });
    const f = new Float64Array(41).fill(Number.NEGATIVE_INFINITY);
    f[20] = 0;
    new GaussianKernel(grid([line]), resolution).apply(f, f);
    const mass = f.reduce((total, value) => total + Math.exp(value), 0);
    return (
      f.reduce((total, value, i) => total + Math.exp(value) * line.centres[i] ** 2, 0) / mass / resolution
    );
  };
  expect(Math.abs(variance(0.5) - 1)).toBeLessThan(2.2e-3);
  expect(Math.abs(variance(0.5) - 1)).toBeGreaterThan(1e-3);
  expect(Math.abs(variance(1) - 1)).toBeLessThan(2.2e-7);
});
