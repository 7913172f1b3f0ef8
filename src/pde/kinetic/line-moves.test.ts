// Shifts along one axis: spectral ones against exact translates, positive ones for order, positivity, mass and walls.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { massOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { type Amounts, driftAmounts, kickAmounts } from "./line-moves.ts";
import { positiveMoves } from "./positive-moves.ts";
import { spectralMoves } from "./spectral-moves.ts";
import { orders, plane, worst } from "./testing.ts";

/** The shifts of a scheme along an axis. */
function shiftOf(along: typeof spectralMoves, phase: Grid, k: number, amounts: Amounts) {
  const moves = along(phase, k, amounts, 0);
  return { set: moves.set, apply: (values: Float64Array) => moves.apply(values, ["shift"]) };
}

/** μ at the centres of a plane grid. */
function sampled(phase: Grid, f: (theta: number, omega: number) => number): Float64Array {
  const [theta, omega] = phase.axes;
  return Float64Array.from({ length: phase.size }, (_, at) =>
    f(theta.centres[Math.floor(at / omega.cells)], omega.centres[at % omega.cells]),
  );
}

const bump = (theta: number, omega: number) =>
  Math.exp(Math.cos(theta - 0.3) + 0.5 * Math.sin(2 * theta)) * Math.exp(Math.cos(omega));

describe.each([64, 96, 50])("spectral, %i cells", (cells) => {
  const phase = plane(cells, Math.PI, Math.PI);
  // The shortest waves of `bump` that 50 cells carry are below 1e-15 of it; rounding: 10 log2(n) ε of its size.
  const tolerance = 10 * Math.log2(cells) * Number.EPSILON * Math.exp(2.5);

  it("A moves each row of ω by ω h, to round-off", () => {
    const values = sampled(phase, bump);
    const drift = shiftOf(spectralMoves, phase, 0, driftAmounts(phase, 0));
    drift.set(phase.axes[1].centres.map((omega) => 0.37 * omega));
    drift.apply(values);
    const exact = sampled(phase, (theta, omega) => bump(theta - 0.37 * omega, omega));
    expect(worst(values, exact)).toBeLessThan(tolerance);
  });

  it("B moves each row of θ by −∇Φ h, to round-off, far beyond the period too", () => {
    const values = sampled(phase, bump);
    const kick = shiftOf(spectralMoves, phase, 1, kickAmounts(phase));
    kick.set(phase.axes[0].centres.map((theta) => 12 * Math.sin(theta)));
    kick.apply(values);
    const exact = sampled(phase, (theta, omega) => bump(theta, omega - 12 * Math.sin(theta)));
    // The amount itself, 12, is known to 12 ε, which the slope of `bump` multiplies.
    expect(worst(values, exact)).toBeLessThan(tolerance + 12 * Number.EPSILON * Math.exp(2.5));
  });

  it("keeps the mass of any values to round-off, the Nyquist mode included", () => {
    const values = sampled(phase, (theta, omega) => (Math.sin(1e4 * theta + 3e4 * omega) > 0 ? 1 : 0));
    const mass = massOf(phase, values);
    const drift = shiftOf(spectralMoves, phase, 0, driftAmounts(phase, 0));
    drift.set(phase.axes[1].centres.map((omega) => 0.37 * omega));
    drift.apply(values);
    expect(Math.abs(massOf(phase, values) / mass - 1)).toBeLessThan(1e-14);
  });
});

it("spectral shifts act alike on the four axes of p = 2", () => {
  const axes = [8, 12, 16, 10].map((cells) => axis({ low: -1, high: 1, cells }));
  const phase = grid(axes);
  const wave = (k: number, x: number) => Math.cos(Math.PI * x + k) + 0.3 * Math.sin(2 * Math.PI * x);
  const value = (at: number, move: readonly number[]) =>
    axes.reduce((product, { centres, cells }, k) => {
      const x = centres[Math.floor(at / phase.strides[k]) % cells];
      return product * wave(k, x - move[k]);
    }, 1);
  for (let k = 0; k < 4; k++) {
    const values = Float64Array.from({ length: phase.size }, (_, at) => value(at, [0, 0, 0, 0]));
    const amounts = k < 2 ? driftAmounts(phase, k) : kickAmounts(phase);
    const shift = shiftOf(spectralMoves, phase, k, amounts);
    const along = Float64Array.from({ length: amounts.count }, (_, i) => 0.1 + 0.01 * i);
    shift.set(along);
    shift.apply(values);
    const exact = Float64Array.from({ length: phase.size }, (_, at) => {
      const move = [0, 0, 0, 0];
      const cell = (j: number) => Math.floor(at / phase.strides[j]) % axes[j].cells;
      move[k] = along[k < 2 ? cell(2 + k) : cell(0) * axes[1].cells + cell(1)];
      return value(at, move);
    });
    expect(worst(values, exact), `axis ${k}`).toBeLessThan(1e-13);
  }
});

describe("positive", () => {
  it("is of order 7 on a smooth density: once around the circle in steps of 0.4 Δ", () => {
    const errors = [32, 64, 128].map((cells) => {
      const phase = plane(cells, Math.PI, 1, true);
      const shift = shiftOf(positiveMoves, phase, 0, driftAmounts(phase, 0));
      const smooth = sampled(phase, (theta) => Math.exp(Math.cos(theta)));
      const values = smooth.slice();
      shift.set(new Float64Array(cells).fill(0.4 * phase.axes[0].spacing));
      for (let n = 0; n < 2.5 * cells; n++) shift.apply(values);
      return worst(values, smooth);
    });
    for (const order of orders(errors)) expect(Math.abs(order - 7), `${errors}`).toBeLessThan(0.3);
  });

  it("moves whole cells exactly, around the circle", () => {
    const phase = plane(12, Math.PI, 1, true);
    const values = sampled(phase, bump);
    const shift = shiftOf(positiveMoves, phase, 0, driftAmounts(phase, 0));
    shift.set(new Float64Array(12).fill(-5 * phase.axes[0].spacing));
    const expected = values.map((_, at) => values[(at + 5 * 12) % phase.size]);
    shift.apply(values);
    expect(worst(values, expected)).toBeLessThan(10 * Number.EPSILON * Math.exp(2.5));
  });

  it("gathers at a wall what would leave", () => {
    const phase = plane(10, 1, 1);
    const shift = shiftOf(positiveMoves, phase, 1, kickAmounts(phase));
    const values = new Float64Array(phase.size).fill(1);
    shift.set(new Float64Array(10).fill(100));
    shift.apply(values);
    for (let i = 0; i < 10; i++) {
      expect(values[10 * i + 9]).toBeCloseTo(10, 12);
      expect(values[10 * i]).toBe(0);
    }
  });

  it("is ≥ 0 exactly and keeps the mass, for rough densities and any amounts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 64,
          maxLength: 64,
        }),
        fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 8, maxLength: 8 }),
        fc.boolean(),
        (density, amounts, periodic) => {
          const phase = plane(8, 1, 1, periodic);
          const values = Float64Array.from(density);
          const mass = massOf(phase, values);
          for (const shift of [
            shiftOf(positiveMoves, phase, 0, driftAmounts(phase, 0)),
            shiftOf(positiveMoves, phase, 1, kickAmounts(phase)),
          ]) {
            shift.set(Float64Array.from(amounts));
            shift.apply(values);
          }
          expect(values.every((value) => value >= 0)).toBe(true);
          expect(Math.abs(massOf(phase, values) - mass)).toBeLessThanOrEqual(1e-14 * mass);
        },
      ),
    );
  });
});
