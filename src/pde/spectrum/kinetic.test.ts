// The kinetic spectrum against what is known: Gaussian cases, the uniform circle's continued fraction, symmetries, the limit of
// high friction, two coordinates.

import { describe, expect, it } from "vitest";
import type { AxisOptions } from "../../grid/axis.ts";
import type { Complex } from "../../linear/arnoldi.ts";
import { fromArrays } from "../../problem/data.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { branches } from "../equilibrium/branches.ts";
import { stationary } from "../equilibrium/stationary.ts";
import { GridField } from "../field/field.ts";
import { gaussianProblem, tanhProblem } from "../kinetic/testing.ts";
import { boxOf, circle } from "../testing.ts";
import { firstOrderSpectrum } from "./first-order.ts";
import { kineticSpectrum } from "./kinetic.ts";

function spectraOn(made: Problem, ...axes: AxisOptions[]) {
  const field = new GridField(made, boxOf(...axes));
  return kineticSpectrum(field, (made.interaction === null ? stationary(field) : branches(field)[0]).density);
}

/** −Re of the slower root of z² + γz + k. */
function slower(friction: number, k: number): number {
  const square = (friction * friction) / 4 - k;
  return square <= 0 ? friction / 2 : friction / 2 - Math.sqrt(square);
}

const FRICTIONS = [0.1, 0.3, 1, 2, 3, 10, 100];

describe("Gaussian equilibria, to round-off", () => {
  it.each(FRICTIONS)("the linear neuron, γ = %d", (friction) => {
    const { gap, oscillating, zeroModes, eigenvalues } = linear.at(friction);
    // docs/theory.md §5.4: s + λ = 1.5 for the mean, λ = ½ for the rest.
    const expected = Math.min(slower(friction, 1.5), 2 * slower(friction, 0.5), friction);
    expect(Math.abs(gap / expected - 1)).toBeLessThan(1e-10);
    expect(zeroModes).toEqual(["mass"]);
    expect(oscillating).toBe(friction * friction < 6 && slower(friction, 1.5) <= 2 * slower(friction, 0.5));
    if (oscillating) {
      const turn = Math.sqrt(1.5 - (friction * friction) / 4);
      expect(Math.abs(Math.abs(eigenvalues[0].im) - turn)).toBeLessThan(1e-9);
    }
  });
  const linear = spectraOn(gaussianProblem(), { low: -5, high: 6, cells: 96 });

  it.each(FRICTIONS)("Ornstein–Uhlenbeck with momenta, γ = %d", (friction) => {
    expect(Math.abs(free.at(friction).gap / slower(friction, 0.8) - 1)).toBeLessThan(1e-10);
  });
  const free = spectraOn(problem({ potential: { kind: "quadratic", strength: 0.8 }, temperature: 0.2 }), {
    low: -5,
    high: 5,
    cells: 80,
  });

  it.each(FRICTIONS)("quadratic McKean–Vlasov: a for the mean, a + b for the rest, γ = %d", (friction) => {
    const expected = Math.min(slower(friction, 0.4), 2 * slower(friction, 1), friction);
    expect(Math.abs(attracted.at(friction).gap / expected - 1)).toBeLessThan(1e-10);
  });
  const attracted = spectraOn(
    problem({
      potential: { kind: "quadratic", strength: 0.4 },
      interaction: { kind: "quadratic", strength: 0.6 },
      temperature: 0.2,
    }),
    { low: -5, high: 5, cells: 80 },
  );
});

