// W∗μ and ½∬W against double sums over all pairs of cells, with W written out here once more.

import { describe, expect, it } from "vitest";
import type { Grid } from "../../grid/grid.ts";
import { uniforms } from "../../particles/testing.ts";
import type { InteractionOption } from "../../problem/interaction.ts";
import { problem } from "../../problem/problem.ts";
import { boxOf, centreOf, circle, normalised } from "../testing.ts";
import { interactionField } from "./interaction.ts";

const EPS = Number.EPSILON;
const K = 0.8;

function periodised(z: number): number {
  let total = 0;
  for (let n = -12; n <= 12; n++) total += Math.exp(-((z + 2 * Math.PI * n) ** 2) / (2 * 0.49));
  return total;
}

const KERNELS = {
  quadratic: (z: number) => (K * z * z) / 2,
  cosine: (z: number) => -K * Math.cos(z),
  gaussian: (z: number) => -K * Math.exp(-(z * z) / (2 * 0.49)),
  periodised: (z: number) => -K * periodised(z),
  fourier: (z: number) => -2 * (0.3 * Math.cos(z) - 0.2 * Math.cos(3 * z)),
  attention: (z: number) => -Math.exp(1.3 * Math.cos(z)) / 1.3,
};

const OPTIONS: Record<keyof typeof KERNELS, InteractionOption> = {
  quadratic: { kind: "quadratic", strength: K },
  cosine: { kind: "cosine", strength: K },
  gaussian: { kind: "gaussian", strength: K, scale: 0.7 },
  periodised: { kind: "gaussian", strength: K, scale: 0.7 },
  fourier: { kind: "fourier", coefficients: [0.3, 0, -0.2] },
  attention: { kind: "attention", beta: 1.3 },
};

const box = { low: -2, high: 3 };
const CASES: readonly (readonly [keyof typeof KERNELS, Grid])[] = [
  ["quadratic", boxOf({ ...box, cells: 33 })],
  ["quadratic", boxOf({ ...box, cells: 7 }, { low: 0, high: 1, cells: 9 })],
  ["cosine", boxOf(circle(24))],
  ["cosine", boxOf({ ...box, cells: 10 }, { low: 0, high: 9, cells: 8 })],
  ["cosine", boxOf(circle(5), circle(6), circle(7))],
  ["gaussian", boxOf({ ...box, cells: 50 })],
  ["gaussian", boxOf({ ...box, cells: 9 }, { low: 0, high: 1, cells: 12 })],
  ["gaussian", boxOf({ ...box, cells: 5 }, { ...box, cells: 6 }, { ...box, cells: 4 })],
  ["periodised", boxOf(circle(30))],
  ["periodised", boxOf(circle(9), circle(11))],
  ["fourier", boxOf(circle(16))],
  ["fourier", boxOf({ ...box, cells: 10 }, { low: 0, high: 9, cells: 8 })],
  ["attention", boxOf(circle(48))],
  ["attention", boxOf(circle(9), circle(11))],
];

describe.each(CASES)("W %s on $axes.length axes", (kind, grid) => {
  const torus = kind === "periodised" || grid.axes[0].periodic;
  const { interaction } = problem({
    interaction: OPTIONS[kind],
    domain: torus ? "torus" : "plane",
    dimension: grid.axes.length,
  });
  const field = interactionField(interaction, grid);
  if (field === null) throw new Error("no interaction");
  const w = KERNELS[kind];
  const random = uniforms(7);
  const mu = normalised(
    grid,
    Float64Array.from({ length: grid.size }, () => random() ** 3),
  );
  const theta = Array.from({ length: grid.size }, (_, cell) => centreOf(grid, cell));
  const pair = (one: Float64Array, two: Float64Array) => one.reduce((sum, u, k) => sum + w(u - two[k]), 0);
  let largest = 0;
  for (const one of theta) for (const two of theta) largest = Math.max(largest, Math.abs(pair(one, two)));
  // Moments: grid-size sums; Fourier transforms: log₂ of their length. Both of |W|μ.
  const bound = 10 * grid.size * EPS * largest;

  it("potential: out += Σ_j W(θ_i − θ_j) μ_j |cell|", () => {
    const numbers = new Float64Array(field.count + 2);
    field.observe(mu, numbers, 2);
    const out = new Float64Array(grid.size).fill(0.5);
    field.addPotential(numbers, 2, out, true);
    for (const [cell, one] of theta.entries()) {
      let total = 0.5;
      for (const [other, two] of theta.entries()) total += grid.volume * mu[other] * pair(one, two);
      expect(Math.abs(out[cell] - total)).toBeLessThan(bound);
    }
    expect([...numbers.subarray(0, 2)]).toEqual([0, 0]);
  });

  it("energy: ½ ΣΣ W μ μ |cell|²", () => {
    const numbers = new Float64Array(field.count);
    field.observe(mu, numbers, 0);
    let total = 0;
    for (const [cell, one] of theta.entries()) {
      for (const [other, two] of theta.entries()) {
        total += 0.5 * grid.volume ** 2 * mu[cell] * mu[other] * pair(one, two);
      }
    }
    expect(Math.abs(field.energy(mu, numbers, 0) - total)).toBeLessThan(bound);
  });

  it("without its constant it is linear: what potentials of two densities differ by", () => {
    const other = normalised(grid, Float64Array.from({ length: grid.size }, random));
    const at = (density: Float64Array) => {
      const numbers = new Float64Array(field.count);
      field.observe(density, numbers, 0);
      return numbers;
    };
    const [one, two] = [at(mu), at(other)];
    const [left, right, difference] = [one, two, one].map(() => new Float64Array(grid.size));
    field.addPotential(one, 0, left, true);
    field.addPotential(two, 0, right, true);
    field.addPotential(
      one.map((value, i) => value - two[i]),
      0,
      difference,
      false,
    );
    for (let i = 0; i < grid.size; i++) {
      expect(Math.abs(left[i] - right[i] - difference[i])).toBeLessThan(bound);
    }
  });
});

it("no W, no field", () => {
  expect(interactionField(null, boxOf(circle(8)))).toBeNull();
});
