import { Decimal as Exact } from "decimal.js";
import { describe, expect, it } from "vitest";
import { wrap } from "../particles/torus.ts";
import { gaussian, points, sphere, uniform } from "../problem/law.ts";
import { axis } from "./axis.ts";
import { massOf, momentsOf } from "./density.ts";
import { grid } from "./grid.ts";
import { initialDensity } from "./initial.ts";

const D = Exact.clone({ precision: 110 });
const EPS = Number.EPSILON;
const ROOT_PI = D.acos(-1).sqrt();

/** erf by its series of positive terms: 110 digits leave 70 of 1 − erf(12/√2). */
function erf(x: Exact): Exact {
  const square = x.times(x);
  let term = x;
  let sum = x;
  for (let n = 1; term.abs().gt(sum.abs().times("1e-110")); n++) {
    term = term
      .times(square)
      .times(2)
      .div(2 * n + 1);
    sum = sum.plus(term);
  }
  return sum.times(2).times(square.neg().exp()).div(ROOT_PI);
}

/** P(low < X < high), X ~ N(mean, std²), for bounds as exact as the doubles low and high. */
function probability(low: Exact, high: Exact, mean: number, std: number): Exact {
  const at = (x: Exact) => erf(x.minus(mean).div(new D(2).sqrt().times(std)));
  return at(high).minus(at(low)).div(2);
}

describe("a Gaussian around a circle", () => {
  const line = grid([axis({ low: -Math.PI, high: Math.PI, cells: 24, periodic: true })]);

  it("is even from a std of 9 on, at once, however wide", () => {
    // The sum of its images below that, the modes of which fall like e^(−σ²/2): no jump.
    for (const std of [8.9, 9.1, 100, 1e9, 1e300]) {
      const density = initialDensity(line, gaussian({ mean: [1], std: [std] }), 1e-12);
      for (const value of density) expect(Math.abs(value - 0.5 / Math.PI)).toBeLessThan(1e-15);
    }
  });

  it("is what its first mode says, however small, where the others are none", () => {
    const half = Math.PI / 24;
    for (const std of [5.2, 6]) {
      const density = initialDensity(line, gaussian({ mean: [1], std: [std] }), 1e-12);
      const first = (Math.exp(-0.5 * std * std) * Math.sin(half)) / (half * Math.PI);
      for (const [i, value] of density.entries()) {
        const expected = 0.5 / Math.PI + first * Math.cos(line.axes[0].centres[i] - 1);
        expect(Math.abs(value - expected)).toBeLessThan(1e-14);
      }
    }
  });

  it("many turns away is its nearest image", () => {
    const near = initialDensity(line, gaussian({ mean: [0.3], std: [0.5] }), 1e-12);
    const far = initialDensity(line, gaussian({ mean: [0.3 + 2000 * Math.PI], std: [0.5] }), 1e-12);
    for (const [i, value] of far.entries()) expect(Math.abs(value - near[i])).toBeLessThan(1e-11);
    for (const mean of [1e17, -1e300]) {
      const density = initialDensity(line, gaussian({ mean: [mean], std: [0.5] }), 1e-12);
      expect(massOf(line, density)).toBeCloseTo(1, 14);
      // Where the networks are, which are brought back one by one: a spread is lost beside such a mean, so its place alone.
      const image = new Float64Array(8).fill(mean);
      wrap(image, 1, 1, 0, 1);
      const there = initialDensity(line, gaussian({ mean: [image[0]!], std: [0.5] }), 1e-12);
      for (const [i, value] of density.entries()) expect(Math.abs(value - there[i]!)).toBeLessThan(1e-12);
    }
  });
});

