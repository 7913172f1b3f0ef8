// The linear algebra beneath the spectra, against dense matrices: banded Cholesky on every kind of grid, Arnoldi's eigenvalues, and
// the hierarchy's resolvent.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { BandedCholesky } from "../../grid/banded.ts";
import type { Grid } from "../../grid/grid.ts";
import { krylovSpace, shifted } from "../../linear/arnoldi.ts";
import { fromArrays } from "../../problem/data.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { stationary } from "../equilibrium/stationary.ts";
import { GridField } from "../field/field.ts";
import { boxOf, circle } from "../testing.ts";
import { equilibriumState } from "./equilibrium-state.ts";
import { type Hierarchy, hierarchyResolvent } from "./hierarchy.ts";

const wave = (i: number) => Math.sin(1 + 2.3 * i * i);

describe("banded Cholesky", () => {
  const line = { low: 0, high: 1, cells: 7 };
  const cases: [string, Grid][] = [
    ["a line", boxOf(line)],
    ["a circle", boxOf(circle(9))],
    ["a rectangle", boxOf(line, { ...line, cells: 5 })],
    ["a torus", boxOf(circle(6), circle(5))],
    ["a cylinder", boxOf(line, circle(6))],
    ["a box", boxOf(line, circle(4), { ...line, cells: 4 })],
  ];
  it.each(cases)("solves on %s", (_, grid) => {
    const band = new BandedCholesky(grid);
    const dense = Matrix.zeros(grid.size, grid.size);
    const put = (i: number, j: number, value: number) => {
      band.add(i, j, value);
      dense.set(i, j, dense.get(i, j) + value);
      if (i !== j) dense.set(j, i, dense.get(j, i) + value);
    };
    for (let i = 0; i < grid.size; i++) put(i, i, 8 + wave(i));
    for (const [k, { cells, periodic }] of grid.axes.entries()) {
      const stride = grid.strides[k];
      for (let at = 0; at < grid.size; at++) {
        const last = Math.floor(at / stride) % cells === cells - 1;
        if (!last) put(at, at + stride, wave(at + 0.5 * k));
        else if (periodic) put(at, at - (cells - 1) * stride, wave(at + 0.3));
      }
    }
    const x = Float64Array.from({ length: grid.size }, (_, i) => Math.cos(i));
    const b = Float64Array.from(dense.mmul(Matrix.columnVector(x)).to1DArray());
    band.factor();
    band.solve(b, b);
    // The matrix is diagonally dominant, of condition below 10.
    for (let i = 0; i < grid.size; i++) expect(Math.abs(b[i] - x[i])).toBeLessThan(1e-14);
  });

  it("refuses a band beyond memory", () => {
    const huge = { size: 2 ** 24, strides: [2 ** 14, 1], axes: boxOf(circle(4), circle(4)).axes, volume: 1 };
    expect(() => new BandedCholesky(huge)).toThrow(/band of/);
  });
});

describe("Arnoldi", () => {
  const n = 40;
  const dense = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) dense.set(i, j, wave(i + 1.3 * j) / n + (i === j ? 0.2 * i : 0));
  const multiply = (x: Float64Array, out: Float64Array) =>
    out.set(dense.mmul(Matrix.columnVector(x)).to1DArray());

  it("finds every eigenvalue of a full matrix, complex ones too", () => {
    const arnoldi = krylovSpace(multiply, n);
    arnoldi.extend(n);
    expect(arnoldi.exhausted).toBe(true);
    const { realEigenvalues: re, imaginaryEigenvalues: im } = new EigenvalueDecomposition(dense);
    for (const value of arnoldi.ritz()) {
      const nearest = Math.min(
        ...re.map((real, k) => Math.abs(real - value.re) + Math.abs(im[k] - value.im)),
      );
      expect(nearest).toBeLessThan(1e-11);
    }
  });

  it("its residual bounds the error of early ones", () => {
    const arnoldi = krylovSpace(multiply, n);
    arnoldi.extend(20);
    const [first] = arnoldi.ritz();
    const { realEigenvalues: re } = new EigenvalueDecomposition(dense);
    expect(Math.min(...re.map((real) => Math.abs(real - first.re)))).toBeLessThan(2 * first.residual + 1e-13);
    expect(arnoldi.size).toBe(20);
  });

  it("the residual of a complex pair is β|y_m|/|y|, by hand for two vectors", () => {
    const given: Float64Array[] = [];
    const arnoldi = krylovSpace((x, out) => {
      given.push(x.slice());
      // A turn of the first two coordinates, faster than the others shrink.
      out.set([x[0] - 2 * x[1] + 0.1 * x[2], 2 * x[0] + x[1], 0.3 * x[2] + 0.2 * x[0], 0.2 * x[3]]);
    }, 4);
    arnoldi.extend(2);
    const [, q0, q1] = given;
    const image = (x: Float64Array) =>
      Float64Array.of(x[0] - 2 * x[1] + 0.1 * x[2], 2 * x[0] + x[1], 0.3 * x[2] + 0.2 * x[0], 0.2 * x[3]);
    const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);
    const [a, b, c, d] = [dot(q0, image(q0)), dot(q0, image(q1)), dot(q1, image(q0)), dot(q1, image(q1))];
    const rest = image(q1).map((value, i) => value - b * q0[i] - d * q1[i]);
    const beta = Math.sqrt(dot(rest, rest));
    const turning = -(0.25 * (a - d) ** 2 + b * c);
    expect(turning).toBeGreaterThan(0);
    // λ = (a + d)/2 ± i √turning, y = (b, λ − a).
    const second = 0.25 * (d - a) ** 2 + turning;
    const expected = beta * Math.sqrt(second / (b * b + second));
    const found = arnoldi.ritz();
    expect(found.map(({ im }) => Math.sign(im))).toEqual([-1, 1]);
    for (const value of found) {
      expect(value.re).toBeCloseTo(0.5 * (a + d), 13);
      expect(Math.abs(value.im)).toBeCloseTo(Math.sqrt(turning), 13);
      expect(value.residual).toBeCloseTo(expected, 13);
    }
  });

  it("λ = σ − 1/ν", () => {
    const { re, im } = shifted(0.5, { re: 0.2, im: -0.4 });
    // 1/(.2 − .4i) = (.2 + .4i)/.2
    expect(re).toBeCloseTo(0.5 - 1, 14);
    expect(im).toBeCloseTo(-2, 14);
  });
});

