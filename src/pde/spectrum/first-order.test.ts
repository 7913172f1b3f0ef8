// The first-order spectrum against what is known: Gaussian cases, the circle (where the grid's own eigenvalues have a closed form),
// two and three coordinates, symmetries, instability, and the scheme itself.

import { describe, expect, it } from "vitest";
import { fromArrays } from "../../problem/data.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { branches } from "../equilibrium/branches.ts";
import { stationary } from "../equilibrium/stationary.ts";
import { GridField } from "../field/field.ts";
import { gaussianProblem, orders, tanhProblem } from "../kinetic/testing.ts";
import { advance, boxOf, circle, solver } from "../testing.ts";
import { type FirstOrderSpectrumOptions, firstOrderSpectrum } from "./first-order.ts";

function spectrumOn(made: Problem, cells: number, [low, high]: [number, number], options = {}) {
  const field = new GridField(made, boxOf({ low, high, cells }));
  const density = made.interaction === null ? stationary(field).density : branches(field)[0].density;
  return firstOrderSpectrum(field, density, options);
}

/** Worst relative error of the eigenvalues against −expected, and of the gap's own estimate. */
function errorsOf(made: Problem, expected: readonly number[], extent: [number, number]) {
  return [100, 200, 400].map((cells) => {
    const { eigenvalues, gap, estimate } = spectrumOn(made, cells, extent, { count: expected.length });
    return {
      worst: Math.max(...expected.map((rate, n) => Math.abs(eigenvalues[n].re / rate + 1))),
      gap: Math.abs(gap - expected[0]),
      estimate,
    };
  });
}

describe("Gaussian equilibria, order 2 in Δ", () => {
  const cases: [string, Problem, number[], [number, number]][] = [
    // s = 1, λ = ½: s + λ = 1.5 beside nλ, n ≥ 2 (n = 1 is the mean, which the mean field stiffens).
    ["the linear neuron", gaussianProblem(), [1, 1.5, 1.5, 2, 2.5], [-4, 5]],
    [
      "Ornstein–Uhlenbeck",
      problem({ potential: { kind: "quadratic", strength: 0.8 }, temperature: 0.2 }),
      [0.8, 1.6, 2.4, 3.2],
      [-5, 5],
    ],
    [
      "quadratic McKean–Vlasov: a for the mean, n(a + b) for n ≥ 2",
      problem({
        potential: { kind: "quadratic", strength: 0.7 },
        interaction: { kind: "quadratic", strength: 0.6 },
        temperature: 0.2,
      }),
      [0.7, 2.6, 3.9],
      [-4, 4],
    ],
  ];
  it.each(cases)("%s", (_, made, expected, extent) => {
    const errors = errorsOf(made, expected, extent);
    for (const order of orders(errors.map(({ worst }) => worst))) expect(order).toBeGreaterThan(1.9);
    expect(errors[2].worst).toBeLessThan(2e-3);
    // Richardson's estimate is right up to the next order, Δ⁴.
    for (const { gap, estimate } of errors) expect(Math.abs(estimate / gap - 1)).toBeLessThan(0.1);
  });

  it("mobility scales a coordinate, birth–death adds κτ a degree", () => {
    const made = problem({ potential: { kind: "quadratic" }, temperature: 0.2 });
    const plain = spectrumOn(made, 128, [-4, 4]);
    const options: FirstOrderSpectrumOptions = { mobility: Float64Array.of(2.5) };
    expect(Math.abs(spectrumOn(made, 128, [-4, 4], options).gap / plain.gap - 2.5)).toBeLessThan(1e-9);
    expect(Math.abs(spectrumOn(made, 128, [-4, 4], { rate: 3 }).gap - plain.gap - 0.6)).toBeLessThan(1e-9);
  });
});

describe("the circle, W = −K cos, τ = ½", () => {
  const cells = 64;
  const tau = 0.5;
  const at = (attraction: number) => {
    const made = problem({
      domain: "torus",
      interaction: { kind: "cosine", strength: attraction },
      temperature: tau,
    });
    const field = new GridField(made, boxOf(circle(cells)));
    return branches(field).map((branch) => ({ branch, spectrum: firstOrderSpectrum(field, branch.density) }));
  };
  // Uniform density: −τΔ on the grid, times 1 − K/2τ for k = 1.
  const level = (k: number) => tau * ((2 * Math.sin((Math.PI * k) / cells)) / ((2 * Math.PI) / cells)) ** 2;

  it.each([
    0.3, 0.9, -1,
  ])("disorder, K = %d: k²τ, but τ − K/2 for k = 1, as the grid has it", (attraction) => {
    const [{ spectrum }] = at(attraction);
    const first = level(1) * (1 - attraction / (2 * tau));
    expect(Math.abs(spectrum.gap / first - 1)).toBeLessThan(1e-11);
    expect(Math.abs(first - (tau - attraction / 2))).toBeLessThan(1e-3);
    expect(spectrum.eigenvalues.some(({ re }) => Math.abs(re / level(2) + 1) < 1e-11)).toBe(true);
    expect(spectrum.zeroModes).toEqual(["mass"]);
  });

  it("order: the rotation is a zero mode, and does not count", () => {
    const [{ branch, spectrum }] = at(1.5);
    expect(branch.stability).toBe("marginal");
    expect(spectrum.zeroModes).toEqual(["mass", "rotation of θ0"]);
    expect(spectrum.gap).toBeGreaterThan(0.5);
    expect(spectrum.estimate).toBeLessThan(0.01);
  });

  it.each([1.5, 3, 20])("disorder above K = 2τ grows at K/2 − τ, K = %d", (attraction) => {
    const found = at(attraction).find(({ branch }) => branch.stability === "unstable");
    const first = level(1) * (1 - attraction / (2 * tau));
    expect(Math.abs((found?.spectrum.gap ?? 0) / first - 1)).toBeLessThan(1e-9);
    expect(found?.spectrum.gap).toBeLessThan(0);
  });
});

