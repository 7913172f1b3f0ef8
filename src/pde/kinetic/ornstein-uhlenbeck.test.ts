// Move O: N(m, s²) becomes N(am, a²s² + τ(1 − a²)); mass, positivity, the Maxwellian.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { log } from "../../base/elementary.ts";
import { type Axis, axis } from "../../grid/axis.ts";
import { grid } from "../../grid/grid.ts";
import { LANES } from "../../grid/panel.ts";
import { uniforms } from "../../particles/testing.ts";
import { changCooper } from "./chang-cooper.ts";
import { kickAmounts } from "./line-moves.ts";
import { mehler } from "./mehler.ts";
import { POSITIVE } from "./positive.ts";
import { isResolved } from "./positive-relaxation.ts";
import { Propagator } from "./propagator.ts";
import type { KineticRecord } from "./scheme.ts";
import { SPECTRAL } from "./spectral.ts";
import { orders, plane, worst } from "./testing.ts";

const TAU = 0.1;
const MEAN = 0.4;
const STD = 0.3;

const normal = (x: number, mean: number, variance: number) =>
  Math.exp((-0.5 * (x - mean) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance);

/** O on an axis of that many cells; two axes of ω stand for lines side by side and one after the other. */
function relaxed(scheme: KineticRecord, omega: Axis, damping: number, tau: number) {
  const phase = grid([axis({ low: -1, high: 1, cells: 5 }), omega]);
  const moves = scheme.along(phase, 1, kickAmounts(phase), tau);
  moves.damp(damping);
  return (values: Float64Array) => moves.apply(values, ["relax"]);
}

/** The matrix of a linear map of five lines, column by column. */
function matrixOf(cells: number, apply: (values: Float64Array) => void): Float64Array {
  const P = new Float64Array(cells * cells);
  let apart = 0;
  for (let j = 0; j < cells; j++) {
    const values = new Float64Array(5 * cells);
    for (let line = 0; line < 5; line++) values[line * cells + j] = 1 + line;
    apply(values);
    for (let i = 0; i < cells; i++) P[i * cells + j] = values[i];
    for (let at = cells; at < values.length; at++) {
      apart = Math.max(apart, Math.abs(values[at] - Math.ceil((at + 1) / cells) * values[at % cells]));
    }
  }
  expect(apart).toBeLessThan(1e-14);
  return P;
}

/** max|PN − exact|, and the largest |column sum − 1|. */
function check({ cells, centres }: Axis, a: number, P: Float64Array, tau = TAU) {
  let error = 0;
  for (let i = 0; i < cells; i++) {
    let value = 0;
    for (let j = 0; j < cells; j++) value += P[i * cells + j] * normal(centres[j], MEAN, STD * STD);
    const exact = normal(centres[i], a * MEAN, a * a * STD * STD + tau * (1 - a * a));
    error = Math.max(error, Math.abs(value - exact));
  }
  let column = 0;
  for (let j = 0; j < cells; j++) {
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += P[i * cells + j];
    column = Math.max(column, Math.abs(sum - 1));
  }
  return { error, column };
}

const omegaOf = (cells: number, low = -3, high = 3) => axis({ low, high, cells });

function written(cells: number, write: (matrix: Float64Array) => void): Float64Array {
  const matrix = new Float64Array(cells * cells);
  write(matrix);
  return matrix;
}

describe("spectral dilation", () => {
  it.each([
    [128, 0.9, TAU],
    [128, 0.999, TAU],
    [128, 0.5, TAU],
    [128, 0.8, 0],
    [96, 0.9, TAU],
    [90, 0.7, TAU],
  ])("on %i cells is exact for a = %d, τ = %d", (cells, a, tau) => {
    for (const omega of [omegaOf(cells), omegaOf(cells, -2.7, 3.3)]) {
      const P = matrixOf(cells, relaxed(SPECTRAL, omega, a, tau));
      const { error, column } = check(omega, a, P, tau);
      // Rounding: n terms of size max μ/n, each within a few ε; at the walls N is cut at 7.7 std.
      expect(error).toBeLessThan(1e-12);
      expect(column).toBeLessThan(cells * Number.EPSILON);
    }
  });

  it.each([16, 18, 24, 50])("on %i cells is the sum over all modes, the ends by half", (cells) => {
    for (const [low, high] of [
      [-3, 3],
      [-1, 4],
    ] as const) {
      const omega = omegaOf(cells, low, high);
      const [a, tau] = [0.83, 1e-3];
      const P = matrixOf(cells, relaxed(SPECTRAL, omega, a, tau));
      let error = 0;
      for (let i = 0; i < cells; i++) {
        for (let j = 0; j < cells; j++) {
          let sum = 0;
          for (let m = -cells / 2; m <= cells / 2; m++) {
            const k = (2 * Math.PI * m) / (high - low);
            const weight = Math.exp(-0.5 * tau * (1 - a * a) * k * k) / cells;
            const angle = k * (omega.centres[i] - a * omega.centres[j]);
            sum += (Math.abs(m) === cells / 2 ? 0.5 : 1) * weight * Math.cos(angle);
          }
          error = Math.max(error, Math.abs(P[i * cells + j] - sum));
        }
      }
      expect(error).toBeLessThan(1e-14);
    }
  });

  it("keeps the mass to round-off over many steps, without drift", () => {
    const cells = 64;
    const apply = relaxed(SPECTRAL, omegaOf(cells), 0.95, TAU);
    const values = Float64Array.from({ length: 5 * cells }, (_, at) =>
      normal(omegaOf(cells).centres[at % cells], MEAN, STD * STD),
    );
    const mass = values.reduce((sum, value) => sum + value, 0);
    for (let n = 0; n < 2000; n++) apply(values);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / mass - 1)).toBeLessThan(
      2000 * Number.EPSILON,
    );
  });
});

