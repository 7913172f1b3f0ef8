// Move O: N(m, s²) becomes N(am, a²s² + τ(1 − a²)); mass, positivity, the Maxwellian.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { massOf } from "../../grid/density.ts";
import { grid } from "../../grid/grid.ts";
import { changCooper } from "./chang-cooper.ts";
import { contractionAlong } from "./contraction.ts";
import { spectralDilation } from "./dilation.ts";
import { mehler } from "./mehler.ts";
import { ornsteinUhlenbeck } from "./ornstein-uhlenbeck.ts";
import { isResolved, POSITIVE } from "./positive.ts";
import { type Propagator, propagatorAlong } from "./propagator.ts";
import { SPECTRAL } from "./spectral.ts";
import { orders, plane } from "./testing.ts";

const TAU = 0.1;
const MEAN = 0.4;
const STD = 0.3;

function line(cells: number, extent = 3) {
  return grid([axis({ low: -1, high: 1, cells: 4 }), axis({ low: -extent, high: extent, cells })]);
}

const normal = (x: number, mean: number, variance: number) =>
  Math.exp((-0.5 * (x - mean) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance);

/** max|PN − exact| over a line, and the largest |column sum − 1|. */
function check(cells: number, a: number, build: (propagator: Propagator) => void, tau = TAU) {
  const phase = line(cells);
  const propagator = propagatorAlong(phase, 1);
  build(propagator);
  const { centres } = phase.axes[1];
  const values = Float64Array.from({ length: phase.size }, (_, at) =>
    normal(centres[at % cells], MEAN, STD * STD),
  );
  propagator.apply(values);
  let error = 0;
  for (const [i, omega] of centres.entries()) {
    const exact = normal(omega, a * MEAN, a * a * STD * STD + tau * (1 - a * a));
    for (let row = 0; row < 4; row++) error = Math.max(error, Math.abs(values[row * cells + i] - exact));
  }
  let column = 0;
  for (let j = 0; j < cells; j++) {
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += propagator.matrix[i * cells + j];
    column = Math.max(column, Math.abs(sum - 1));
  }
  return { error, column, matrix: propagator.matrix, axis: phase.axes[1] };
}

describe("spectral dilation", () => {
  it.each([
    [0.9, TAU],
    [0.999, TAU],
    [0.5, TAU],
    [0.8, 0],
  ])("is exact for a = %d, τ = %d", (a, tau) => {
    const { error, column } = check(
      128,
      a,
      ({ matrix }) => spectralDilation(line(128).axes[1], a, tau * (1 - a * a), matrix),
      tau,
    );
    // Rounding: n terms of size max μ/n, each within a few ε; at the walls N is cut at 8.7 std.
    expect(error).toBeLessThan(1e-13);
    expect(column).toBeLessThan(128 * Number.EPSILON);
  });
});

describe("Mehler's kernel", () => {
  it.each([1.1, 1.5, 3])("of width %d Δ is right to 2e^(−2π²width²)", (width) => {
    const { spacing } = line(128).axes[1];
    const variance = (width * spacing) ** 2;
    const a = Math.sqrt(1 - variance / TAU);
    const { error, column, matrix } = check(128, a, (propagator) =>
      mehler(line(128).axes[1], a, variance, propagator.matrix),
    );
    expect(error).toBeLessThan(
      2 * Math.exp(-2 * Math.PI ** 2 * width ** 2) * normal(0, 0, STD * STD) + 1e-14,
    );
    expect(column).toBeLessThan(128 * Number.EPSILON);
    expect(matrix.every((value) => value >= 0)).toBe(true);
  });
});

describe("Chang–Cooper exponential", () => {
  it("is of order 2 in Δ", () => {
    const errors = [64, 128, 256].map(
      (cells) =>
        check(cells, Math.exp(-0.1), ({ matrix }) => changCooper(line(cells).axes[1], 0.1, TAU, matrix))
          .error,
    );
    for (const order of orders(errors)) expect(Math.abs(order - 2), `${errors}`).toBeLessThan(0.1);
  });

  it.each([1e-3, 0.1, 5])("keeps the Maxwellian and the mass to round-off, s = %d", (s) => {
    const {
      matrix,
      column,
      axis: omega,
    } = check(96, Math.exp(-s), ({ matrix }) => changCooper(line(96).axes[1], s, TAU, matrix));
    const maxwellian = omega.centres.map((u) => Math.exp((-0.5 * u * u) / TAU));
    let error = 0;
    for (let i = 0; i < 96; i++) {
      let value = 0;
      for (let j = 0; j < 96; j++) value += matrix[i * 96 + j] * maxwellian[j];
      error = Math.max(error, Math.abs(value - maxwellian[i]));
    }
    // Each squaring adds the rounding of a product of n terms.
    expect(error).toBeLessThan(12 * 96 * Number.EPSILON);
    expect(column).toBeLessThan(96 * Number.EPSILON);
    expect(matrix.every((value) => value >= 0)).toBe(true);
  });
});

describe("contraction (τ = 0, positive)", () => {
  it("is of order 2 in Δ", () => {
    const errors = [64, 128, 256].map((cells) => {
      const phase = line(cells);
      const { centres } = phase.axes[1];
      const values = Float64Array.from({ length: phase.size }, (_, at) =>
        normal(centres[at % cells], MEAN, STD * STD),
      );
      const contraction = contractionAlong(phase, 1);
      contraction.set(0.8);
      contraction.apply(values);
      return centres.reduce(
        (most, omega, i) => Math.max(most, Math.abs(values[i] - normal(omega, 0.8 * MEAN, 0.64 * STD * STD))),
        0,
      );
    });
    for (const order of orders(errors)) expect(order, `${errors}`).toBeGreaterThan(1.8);
  });

  it("is ≥ 0 exactly and keeps the mass and, at a = 1, everything, on any axis", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: -3, max: 1, noNaN: true }),
        (density, damping, low) => {
          const phase = grid([axis({ low: 0, high: 1, cells: 4 }), axis({ low, high: low + 2, cells: 16 })]);
          const contraction = contractionAlong(phase, 1);
          const values = Float64Array.from(density);
          contraction.set(1);
          contraction.apply(values);
          for (const [i, value] of values.entries()) expect(Math.abs(value - density[i])).toBeLessThan(1e-13);
          const before = massOf(phase, values);
          contraction.set(damping);
          contraction.apply(values);
          expect(values.every((value) => value >= 0)).toBe(true);
          expect(Math.abs(massOf(phase, values) - before)).toBeLessThanOrEqual(1e-14 * before);
        },
      ),
    );
  });
});

