// Draws from a density, and back: moments, cell counts, and the expected distances of N draws from their law, of which
// E W₂² = 1/(6N) (box) and E energy² = E|X − X′|/N are exact. Bounds are 5 standard errors: false alarm 6e-7 a comparison,
// under 2e-4 for all of this file's (about 250) together.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distancesOfSlices, slicesOf, spaceOf } from "../observables/distances/distances.ts";
import { distances } from "../observables/distances/testing.ts";
import { gaussian } from "../problem/law.ts";
import { axis } from "./axis.ts";
import { massOf, momentsOf } from "./density.ts";
import { type Grid, grid } from "./grid.ts";
import { initialDensity } from "./initial.ts";
import { restrict, sample } from "./sample-testing.ts";

const Z = 5;

function bounded(...cells: number[]): Grid {
  return grid(cells.map((count, k) => axis({ low: -1 - k, high: 2, cells: count })));
}

/** Some density with empty cells and no symmetry. */
function rugged(made: Grid): Float64Array {
  const values = Float64Array.from({ length: made.size }, (_, i) =>
    i % 5 === 2 ? 0 : 1 + ((i * 7919) % 11),
  );
  const mass = massOf(made, values);
  return values.map((value) => value / mass);
}

describe("draws from a density", () => {
  it.each([[[9]], [[6, 5]], [[4, 5, 6]]])("on %j cells: means, variances and every cell's count", (cells) => {
    const made = bounded(...cells);
    const p = cells.length;
    const values = rugged(made);
    const count = 100_000;
    const drawn = sample(made, values, { count, seed: 3 });
    for (const [k, { mean, variance }] of momentsOf(made, values).entries()) {
      // Within a cell the law is uniform, not at the centre.
      const full = variance + made.axes[k].spacing ** 2 / 12;
      let [first, second, fourth] = [0, 0, 0];
      for (let j = 0; j < count; j++) {
        const off = drawn[j * p + k] - mean;
        first += off / count;
        second += off ** 2 / count;
        fourth += off ** 4 / count;
      }
      expect(Math.abs(first)).toBeLessThan(Z * Math.sqrt(full / count));
      expect(Math.abs(second - full)).toBeLessThan(Z * Math.sqrt((fourth - full * full) / count));
    }
    const back = restrict(made, drawn);
    expect(back.outside).toBe(0);
    for (let i = 0; i < made.size; i++) {
      const probability = values[i] * made.volume;
      const error = Math.sqrt((probability * (1 - probability)) / count);
      expect(Math.abs(back.values[i] * made.volume - probability)).toBeLessThanOrEqual(Z * error);
    }
  });

  it("are uniform and independent inside cells", () => {
    const made = bounded(4, 4);
    const count = 100_000;
    const drawn = sample(made, rugged(made), { count, seed: 4 });
    const place = (j: number, k: number) => {
      const at = (drawn[2 * j + k] - made.axes[k].low) / made.axes[k].spacing;
      return at - Math.floor(at) - 0.5;
    };
    const sums = [0, 0, 0];
    for (let j = 0; j < count; j++) {
      sums[0] += place(j, 0) / count;
      sums[1] += place(j, 1) / count;
      sums[2] += (place(j, 0) * place(j, 1)) / count;
    }
    expect(Math.abs(sums[0])).toBeLessThan(Z * Math.sqrt(1 / 12 / count));
    expect(Math.abs(sums[1])).toBeLessThan(Z * Math.sqrt(1 / 12 / count));
    expect(Math.abs(sums[2])).toBeLessThan((Z * (1 / 12)) / Math.sqrt(count));
  });

  it("depend on seed, replica and neuron alone: a wider sample begins with the narrower one", () => {
    const made = bounded(5, 7);
    const values = rugged(made);
    const wide = sample(made, values, { count: 1000, seed: 5 });
    for (const count of [1, 2, 7, 999]) {
      expect(sample(made, values, { count, seed: 5 })).toEqual(wide.slice(0, 2 * count));
    }
    expect(sample(made, values, { count: 7, seed: 5, replica: 1 })).not.toEqual(wide.slice(0, 14));
    expect(sample(made, values, { count: 7, seed: 6 })).not.toEqual(wide.slice(0, 14));
  });

  it("ignore the scale of the mass and never meet an empty or negative cell", () => {
    const made = bounded(6);
    const values = Float64Array.of(0, 1e-300, 3e-300, -1, 0, 0);
    const drawn = sample(made, values, { count: 4000, seed: 7 });
    const { values: back } = restrict(made, drawn);
    expect([...back].map((value) => value > 0)).toEqual([false, true, true, false, false, false]);
    expect(drawn.every((x) => x > -0.5 && x < 0.5)).toBe(true);
  });

  it("are refused without mass, or a count", () => {
    const made = bounded(4);
    expect(() => sample(made, new Float64Array(4), { count: 3 })).toThrow("density: found values");
    expect(() => sample(made, new Float64Array(4).fill(1), { count: 0 })).toThrow("count: found 0");
  });
});