describe("Mehler's kernel", () => {
  it.each([1.1, 1.5, 3])("of width %d Δ is right to 2e^(−2π²width²)", (width) => {
    const omega = omegaOf(128);
    const variance = (width * omega.spacing) ** 2;
    const a = Math.sqrt(1 - variance / TAU);
    const P = written(128, (matrix) => mehler(omega, a, variance, matrix));
    const { error, column } = check(omega, a, P);
    expect(error).toBeLessThan(
      2 * Math.exp(-2 * Math.PI ** 2 * width ** 2) * normal(0, 0, STD * STD) + 1e-14,
    );
    expect(column).toBeLessThan(128 * Number.EPSILON);
    expect(P.every((value) => value >= 0)).toBe(true);
  });
});

describe("Chang–Cooper exponential", () => {
  const exponential = (omega: Axis, s: number) =>
    written(omega.cells, (matrix) => changCooper(omega, s, TAU, matrix));

  it("is of order 2 in Δ", () => {
    const errors = [64, 128, 256].map((cells) => {
      const omega = omegaOf(cells);
      return check(omega, Math.exp(-0.1), exponential(omega, 0.1)).error;
    });
    for (const order of orders(errors)) expect(Math.abs(order - 2), `${errors}`).toBeLessThan(0.1);
  });

  it.each([1e-3, 0.1, 5])("keeps the Maxwellian and the mass to round-off, s = %d", (s) => {
    const omega = omegaOf(96);
    const P = exponential(omega, s);
    const { column } = check(omega, Math.exp(-s), P);
    const maxwellian = omega.centres.map((u) => Math.exp((-0.5 * u * u) / TAU));
    let error = 0;
    for (let i = 0; i < 96; i++) {
      let value = 0;
      for (let j = 0; j < 96; j++) value += P[i * 96 + j] * maxwellian[j];
      error = Math.max(error, Math.abs(value - maxwellian[i]));
    }
    // Each squaring adds the rounding of a product of n terms.
    expect(error).toBeLessThan(12 * 96 * Number.EPSILON);
    expect(column).toBeLessThan(96 * Number.EPSILON);
    expect(P.every((value) => value >= 0)).toBe(true);
  });
});