it("the hierarchy's resolvent inverts σ − L", () => {
  const sizes = [3, 4, 5, 4];
  const couplings = sizes.map((rows, n) =>
    n === 0 ? new Float64Array(0) : Float64Array.from({ length: rows * sizes[n - 1] }, (_, i) => wave(i + n)),
  );
  const response = Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? 1 : 0) + 0.3 * wave(i + 0.1));
  const hierarchy: Hierarchy = { sizes, couplings, response };
  const [temperature, friction, sigma] = [0.7, 0.4, 0.25];
  const resolvent = hierarchyResolvent(hierarchy, temperature, friction, sigma);
  const offsets = [0, 3, 7, 12, 16];
  const dense = Matrix.zeros(16, 16);
  const root = Math.sqrt(temperature);
  for (let n = 0; n < 4; n++) {
    for (let i = 0; i < sizes[n]; i++) {
      dense.set(offsets[n] + i, offsets[n] + i, sigma + friction * n);
      if (n === 0) continue;
      for (let j = 0; j < sizes[n - 1]; j++) {
        const own = couplings[n][i * sizes[n - 1] + j];
        dense.set(offsets[n - 1] + j, offsets[n] + i, -root * own);
        let down = own;
        if (n === 1) {
          down = 0;
          for (let k = 0; k < 3; k++) down += couplings[1][i * 3 + k] * response[k * 3 + j];
        }
        dense.set(offsets[n] + i, offsets[n - 1] + j, root * down);
      }
    }
  }
  const x = Float64Array.from({ length: 16 }, (_, i) => wave(i));
  const out = new Float64Array(16);
  resolvent.apply(Float64Array.from(dense.mmul(Matrix.columnVector(x)).to1DArray()), out);
  expect(resolvent.length).toBe(16);
  for (let i = 0; i < 16; i++) expect(Math.abs(out[i] - x[i])).toBeLessThan(1e-12);
});

it("the hierarchy's resolvent where every factor is 1, 2 or 0", () => {
  // σ + γ = 4 has the root 2, and T = M/2 = 1.
  const hierarchy: Hierarchy = {
    sizes: [2, 1],
    couplings: [new Float64Array(0), Float64Array.of(2, 0)],
    response: Float64Array.of(1, 0, 0, 1),
  };
  const out = new Float64Array(3);
  hierarchyResolvent(hierarchy, 1, 3, 1).apply(Float64Array.of(1, 5, 8), out);
  // [1, 0, −2; 0, 1, 0; 2, 0, 4] x = (1, 5, 8)
  for (const [i, value] of [2.5, 5, 0.75].entries()) expect(out[i]).toBeCloseTo(value, 14);
});

it("what an equilibrium answers to a change of its numbers has no mass", () => {
  const made = problem({
    data: fromArrays([1, -0.5], [1, 0.3]),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    potential: { kind: "quadratic" },
    temperature: 0.3,
  });
  const field = new GridField(made, boxOf({ low: -4, high: 4, cells: 40 }));
  const state = equilibriumState(field, stationary(field).density);
  const out = new Float64Array(40);
  state.respond(Float64Array.of(1, 2), out);
  const along = out.reduce((sum, value, i) => sum + value * state.constant[i], 0);
  expect(Math.max(...out.map(Math.abs))).toBeGreaterThan(0.01);
  expect(Math.abs(along)).toBeLessThan(1e-14);
});