describe("several coordinates", () => {
  it("p = 2, data: the mean relaxes by the matrix S + λ, the rest by 2λ and more", () => {
    // S = Σ q x xᵀ of (1, ½), (−1, 1), q = ½: eigenvalues .5 and 1.125; λ = .4.
    const made = problem({
      data: fromArrays(
        [
          [1, 0.5],
          [-1, 1],
        ],
        [1, 0.3],
      ),
      neuron: neuron({ activation: "identity", inputs: 2, output: "fixed", bias: false }),
      regulariser: { l2: 0.4 },
      temperature: 0.2,
    });
    const means = [0.9, 1.525];
    const field = new GridField(
      made,
      boxOf({ low: -6, high: 6, cells: 72 }, { low: -6, high: 6, cells: 64 }),
    );
    const { eigenvalues, gap, estimate } = firstOrderSpectrum(field, stationary(field).density, {
      count: 12,
    });
    const least = 0.8;
    expect(Math.abs(gap - least)).toBeLessThan(2 * estimate);
    expect(estimate).toBeLessThan(0.03 * least);
    for (const mean of means) {
      expect(Math.min(...eigenvalues.map(({ re }) => Math.abs(re / mean + 1)))).toBeLessThan(0.03);
    }
  });

  it("p = 2, 3: a product has the sums of its factors' rates", () => {
    for (const p of [2, 3]) {
      const made = problem({ potential: { kind: "quadratic" }, temperature: 0.5, dimension: p });
      const line = new GridField(
        problem({ potential: { kind: "quadratic" }, temperature: 0.5 }),
        boxOf({ low: -5, high: 5, cells: 16 }),
      );
      const { gap } = firstOrderSpectrum(line, stationary(line).density);
      const mobility = Float64Array.of(1, 3, 7).slice(0, p);
      const axes = Array.from({ length: p }, () => ({ low: -5, high: 5, cells: 16 }));
      const field = new GridField(made, boxOf(...axes));
      const { eigenvalues } = firstOrderSpectrum(field, stationary(field).density, { mobility, count: 6 });
      expect(Math.abs(eigenvalues[0].re / gap + 1)).toBeLessThan(1e-9);
      // Coordinate 2's own, beside the multiples of coordinate 1's.
      const second = Math.min(...eigenvalues.map(({ re }) => Math.abs(re / (3 * gap) + 1)));
      expect(second).toBeLessThan(1e-8);
    }
  });

  it("p = 2 on the torus: one rotation a coordinate", () => {
    const made = problem({
      domain: "torus",
      interaction: { kind: "cosine", strength: 1.5 },
      temperature: 0.5,
      dimension: 2,
    });
    const field = new GridField(made, boxOf(circle(24), circle(24)));
    const { zeroModes, gap } = firstOrderSpectrum(field, branches(field)[0].density);
    expect(zeroModes).toEqual(["mass", "rotation of θ0", "rotation of θ1"]);
    expect(gap).toBeGreaterThan(0.5);
  });
});

it("is the exact linearisation of the scheme: steps of any length decay by 1/(1 + h gap)", () => {
  const made = tanhProblem();
  const theta = boxOf({ low: -4, high: 4, cells: 60 });
  const step = 0.5;
  const { field, stepper } = solver(made, theta, { scheme: "implicit", step });
  const { density } = stationary(field);
  const { gap, eigenvalues } = firstOrderSpectrum(field, density);
  const mean = (mu: Float64Array) => mu.reduce((sum, value, i) => sum + value * theta.axes[0].centres[i], 0);
  const start = density.map((mu, i) => mu * (1 + 0.01 * Math.tanh(theta.axes[0].centres[i])));
  const mass = start.reduce((sum, value) => sum + value, 0) * theta.volume;
  const mu = start.map((value) => value / mass);
  const rest = mean(density);
  advance(stepper, mu, 80);
  const before = mean(mu) - rest;
  advance(stepper, mu, 10);
  const after = mean(mu) - rest;
  const rate = ((before / after) ** 0.1 - 1) / step;
  // The second mode has fallen by ((1 + h λ₁)/(1 + h λ₂))⁸⁰ = 1e-4 of its share, the non-linear part below 1e-7.
  expect(eigenvalues[1].re / gap).toBeLessThan(-1.5);
  expect(Math.abs(rate / gap - 1)).toBeLessThan(1e-4);
});

it("refuses what is no equilibrium, and what has none", () => {
  const field = new GridField(gaussianProblem(), boxOf({ low: -4, high: 5, cells: 64 }));
  const { density } = stationary(field);
  expect(() => firstOrderSpectrum(field, density.slice().reverse())).toThrow(/no equilibrium/);
  const cold = new GridField(gaussianProblem(0), boxOf({ low: -4, high: 5, cells: 64 }));
  expect(() => firstOrderSpectrum(cold, density)).toThrow(/temperature/);
});