describe("the choice of method", () => {
  it("follows τ and the width of the kernel, where the scheme is positive", () => {
    const a = Math.exp(-0.1);
    const width = Math.sqrt(0.1 * (1 - a * a));
    expect(isResolved(0.1, a, width / 1.11)).toBe(true);
    expect(isResolved(0.1, a, width / 1.09)).toBe(false);
    // √1.21 is 1.1 to the last bit: wide enough.
    expect(isResolved(1.21, 0, 1)).toBe(true);
    expect([0, 0.1].map((temperature) => POSITIVE.remaps(temperature))).toEqual([true, false]);
    expect(SPECTRAL.remaps(0)).toBe(false);
  });

  it("a damping of 1 does nothing, and another damping another propagator", () => {
    const phase = plane(64, 3, 3);
    const thermostat = ornsteinUhlenbeck(phase, SPECTRAL, 0.1);
    const start = Float64Array.from({ length: phase.size }, (_, at) =>
      Math.exp(-0.5 * ((at % 64) / 4 - 8) ** 2),
    );
    const once = start.slice();
    thermostat.apply(once, 1);
    expect(once).toEqual(start);
    // e^(−s)·e^(−t): a semigroup.
    const twice = start.slice();
    thermostat.apply(twice, 0.8);
    thermostat.apply(twice, 0.5);
    const whole = start.slice();
    thermostat.apply(whole, 0.4);
    for (const [i, value] of whole.entries()) expect(Math.abs(value - twice[i])).toBeLessThan(1e-13);
  });
});