describe("the circle, W = −K cos, τ = ½", () => {
  const tau = 0.5;
  const at = (attraction: number) =>
    spectraOn(
      problem({ domain: "torus", interaction: { kind: "cosine", strength: attraction }, temperature: tau }),
      circle(64),
    );

  /** λ + k²τP/(λ + γ + 2k²τ/(λ + 2γ + 3k²τ/…)), which vanishes at the eigenvalues of wave k; P = 1 − K/2τ for k = 1, else 1. */
  function dispersion(lambda: Complex, friction: number, k: number, P: number): number {
    let [re, im] = [lambda.re + 400 * friction, lambda.im];
    for (let n = 400; n >= 1; n--) {
      const square = re * re + im * im;
      const factor = (n * k * k * tau * (n === 1 ? P : 1)) / square;
      [re, im] = [lambda.re + (n - 1) * friction + factor * re, lambda.im - factor * im];
    }
    return Math.sqrt(re * re + im * im);
  }

  it.each([
    0.05, 0.3, 1, 3, 30,
  ])("disorder, γ = %d: the continued fraction of wave 1, and the momentum's γ", (friction) => {
    const attraction = 0.9;
    const { eigenvalues, gap } = at(attraction).at(friction);
    const wave = eigenvalues.find(({ re }) => Math.abs(re + friction) > 1e-6 * friction) as Complex;
    expect(dispersion(wave, friction, 1, 1 - attraction / (2 * tau))).toBeLessThan(1e-8);
    expect(Math.abs(gap - Math.min(friction, -wave.re))).toBeLessThan(1e-9);
    if (friction === 0.05) expect(Math.abs(gap - friction)).toBeLessThan(1e-10);
  });

  it("disorder at small friction: free momentum is slowest, at γ itself", () => {
    expect(Math.abs(at(0.9).at(0.05).gap - 0.05)).toBeLessThan(1e-10);
  });

  it("order: the rotation is a zero mode", () => {
    const { zeroModes, gap } = at(1.5).at(1);
    expect(zeroModes).toEqual(["mass", "rotation of θ0"]);
    expect(gap).toBeGreaterThan(0.3);
  });

  it("disorder above K = 2τ grows", () => {
    const made = problem({
      domain: "torus",
      interaction: { kind: "cosine", strength: 1.5 },
      temperature: tau,
    });
    const field = new GridField(made, boxOf(circle(64)));
    const { density } = branches(field).find(({ stability }) => stability === "unstable") as {
      density: Float64Array;
    };
    const { gap } = kineticSpectrum(field, density).at(1);
    // λ(λ + γ) ≈ (K/2 − τ): wave 1 without its higher moments grows at .207; they slow it down.
    expect(gap).toBeLessThan(-0.1);
    expect(dispersion({ re: -gap, im: 0 }, 1, 1, 1 - 1.5 / (2 * tau))).toBeLessThan(1e-8);
  });
});

describe("ψ = tanh(θx)", () => {
  const made = tanhProblem();
  const field = new GridField(made, boxOf({ low: -5, high: 5, cells: 128 }));
  const spectra = kineticSpectrum(field, stationary(field).density);

  it("high friction: γ gap → the first-order gap, off by 1/γ²", () => {
    const fine = new GridField(made, boxOf({ low: -5, high: 5, cells: 400 }));
    const { gap, estimate } = firstOrderSpectrum(fine, stationary(fine).density);
    // The coarse grid's error is positive: Richardson adds it.
    const limit = gap + estimate;
    const off = [20, 40, 80].map((friction) => friction * spectra.at(friction).gap - limit);
    expect(Math.abs(off[2])).toBeLessThan(2e-4 * limit);
    expect(Math.log2((off[0] - off[2]) / (off[1] - off[2]))).toBeGreaterThan(2);
  });

  it("does not depend on the cells once they resolve ρ*, nor on the extent", () => {
    const { gap } = spectra.at(1);
    for (const [low, high, cells] of [
      [-5, 5, 200],
      [-6, 5, 160],
    ]) {
      const other = spectraOn(made, { low, high, cells });
      expect(Math.abs(other.at(1).gap / gap - 1)).toBeLessThan(1e-8);
    }
  });

  it("the mean-field term counts: without it the gap is another", () => {
    const frozen = problem({ potential: { kind: "quadratic", strength: 0.5 }, temperature: 0.1 });
    const bare = spectraOn(frozen, { low: -4, high: 4, cells: 96 }).at(1).gap;
    expect(bare).toBeCloseTo(0.5, 9);
    const whole = spectraOn(gaussianProblem(), { low: -5, high: 6, cells: 96 }).at(3).gap;
    expect(
      Math.abs(whole / spectraOn(frozen, { low: -4, high: 4, cells: 96 }).at(3).gap - 1),
    ).toBeGreaterThan(0.5);
  });

  it("small friction, many slow modes: the estimate tells what is known, or an error does", () => {
    const { gap, estimate } = spectra.at(0.1);
    expect(estimate).toBeLessThan(1e-8 * gap);
    expect(() => spectra.at(1e-4)).toThrow(/larger friction/);
  });

  it("refuses γ = 0", () => {
    expect(() => spectra.at(0)).toThrow(/dynamics.friction: found 0/);
  });
});

describe("p = 2", () => {
  it("the linear neuron of two inputs, to what the tensor basis resolves", () => {
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
    const spectra = spectraOn(made, { low: -5, high: 5, cells: 32 }, { low: -5, high: 5, cells: 32 });
    // S = Σ q x xᵀ has eigenvalues .5 and 1.125.
    const means = [-0.3125, 0.3125].map((side) => slower(1, 1.2125 + side));
    const expected = Math.min(...means, 2 * slower(1, 0.4), 1);
    const { gap, eigenvalues } = spectra.at(1);
    expect(Math.abs(gap / expected - 1)).toBeLessThan(1e-8);
    expect(Math.min(...eigenvalues.map(({ re }) => Math.abs(re / means[0] + 1)))).toBeLessThan(1e-8);
  });
});
