// What the search for equilibria says of stability, against dense algebra: the second variation I + √μ W √μ/τ, as a matrix, off √μ and off
// the rotation of what may be rotated.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { expect, it } from "vitest";
import { problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { boxOf, circle } from "../testing.ts";
import { areTurned, equilibriaFrom } from "./equilibria.ts";

const CELLS = 64;

/** The eigenvalues of the second variation off √μ, ascending. */
function eigenvalues(density: Float64Array, strength: number, scale: number, temperature: number): number[] {
  const spacing = (2 * Math.PI) / CELLS;
  const root = Array.from(density, (mu) => Math.sqrt(mu * spacing));
  const matrix = Matrix.zeros(CELLS, CELLS);
  const off = Matrix.zeros(CELLS, CELLS);
  for (let i = 0; i < CELLS; i++) {
    for (let j = 0; j < CELLS; j++) {
      let w = 0;
      for (let n = -3; n <= 3; n++) {
        w -= strength * Math.exp(-0.5 * ((spacing * (i - j) + 2 * Math.PI * n) / scale) ** 2);
      }
      matrix.set(i, j, (i === j ? 1 : 0) + (root[i] * root[j] * w) / temperature);
      off.set(i, j, (i === j ? 1 : 0) - root[i] * root[j]);
    }
  }
  // √μ itself is taken to the far end.
  const whole = off.mmul(matrix).mmul(off).add(Matrix.eye(CELLS).sub(off).mul(1e3));
  const values = new EigenvalueDecomposition(whole, { assumeSymmetric: true }).realEigenvalues;
  return values.sort((a, b) => a - b);
}

it.each([
  // Just below where two clusters form, and far below it.
  { strength: 1.9, scale: 0.5, temperature: 0.225, clusters: true },
  { strength: 1.9, scale: 0.5, temperature: 0.2, clusters: true },
  { strength: 1.9, scale: 0.5, temperature: 0.15, clusters: true },
  { strength: 1.5, scale: 0.8, temperature: 0.25, clusters: false },
])("a circle at $temperature: $strength, $scale", ({ strength, scale, temperature, clusters }) => {
  const made = problem({ domain: "torus", interaction: { kind: "gaussian", strength, scale }, temperature });
  const field = new GridField(made, boxOf(circle(CELLS)));
  const found = equilibriaFrom(field, { unique: false, symmetric: true });
  let unstableClusters = 0;
  for (const { density, curvature, zeroMode, flat } of found) {
    const values = eigenvalues(density, strength, scale, temperature);
    const uniform = density.every((mu) => Math.abs(mu * 2 * Math.PI - 1) < 1e-6);
    if (!uniform && values[0]! < -1e-6) unstableClusters += 1;
    // A rotation's eigenvalue is 0; where another is below, the density is unstable whatever it rotates to.
    const isOrbit = !uniform && Math.abs(values[0]!) < 1e-8;
    expect(zeroMode).toBe(isOrbit ? "rotation" : null);
    expect(Math.abs(curvature - Math.min(1, isOrbit ? values[1]! : values[0]!))).toBeLessThan(1e-9);
    expect(flat).toBeGreaterThanOrEqual(1e-10);
    expect(flat).toBeLessThan(1e-8);
  }
  expect(unstableClusters > 0).toBe(clusters);
  expect(found.some(({ zeroMode }) => zeroMode !== null)).toBe(true);
});

it("even densities are turned copies of one another where a turn takes one to the other, and not where their means alone agree", () => {
  const grid = boxOf(circle(CELLS));
  const of = (f: (theta: number) => number) => grid.axes[0].centres.map((theta) => Math.exp(f(theta)));
  const lone = (theta: number) => 1.3 * Math.cos(theta) + 0.4 * Math.cos(2 * theta);
  const threefold = (theta: number) => lone(3 * theta);
  expect(
    areTurned(
      grid,
      of(lone),
      of((theta) => lone(theta + Math.PI)),
    ),
  ).toBe(true);
  expect(
    areTurned(
      grid,
      of(threefold),
      of((theta) => threefold(theta + Math.PI / 3)),
    ),
  ).toBe(true);
  expect(areTurned(grid, of(lone), of(threefold))).toBe(false);
  // Turned by π/2 to either side: its cosine means are those of the turned copy, whose sine means it lacks.
  const [left, right] = [1, -1].map((side) => of((theta) => lone(theta + (side * Math.PI) / 2)));
  expect(
    areTurned(
      grid,
      of(lone),
      left.map((mu, i) => 0.5 * (mu + right[i])),
    ),
  ).toBe(false);
});