describe("the histogram of a network", () => {
  it("has the faces where they belong, counts what is outside, and goes around", () => {
    const line = grid([axis({ low: 0, high: 2, cells: 4 })]);
    const found = restrict(line, Float64Array.of(0, 0.49, 0.5, 2, 2.001, -1e-9, Number.NaN, 1.2));
    expect(found.outside).toBe(3);
    expect([...found.values]).toEqual([0.5, 0.25, 0.25, 0.25]);
    const circle = grid([axis({ low: 0, high: 2, cells: 4, periodic: true })]);
    const wrapped = restrict(circle, Float64Array.of(2, -0.1, 4.6, -7.9));
    expect(wrapped.outside).toBe(0);
    expect([...wrapped.values]).toEqual([1, 0.5, 0, 0.5]);
    expect(() => restrict(bounded(4, 4), new Float64Array(3))).toThrow("allowed: N × 2");
  });

  it("moves each neuron within its cell: W₁ ≤ W₂ ≤ Δ, mass 1", () => {
    const made = bounded(9);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (x) => {
          const points = Float64Array.from(x);
          const { values, outside } = restrict(made, points);
          expect(outside).toBe(0);
          expect(massOf(made, values)).toBeCloseTo(1, 13);
          const { w1, w2 } = distances({ points }, { grid: made, values }, spaceOf(made));
          expect(w1).toBeLessThan(w2 + 1e-12);
          expect(w2).toBeLessThan(made.axes[0].spacing + 1e-12);
        },
      ),
      { seed: 8 },
    );
  });
});

/** Mean and standard error of what `draw` gives over replicas. */
function averaged(replicas: number, draw: (replica: number) => number): { mean: number; error: number } {
  const values = Array.from({ length: replicas }, (_, replica) => draw(replica));
  const mean = values.reduce((sum, value) => sum + value, 0) / replicas;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (replicas - 1) / replicas) };
}

/** Distances of replicas of N draws from their law. */
function fromLaw(made: Grid, values: Float64Array, count: number, seed: number) {
  const space = spaceOf(made);
  const law = slicesOf({ grid: made, values }, space);
  return (replica: number) => {
    const points = sample(made, values, { count, seed, replica });
    return distancesOfSlices(slicesOf({ points }, space), law);
  };
}

/** The slope of log mean against log N by least squares, with its standard error. */
function slopeWithError(widths: readonly number[], found: readonly { mean: number; error: number }[]) {
  const x = widths.map((n) => Math.log(n));
  const middle = x.reduce((sum, v) => sum + v, 0) / x.length;
  const spread = x.reduce((sum, v) => sum + (v - middle) ** 2, 0);
  const slope = x.reduce((sum, v, i) => sum + ((v - middle) / spread) * Math.log(found[i].mean), 0);
  const error = Math.hypot(...x.map((v, i) => ((v - middle) / spread) * (found[i].error / found[i].mean)));
  return { slope, error };
}