describe("a matrix on panels", () => {
  it.each([4, 7, 48, 50])("of %i cells acts as all of it, but for what is negligible", (cells) => {
    const next = uniforms(cells);
    const propagator = new Propagator(cells);
    for (let i = 0; i < cells; i++) {
      for (let j = 0; j < cells; j++)
        propagator.matrix[i * cells + j] = next() * 0.1 ** (3 * Math.abs(i - j));
    }
    propagator.findBand();
    const lines = Float64Array.from({ length: LANES * cells }, next);
    const moved = new Float64Array(LANES * cells).fill(7);
    propagator.apply(lines, moved);
    let error = 0;
    for (let i = 0; i < cells; i++) {
      for (let lane = 0; lane < LANES; lane++) {
        let sum = 0;
        for (let j = 0; j < cells; j++) sum += propagator.matrix[i * cells + j] * lines[j * LANES + lane];
        error = Math.max(error, Math.abs(moved[i * LANES + lane] - sum));
      }
    }
    expect(error).toBeLessThan(1e-15);
  });

  it.each([0.3, 0.9])("is Mehler's kernel or Chang and Cooper's in the positive scheme, a = %d", (a) => {
    for (const cells of [32, 256]) {
      const omega = omegaOf(cells);
      const P = matrixOf(cells, relaxed(POSITIVE, omega, a, 0.01));
      const resolved = isResolved(0.01, a, omega.spacing);
      const expected = written(cells, (matrix) =>
        resolved
          ? mehler(omega, a, 0.01 * (1 - a) * (1 + a), matrix)
          : changCooper(omega, -log(a), 0.01, matrix),
      );
      expect(resolved).toBe(cells === 256);
      expect(worst(P, expected)).toBeLessThan(1e-19);
    }
  });
});

describe("contraction (τ = 0, positive)", () => {
  it("is of order 2 in Δ", () => {
    const errors = [64, 128, 256].map((cells) => {
      const omega = omegaOf(cells);
      const values = Float64Array.from({ length: 5 * cells }, (_, at) =>
        normal(omega.centres[at % cells], MEAN, STD * STD),
      );
      relaxed(POSITIVE, omega, 0.8, 0)(values);
      return omega.centres.reduce(
        (most, u, i) => Math.max(most, Math.abs(values[i] - normal(u, 0.8 * MEAN, 0.64 * STD * STD))),
        0,
      );
    });
    for (const order of orders(errors)) expect(order, `${errors}`).toBeGreaterThan(1.8);
  });

  it("is ≥ 0 exactly and keeps the mass and, at a = 1, everything, on any axis", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 80, maxLength: 80 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: -3, max: 1, noNaN: true }),
        (density, damping, low) => {
          const omega = omegaOf(16, low, low + 2);
          const values = Float64Array.from(density);
          relaxed(POSITIVE, omega, 1, 0)(values);
          expect(worst(values, Float64Array.from(density))).toBeLessThan(1e-13);
          const before = values.reduce((sum, value) => sum + value, 0);
          relaxed(POSITIVE, omega, damping, 0)(values);
          expect(values.every((value) => value >= 0)).toBe(true);
          const after = values.reduce((sum, value) => sum + value, 0);
          expect(Math.abs(after - before)).toBeLessThanOrEqual(1e-14 * before);
        },
      ),
    );
  });
});

describe("the choice of method", () => {
  it("follows the width of the kernel, where the scheme is positive", () => {
    const a = Math.exp(-0.1);
    const width = Math.sqrt(0.1 * (1 - a * a));
    expect(isResolved(0.1, a, width / 1.11)).toBe(true);
    expect(isResolved(0.1, a, width / 1.09)).toBe(false);
    // √1.21 is 1.1 to the last bit: wide enough.
    expect(isResolved(1.21, 0, 1)).toBe(true);
  });

  it("another damping is another O, and two of them make a third: a semigroup", () => {
    const omega = omegaOf(64);
    const start = Float64Array.from({ length: 5 * 64 }, (_, at) => Math.exp(-0.5 * ((at % 64) / 4 - 8) ** 2));
    const phase = grid([axis({ low: -1, high: 1, cells: 5 }), omega]);
    const moves = SPECTRAL.along(phase, 1, kickAmounts(phase), 0.1);
    const twice = start.slice();
    for (const damping of [0.8, 0.5]) {
      moves.damp(damping);
      moves.apply(twice, ["relax"]);
    }
    const whole = start.slice();
    moves.damp(0.4);
    moves.apply(whole, ["relax"]);
    expect(worst(whole, twice)).toBeLessThan(1e-13);
  });

  it.each([
    SPECTRAL,
    POSITIVE,
  ])("$name: moves made on a panel at once are those made one by one", (scheme) => {
    const phase = plane(40, 3, 3);
    const values = Float64Array.from({ length: phase.size }, uniforms(5));
    const moves = scheme.along(phase, 1, kickAmounts(phase), 0.1);
    moves.set(Float64Array.from({ length: 40 }, (_, i) => 0.03 * (i - 20)));
    moves.damp(0.7);
    const one = values.slice();
    for (const move of ["shift", "relax", "shift"] as const) moves.apply(one, [move]);
    moves.apply(values, ["shift", "relax", "shift"]);
    expect(worst(values, one)).toBeLessThan(1e-14);
  });
});