describe("a Gaussian on a grid", () => {
  it.each([
    // cells of 2 std, ½ std, std/40; the last off centre
    { low: -8, high: 8, cells: 16, mean: 0.25, std: 0.5 },
    { low: -8, high: 8, cells: 64, mean: 0.25, std: 0.5 },
    { low: -4, high: 6, cells: 40, mean: 1.5, std: 10 / 12 },
  ])("has the exact averages in relative terms, out to 12 std: %o", ({ low, high, cells, mean, std }) => {
    const line = grid([axis({ low, high, cells })]);
    const { spacing } = line.axes[0];
    const density = initialDensity(line, gaussian({ mean: [mean], std: [std] }), 1e-6);
    const kept = probability(new D(low), new D(high), mean, std);
    const width = new D(high).minus(low).div(cells);
    for (let i = 0; i < cells; i++) {
      const from = width.times(i).plus(low);
      const u = Math.min(
        Math.abs(from.toNumber() - mean) / std,
        Math.abs(from.toNumber() + spacing - mean) / std,
      );
      if (u > 12) continue;
      const truth = probability(from, from.plus(width), mean, std).div(kept).div(width);
      const error = truth.minus(density[i]).div(truth).abs().toNumber();
      // e^(−u²/2) with u = (θ − m)/σ rounded: u² + u|θ|/σ units; 40 for the sums and the norming.
      expect(error).toBeLessThan((40 + 2 * u * u + (4 * u * Math.max(-low, high)) / std) * EPS);
    }
    expect(Math.abs(massOf(line, density) - 1)).toBeLessThan(4 * EPS);
  });

  it("narrower than a cell is all in that cell, at once: std 1e-9", () => {
    const line = grid([axis({ low: -1, high: 1, cells: 10 })]);
    const density = initialDensity(line, gaussian({ mean: [0.5], std: [1e-9] }), 1e-9);
    expect([...density].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([
      0, 0, 0, 0, 0, 0, 0, 5, 0, 0,
    ]);
  });

  it("wraps around a circle: the theta function, cell averages of Σ_n e^(ikθ)e^(−k²σ²/2) modes", () => {
    const cells = 24;
    const line = grid([axis({ low: -Math.PI, high: Math.PI, cells, periodic: true })]);
    for (const [mean, std] of [
      [3, 0.8],
      [-2.5, 2.5],
      [10, 1],
    ]) {
      const density = initialDensity(line, gaussian({ mean: [mean], std: [std] }), 1e-12);
      const half = Math.PI / cells;
      for (let i = 0; i < cells; i++) {
        let total = 1 / (2 * Math.PI);
        for (let k = 1; k < 40; k++) {
          // The average of cos over a cell: sin(kΔ/2)/(kΔ/2).
          const average = Math.sin(k * half) / (k * half);
          total +=
            (Math.exp(-0.5 * k * k * std * std) * average * Math.cos(k * (line.axes[0].centres[i] - mean))) /
            Math.PI;
        }
        expect(Math.abs(density[i] - total)).toBeLessThan(1e-14);
      }
    }
  });

  it("in the plane is the product, axis by axis", () => {
    const box = { low: -6, high: 6 };
    const plane = grid([axis({ ...box, cells: 30 }), axis({ ...box, cells: 50 })]);
    const density = initialDensity(plane, gaussian({ mean: [0.5, -0.25], std: [0.8, 0.6] }), 1e-6);
    const one = initialDensity(grid([plane.axes[0]]), gaussian({ mean: [0.5], std: [0.8] }), 1e-6);
    const two = initialDensity(grid([plane.axes[1]]), gaussian({ mean: [-0.25], std: [0.6] }), 1e-6);
    for (let i = 0; i < 30; i++) {
      for (let j = 0; j < 50; j++) {
        const product = one[i] * two[j];
        expect(Math.abs(density[50 * i + j] - product)).toBeLessThanOrEqual(20 * EPS * product);
      }
    }
    const [first, second] = momentsOf(plane, density);
    expect(first.mean).toBeCloseTo(0.5, 10);
    expect(second.mean).toBeCloseTo(-0.25, 10);
    // Values at centres stand for averages: the variance gains Δ²/12 by the average, and centres again.
    expect(first.variance).toBeCloseTo(0.64 + 0.4 ** 2 / 12, 8);
  });
});

describe("a box on a grid", () => {
  it("has exact averages, cells cut by its faces included", () => {
    const line = grid([axis({ low: -2, high: 2, cells: 8 })]);
    const density = initialDensity(line, uniform({ low: [-0.75], high: [1.25] }), 0);
    const expected = [0, 0, 0.25, 0.5, 0.5, 0.5, 0.25, 0];
    for (const [i, value] of expected.entries()) expect(density[i]).toBeCloseTo(value, 15);
  });

  it("wraps around a circle, and covers it evenly", () => {
    const line = grid([axis({ low: -Math.PI, high: Math.PI, cells: 8, periodic: true })]);
    const half = initialDensity(line, uniform({ low: [Math.PI / 2], high: [1.5 * Math.PI] }), 1e-12);
    for (const [i, value] of [1, 1, 0, 0, 0, 0, 1, 1].entries())
      expect(half[i]).toBeCloseTo(value / Math.PI, 14);
    const all = initialDensity(line, uniform({ low: [-Math.PI], high: [Math.PI] }), 1e-12);
    for (const value of all) expect(value).toBeCloseTo(0.5 / Math.PI, 14);
  });

  it("of any width around a circle, at once: as a naive sum of its images has it, where that can be made", () => {
    const line = grid([axis({ low: -Math.PI, high: Math.PI, cells: 8, periodic: true })]);
    const spacing = Math.PI / 4;
    for (const [low, high] of [
      [-1, 500],
      [-700, 3],
      [900, 902],
      [-2000.5, -1300],
    ] as const) {
      const density = initialDensity(line, uniform({ low: [low], high: [high] }), 1e-12);
      for (let i = 0; i < 8; i++) {
        let covered = 0;
        for (let turn = -400; turn <= 400; turn++) {
          const from = -Math.PI + i * spacing + turn * 2 * Math.PI;
          covered += Math.max(0, Math.min(high, from + spacing) - Math.max(low, from));
        }
        // Places of 1000 are known to 1000 ε.
        expect(Math.abs(density[i] - covered / (spacing * (high - low)))).toBeLessThan(1e-12);
      }
    }
    for (const wide of [1e5, 1e16, 1e300, 8e307]) {
      const density = initialDensity(line, uniform({ low: [-wide], high: [wide] }), 1e-12);
      for (const value of density) expect(Math.abs(value - 0.5 / Math.PI)).toBeLessThan(1 / wide + 1e-15);
    }
  });
});

describe("what has no density on that grid", () => {
  const line = grid([axis({ low: -2, high: 2, cells: 40 })]);

  it.each([
    [sphere({ radius: 1 }), 'initial.kind: found "sphere"; allowed: gaussian, uniform with grid'],
    [points([[1]]), 'initial.kind: found "points"; allowed: gaussian, uniform with grid'],
    [
      gaussian({ mean: [0], std: [0] }),
      "initial.std: found [0]; allowed: numbers > 0 with grid: a density needs a width",
    ],
    [gaussian({ mean: [0], std: [Number.NaN] }), "initial.std"],
    [gaussian({ mean: [0], std: [1] }), "grid.extent: [-2, 2] on axis 0 cuts off 4.6e-2 of the initial law"],
    [uniform({ low: [0], high: [3] }), "[-2, 2] on axis 0 cuts off 3.3e-1 of the initial law"],
    [gaussian({ mean: [50], std: [0.1] }), "cuts off 1.0e+0"],
  ])("%o", (law, message) => {
    expect(() => initialDensity(line, law, 1e-6)).toThrow(message);
  });

  it("wider than double precision is told to be narrower, by no extent that is none", () => {
    for (const law of [gaussian({ mean: [0], std: [1e308] }), uniform({ low: [-8e307], high: [8e307] })]) {
      expect(() => initialDensity(line, law, 1e-6)).toThrow(/allowed: 0\.000001\. Try (?!.*(Infinity|NaN))/);
    }
    expect(() => initialDensity(line, gaussian({ mean: [0], std: [1e308] }), 1e-6)).toThrow(
      "Try a narrower initial law",
    );
  });

  it.each([
    gaussian({ mean: [0], std: [1] }),
    gaussian({ mean: [1.7], std: [0.33] }),
    gaussian({ mean: [1000.004], std: [0.01] }),
    gaussian({ mean: [-12345.678], std: [1.2345] }),
    uniform({ low: [0.123456], high: [3.987654] }),
    uniform({ low: [99.99991], high: [99.99998] }),
  ])("the extent that is advised does: %o", (law) => {
    const leak = 1e-6;
    let advice: number[] = [];
    try {
      initialDensity(line, law, leak);
    } catch (error) {
      advice = JSON.parse(/Try (\[.*\])$/.exec((error as Error).message)?.[1] ?? "[]");
    }
    expect(advice).toHaveLength(2);
    const wide = grid([axis({ low: advice[0], high: advice[1], cells: 4000 })]);
    expect(massOf(wide, initialDensity(wide, law, leak))).toBeCloseTo(1, 14);
  });
});