describe("N draws against their law", () => {
  const box = grid([axis({ low: 0, high: 1, cells: 8 })]);
  const flat = new Float64Array(8).fill(1);

  it.each([1, 10, 400])("box, N = %d: E W₂² = 1/(6N), E energy² = 1/(3N), E W₁ = ∫E|F_N − F|", (count) => {
    const draw = fromLaw(box, flat, count, 11);
    const drawn = Array.from({ length: 4000 }, (_, replica) => draw(replica));
    const w2 = averaged(4000, (replica) => drawn[replica].w2 ** 2);
    expect(Math.abs(w2.mean - 1 / (6 * count))).toBeLessThan(Z * w2.error);
    const energy = averaged(4000, (replica) => drawn[replica].energy! ** 2);
    expect(Math.abs(energy.mean - 1 / (3 * count))).toBeLessThan(Z * energy.error);
    const w1 = averaged(4000, (replica) => drawn[replica].w1);
    // Mean absolute deviations of binomials, by Riemann sum.
    expect(Math.abs(w1.mean - boxW1(count))).toBeLessThan(Z * w1.error);
  });

  it("circle, N = 50: energy² has mean E c(X − X′)/N, c = |z|(1 − |z|/L)", () => {
    const circle = grid([axis({ low: -Math.PI, high: Math.PI, cells: 6, periodic: true })]);
    const draw = fromLaw(circle, new Float64Array(6).fill(1 / (2 * Math.PI)), 50, 12);
    const energy = averaged(2000, (replica) => draw(replica).energy! ** 2);
    expect(Math.abs(energy.mean - (2 * Math.PI) / 6 / 50)).toBeLessThan(Z * energy.error);
  });

  it.each([
    [2, [40, 48], Math.sqrt(Math.PI)],
    [3, [24, 28, 24], 4 / Math.sqrt(Math.PI)],
  ])("p = %d, Gaussian, N = 60: energy² has mean E|X − X′|/N", (p, cells, distance) => {
    const std = 0.5;
    const made = grid(cells.map((count) => axis({ low: -3, high: 3, cells: count })));
    const law = gaussian({ mean: Array(p).fill(0), std: Array(p).fill(std) });
    const values = initialDensity(made, law, 1e-6);
    const draw = fromLaw(made, values, 60, 13);
    const energy = averaged(400, (replica) => draw(replica).energy! ** 2);
    // The cells' averages and widths add Δ²/6 to a variance, so Δ²/(12 s²) to the length: 2 % at the most.
    const spacing = 6 / Math.min(...cells);
    const exact = (std * distance) / 60;
    const bias = (exact * spacing ** 2) / (12 * std ** 2);
    expect(Math.abs(energy.mean - exact)).toBeLessThan(Z * energy.error + bias);
  });

  it("W₁ falls as N^(−1/2) for a Gaussian, W₂ for a box; across a gap W₂ as N^(−1/4) only", () => {
    const widths = [50, 200, 800, 3200];
    const line = grid([axis({ low: -6, high: 6, cells: 400 })]);
    const normal = initialDensity(line, gaussian({ mean: [0], std: [1] }), 1e-6);
    const gap = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 1);
    const cases = [
      [line, normal, "w1", -0.5],
      [box, flat, "w2", -0.5],
      [box, gap, "w2", -0.25],
      [box, gap, "w1", -0.5],
    ] as const;
    for (const [made, values, key, expected] of cases) {
      const found = widths.map((count, i) => {
        const draw = fromLaw(made, values, count, 20 + i);
        return averaged(300, (replica) => draw(replica)[key]);
      });
      const { slope, error } = slopeWithError(widths, found);
      // The next order in N moves each mean by a few per cent at N = 50: at most 0.02 in the slope over a factor 64.
      expect(Math.abs(slope - expected), `${key}: ${slope} ± ${error}`).toBeLessThan(Z * error + 0.02);
      expect(Z * error).toBeLessThan(0.12);
    }
  });
});

/** ∫₀¹ E|B/N − u| du, B binomial (N, u): E|B − Nu| = 2k C(N, k) u^k (1 − u)^(N−k+1), k = ⌊Nu⌋ + 1 (de Moivre). */
function boxW1(count: number): number {
  const logFactorial = [0];
  for (let k = 1; k <= count; k++) logFactorial.push(logFactorial[k - 1] + Math.log(k));
  const points = 40_000;
  let total = 0;
  for (let i = 0; i < points; i++) {
    const u = (i + 0.5) / points;
    const k = Math.floor(count * u) + 1;
    const logChoose = logFactorial[count] - logFactorial[k] - logFactorial[count - k];
    total += 2 * k * Math.exp(logChoose + k * Math.log(u) + (count - k + 1) * Math.log(1 - u));
  }
  return total / points / count;
}
