// How well cells resolve noise, on potentials whose rise from cell to cell is one number: (u/2)coth(u/2) − 1 and u, exactly.

import { describe, expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import type { GridField } from "../field/field.ts";
import { boxOf, circle } from "../testing.ts";
import { coarseness, resolutionAlong } from "./resolution.ts";

describe("the resolution of an axis", () => {
  it.each([0.01, 0.5, 3, 40])("of a slope of Φ/τ by %d a cell", (u) => {
    const grid = boxOf({ low: 0, high: 3, cells: 6 }, { low: -1, high: 1, cells: 5 });
    const next = uniforms(2);
    const temperature = 0.3;
    const density = Float64Array.from({ length: grid.size }, next);
    // A cell of negative mass counts for none.
    density[7] = -5;
    const phi = Float64Array.from({ length: grid.size }, (_, at) => temperature * u * Math.floor(at / 5));
    const along = resolutionAlong(grid, 0, density, phi, temperature);
    expect(along.axis).toBe(0);
    expect(Math.abs(along.excess / ((0.5 * u) / Math.tanh(0.5 * u) - 1) - 1)).toBeLessThan(1e-10);
    expect(Math.abs(along.rise / u - 1)).toBeLessThan(1e-13);
    const across = resolutionAlong(grid, 1, density, phi, temperature);
    expect(across).toEqual({ axis: 1, excess: 0, rise: 0 });
  });

  it("weighs faces by the mass on both sides, on a circle too", () => {
    const grid = boxOf(circle(4));
    const phi = Float64Array.of(0, 1, 1, 0);
    const density = Float64Array.of(2, 0, 1, 0);
    // Faces 0|1, 1|2, 2|3, 3|0 of weights 2, 1, 1, 2 and rises 1, 0, 1, 0.
    const { excess, rise } = resolutionAlong(grid, 0, density, phi, 1);
    expect(excess).toBeCloseTo((3 / 6) * (0.5 / Math.tanh(0.5) - 1), 13);
    expect(rise).toBeCloseTo(Math.sqrt(3 / 6), 14);
  });
});

it("says nothing of where there is no mass, however Φ rises there", () => {
  const grid = boxOf({ low: 0, high: 1, cells: 4 });
  const density = Float64Array.of(1, 1, 0, 0);
  const { excess, rise } = resolutionAlong(grid, 0, density, Float64Array.of(0, 0, 0, 1e300), 1e-10);
  expect([excess, rise]).toEqual([0, 0]);
});

it("an excess beyond what is allowed does not read as just that", () => {
  const grid = boxOf({ low: 0, high: 1, cells: 20 });
  const told = (excess: number) => {
    // (u/2)coth(u/2) − 1 grows with u: halvings down to round-off.
    let [low, high] = [1, 2];
    for (let n = 0; n < 60; n++) {
      const u = 0.5 * (low + high);
      if ((0.5 * u) / Math.tanh(0.5 * u) - 1 < excess) low = u;
      else high = u;
    }
    const field = {
      ...{ grid, count: 0, observe: () => {} },
      potential: (_: Float64Array, phi: Float64Array) => {
        for (let i = 0; i < 20; i++) phi[i] = 0.3 * low * i;
      },
    } as unknown as GridField;
    return coarseness(field, new Float64Array(20).fill(1), 0.3, 0.1, Float64Array.of(1));
  };
  expect(told(0.0999)).toBeNull();
  expect(told(0.1004)).toMatch(/adds 10\.1 % to τ, allowed 10 %/);
  expect(told(0.1009)).toMatch(/adds 10\.1 % to τ, allowed 10 %/);
  expect(told(0.1016)).toMatch(/adds 10\.2 % to τ, allowed 10 %/);
});

it.each([
  [1e4, /Try 100000 cells, a smaller extent, or a higher temperature$/],
  [1e300, /^20 cells on axis 0 are too coarse for τ = [^:]*: try a smaller extent, or a higher temperature$/],
])("of a rise by %d a cell, cells are advised where a grid can have so many", (rise, advice) => {
  const grid = boxOf({ low: 0, high: 1, cells: 20 });
  const field = {
    ...{ grid, count: 0, observe: () => {} },
    potential: (_: Float64Array, phi: Float64Array) => {
      for (let i = 0; i < 20; i++) phi[i] = rise * i;
    },
  } as unknown as GridField;
  for (const temperature of [1, 1e-10]) {
    const said = coarseness(field, new Float64Array(20).fill(1), temperature, 1, Float64Array.of(1));
    if (temperature === 1) expect(said).toMatch(advice);
    else expect(said).not.toMatch(/Infinity|NaN|e\+/);
  }
});
