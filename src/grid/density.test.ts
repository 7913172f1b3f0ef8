import { describe, expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { axis } from "./axis.ts";
import {
  boundaryMassOf,
  entropyOf,
  leastCell,
  marginalOf,
  massOf,
  momentsOf,
  negativeMassOf,
  noiseOf,
} from "./density.ts";
import { addAlong, grid, sumAcross } from "./grid.ts";
import { initialDensity } from "./initial.ts";

const EPS = Number.EPSILON;
const cube = grid([
  axis({ low: -1, high: 2, cells: 4 }),
  axis({ low: 0, high: 1, cells: 5 }),
  axis({ low: -3, high: 3, cells: 6 }),
]);

function random(size: number, seed: number): Float64Array {
  const draw = uniforms(seed);
  return Float64Array.from({ length: size }, draw);
}

/** Visits cells in C order with their three indices. */
function eachCell(visit: (indices: readonly number[], at: number) => void): void {
  let at = 0;
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 5; j++) for (let l = 0; l < 6; l++) visit([i, j, l], at++);
  }
}

describe("a grid of three axes", () => {
  it("is in C order", () => {
    expect(cube.strides).toEqual([30, 6, 1]);
    expect(cube.size).toBe(120);
    expect(cube.volume).toBe(0.75 * 0.2 * 1);
  });

  it.each([0, 1, 2])("adds along and sums across axis %i as nested loops do", (k) => {
    const { cells } = cube.axes[k];
    const along = random(cells, 1);
    const values = random(120, 2);
    const added = values.slice();
    addAlong(cube, k, along, added);
    const sums = new Float64Array(cells);
    eachCell((indices, at) => {
      expect(added[at]).toBe(values[at] + along[indices[k]]);
      sums[indices[k]] += values[at];
    });
    const found = new Float64Array(cells).fill(7);
    sumAcross(cube, k, values, found);
    for (let i = 0; i < cells; i++) expect(Math.abs(found[i] - sums[i])).toBeLessThan(40 * EPS * sums[i]);
  });

  it("mass, marginals, moments and negative mass as nested loops have them", () => {
    const values = random(120, 3).map((u) => u - 0.1);
    let [mass, negative] = [0, 0];
    for (const value of values) {
      mass += 0.15 * value;
      negative += 0.15 * Math.max(0, -value);
    }
    expect(massOf(cube, values)).toBeCloseTo(mass, 13);
    expect(negativeMassOf(cube, values)).toBeCloseTo(negative, 13);
    expect(leastCell(values)).toBe(Math.min(...values));
    const density = values.map((value) => value / mass);
    for (const k of [0, 1, 2]) {
      const { cells, spacing, centres } = cube.axes[k];
      const marginal = new Float64Array(cells);
      let [first, second] = [0, 0];
      eachCell((indices, at) => {
        marginal[indices[k]] += (0.15 / spacing) * density[at];
        first += 0.15 * density[at] * centres[indices[k]];
        second += 0.15 * density[at] * centres[indices[k]] ** 2;
      });
      const found = marginalOf(cube, density, k);
      for (let i = 0; i < cells; i++) expect(found[i]).toBeCloseTo(marginal[i], 13);
      expect(momentsOf(cube, density)[k].mean).toBeCloseTo(first, 13);
      expect(momentsOf(cube, density)[k].variance).toBeCloseTo(second - first * first, 12);
    }
  });

  it("names the face with the most mass in its two outermost cells, and knows none on a torus", () => {
    for (const k of [0, 1, 2]) {
      for (const side of ["low", "high"] as const) {
        for (const depth of [0, 1]) {
          const values = new Float64Array(120);
          const { cells } = cube.axes[k];
          const wanted = side === "low" ? depth : cells - 1 - depth;
          // On the other axes in the middle, but for axis 0, whose four cells are all rim: a lighter share of it.
          eachCell((indices, at) => {
            const inside = indices.every((i, other) => other === k || other === 0 || i === 2);
            if (inside && indices[k] === wanted) values[at] = 1 / cube.volume / (k === 0 ? 1 : 4);
          });
          const face = boundaryMassOf(cube, values);
          expect(face).toMatchObject({ axis: k, side });
          expect(face?.mass).toBeCloseTo(1, 14);
        }
      }
    }
    const torus = grid([axis({ low: 0, high: 1, cells: 4, periodic: true })]);
    expect(boundaryMassOf(torus, new Float64Array(4).fill(1))).toBeNull();
  });
});

describe("entropy", () => {
  it("of a Gaussian, −½ log((2πe)² σ₁²σ₂²): spectrally accurate once σ is a few cells", () => {
    const plane = grid([axis({ low: -9, high: 9, cells: 180 }), axis({ low: -5, high: 5, cells: 160 })]);
    const [s, t] = [0.9, 0.5];
    const density = new Float64Array(plane.size);
    for (let i = 0; i < 180; i++) {
      for (let j = 0; j < 160; j++) {
        const [u, v] = [plane.axes[0].centres[i] / s, plane.axes[1].centres[j] / t];
        density[160 * i + j] = Math.exp(-0.5 * (u * u + v * v)) / (2 * Math.PI * s * t);
      }
    }
    const exact = -(1 + Math.log(2 * Math.PI) + Math.log(s * t));
    // Aliasing of a Gaussian of 8 cells is e^(−2π²·64); each term rounds within 4ε.
    expect(Math.abs(entropyOf(plane, density) - exact)).toBeLessThan(40 * EPS);
    expect(Math.abs(massOf(plane, density) - 1)).toBeLessThan(10 * EPS);
  });

  it("of cell averages: order 2 in the spacing", () => {
    const errors = [40, 80].map((cells) => {
      const line = grid([axis({ low: -6, high: 6, cells })]);
      const density = initialDensity(line, { position: { kind: "gaussian", mean: [0.1], std: [0.7] } }, 1e-9);
      return Math.abs(entropyOf(line, density) + 0.5 * Math.log(2 * Math.PI * Math.E * 0.49));
    });
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(1.95);
    expect(Math.log2(errors[0] / errors[1])).toBeLessThan(2.05);
  });

  it("leaves out empty cells", () => {
    const line = grid([axis({ low: 0, high: 1, cells: 4 })]);
    expect(entropyOf(line, Float64Array.of(0, 4, 0, 0))).toBeCloseTo(Math.log(4), 15);
  });
});

it("noise is that of rounding, relative to the largest cell, or what shows below 0", () => {
  expect(noiseOf(Float64Array.of(0.5, 3, 1e-20))).toBe(12 * EPS);
  expect(noiseOf(Float64Array.of(0.5, 3, -1e-9))).toBe(2e-9);
  expect(noiseOf(Float64Array.of(0.5, 3, -1e-20))).toBe(12 * EPS);
  expect(noiseOf(new Float64Array(3))).toBe(0);
});
