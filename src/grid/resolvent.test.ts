// The solve against elimination in 500 digits and against dense LU, over rates of every size.

import { Decimal as Exact } from "decimal.js";
import { Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { axis } from "./axis.ts";
import { type Grid, grid } from "./grid.ts";
import { Resolvent } from "./resolvent.ts";

const D = Exact.clone({ precision: 500 });
const EPS = Number.EPSILON;

interface System {
  readonly right: Float64Array;
  readonly left: Float64Array;
  readonly b: Float64Array;
}

/** Rates 10^[low, high], log-uniform, or 0 now and then; b over twelve decades. */
function randomSystem(grid: Grid, k: number, seed: number, low: number, high: number): System {
  const random = uniforms(seed);
  const rate = () => (random() < 0.1 ? 0 : 10 ** (low + (high - low) * random()));
  const right = Float64Array.from({ length: grid.size }, rate);
  const left = Float64Array.from({ length: grid.size }, rate);
  const { cells, periodic } = grid.axes[k];
  for (let at = 0; at < grid.size && !periodic; at++) {
    const i = Math.floor(at / grid.strides[k]) % cells;
    if (i === 0) left[at] = 0;
    if (i === cells - 1) right[at] = 0;
  }
  return { right, left, b: Float64Array.from({ length: grid.size }, () => 10 ** (-12 * random())) };
}

function solved(grid: Grid, k: number, { right, left, b }: System): Float64Array {
  const resolvent = new Resolvent(grid, k);
  resolvent.factor(right, left);
  const x = b.slice();
  resolvent.solve(x);
  return x;
}

/** x of (I + L)x = b on one line by Gauss's elimination of the dense matrix, from rates by cell. */
function exactly(right: Float64Array, left: Float64Array, b: Float64Array): Exact[] {
  const n = b.length;
  const rows = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) => new D(j === n ? b[i] : i === j ? 1 : 0)),
  );
  for (let i = 0; i < n; i++) {
    rows[i][i] = rows[i][i].plus(right[i]).plus(left[i]);
    rows[(i + 1) % n][i] = rows[(i + 1) % n][i].minus(right[i]);
    rows[(i + n - 1) % n][i] = rows[(i + n - 1) % n][i].minus(left[i]);
  }
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const factor = rows[j][i].div(rows[i][i]);
      if (factor.isZero()) continue;
      for (let l = i; l <= n; l++) rows[j][l] = rows[j][l].minus(factor.times(rows[i][l]));
    }
  }
  const x: Exact[] = [];
  for (let i = n - 1; i >= 0; i--) {
    let value = rows[i][n];
    for (let l = i + 1; l < n; l++) value = value.minus(rows[i][l].times(x[l]));
    x[i] = value.div(rows[i][i]);
  }
  return x;
}

describe("resolvent", () => {
  it.each([
    ["bounded", false],
    ["periodic", true],
  ])("%s: every entry to 4nε relative, whatever the rates, 1e-6 … 1e8 and 1e-100 … 1e100", (_name, periodic) => {
    let worst = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const cells = 4 + (seed % 9);
      const line = grid([axis({ low: 0, high: 1, cells, periodic })]);
      const system = seed <= 30 ? randomSystem(line, 0, seed, -6, 8) : randomSystem(line, 0, seed, -100, 100);
      const x = solved(line, 0, system);
      const truth = exactly(system.right, system.left, system.b);
      for (let i = 0; i < cells; i++) {
        const error = truth[i].minus(x[i]).div(truth[i]).abs().toNumber() / (cells * EPS);
        worst = Math.max(worst, error);
      }
    }
    // Each of the ~n operations that an entry passes through multiplies it by at most (1 + ε/2)^6; no subtraction.
    expect(worst).toBeLessThan(4);
  });

  it.each([
    ["bounded", false],
    ["periodic", true],
  ])("%s: along each axis of a 4 × 5 × 6 grid, what dense LU gives line by line", (_name, periodic) => {
    const shape = [4, 5, 6];
    const cube = grid(shape.map((cells) => axis({ low: 0, high: 1, cells, periodic })));
    for (const k of [0, 1, 2]) {
      const system = randomSystem(cube, k, 10 + k, -3, 3);
      const x = solved(cube, k, system);
      const stride = cube.strides[k];
      const n = shape[k];
      for (let at = 0; at < cube.size; at++) {
        if (Math.floor(at / stride) % n !== 0) continue;
        const cellsOf = Array.from({ length: n }, (_, i) => at + i * stride);
        const matrix = Matrix.eye(n);
        for (const [i, cell] of cellsOf.entries()) {
          const [next, before] = [(i + 1) % n, (i + n - 1) % n];
          const { right, left } = system;
          matrix.set(i, i, matrix.get(i, i) + right[cell] + left[cell]);
          matrix.set(next, i, matrix.get(next, i) - right[cell]);
          matrix.set(before, i, matrix.get(before, i) - left[cell]);
        }
        const b = Matrix.columnVector(cellsOf.map((cell) => system.b[cell]));
        const truth = solve(matrix, b).to1DArray();
        // LU: condition ≤ 4·10³·n in the 1-norm, times a few nε.
        const size = cellsOf.reduce((total, cell) => total + system.b[cell], 0);
        for (const [i, cell] of cellsOf.entries()) {
          expect(Math.abs(x[cell] - truth[i])).toBeLessThan(4e3 * n * 10 * n * EPS * size);
        }
      }
    }
  });

  it.each([
    ["bounded", false, 1],
    ["periodic", true, 1],
    ["bounded", false, 3],
    ["periodic", true, 3],
  ])("%s: 1000 cells keep Σ to 1e-16 a cell and x ≥ 0, through 50 solves", (_name, periodic, stride) => {
    const axes = [axis({ low: 0, high: 1, cells: 1000, periodic })];
    if (stride > 1) axes.push(axis({ low: 0, high: 1, cells: stride + 1 }));
    const made = grid(axes);
    for (const seed of [1, 2, 3]) {
      const system = randomSystem(made, 0, seed, -6, 8);
      const resolvent = new Resolvent(made, 0);
      resolvent.factor(system.right, system.left);
      const x = system.b.slice();
      const total = x.reduce((sum, value) => sum + value, 0);
      for (let n = 0; n < 50; n++) resolvent.solve(x);
      const after = x.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(after - total)).toBeLessThan(1e-16 * made.size * 50 * total);
      expect(Math.min(...x)).toBeGreaterThanOrEqual(0);
    }
  });

  it("long times: the stationary density of detailed balance, to 4nε relative in every cell", () => {
    // right_i π_i = left_{i+1} π_{i+1}: (I + L)x = b with rates R → ∞ gives π Σb/Σπ up to 1/R.
    const n = 200;
    for (const periodic of [false, true]) {
      const line = grid([axis({ low: 0, high: 1, cells: n, periodic })]);
      const pi = line.axes[0].centres.map((u) => Math.exp(-40 * Math.cos(2 * Math.PI * u)));
      const right = new Float64Array(n);
      const left = new Float64Array(n);
      for (let i = 0; i < (periodic ? n : n - 1); i++) {
        const next = (i + 1) % n;
        right[i] = 1e30 * Math.sqrt(pi[next] / pi[i]);
        left[next] = 1e30 * Math.sqrt(pi[i] / pi[next]);
      }
      // b = π is a fixed point whatever the rates.
      const x = solved(line, 0, { right, left, b: pi });
      for (let i = 0; i < n; i++) expect(Math.abs(x[i] / pi[i] - 1)).toBeLessThan(4 * n * EPS);
    }
  });
});
