// The excess against the difference of two energies where that has digits, against closed forms on Gaussians down to 1e-28, and
// against its quadratic form near the optimum for every loss.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { langevin } from "../../dynamics/langevin.ts";
import { massOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { type LinearNeuron, limitOf, linearNeuron } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import type { LossOption } from "../../problem/loss.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { gaussianDensity, gaussianProblem, plane } from "../kinetic/testing.ts";
import { boxOf, centreOf, normalised, solver } from "../testing.ts";
import { excessAbove, hasExcess, tooDear } from "./excess.ts";
import { freeEnergyOf, stationary } from "./stationary.ts";

const LOSSES: readonly LossOption[] = ["squared", "logistic", { huber: { delta: 0.4 } }];
const EPS = Number.EPSILON;

function network(p: number, loss: LossOption, labels: readonly number[], temperature: number): Problem {
  const x = labels.map((_, i) => -1.5 + (3 * i) / (labels.length - 1));
  return problem({
    data: fromArrays(x, loss === "logistic" ? labels.map((u) => (u < 0 ? -1 : 1)) : labels),
    neuron: neuron({ activation: "tanh", inputs: 1, output: p === 1 ? "fixed" : "trained", bias: false }),
    loss,
    regulariser: { l2: 0.5 },
    temperature,
  });
}

function boxFor(p: number): Grid {
  return boxOf(...Array.from({ length: p }, () => ({ low: -5, high: 5, cells: p === 1 ? 60 : 24 })));
}

const problems = fc.record({
  p: fc.constantFrom(1, 2),
  loss: fc.constantFrom(...LOSSES),
  labels: fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 2, maxLength: 6 }),
  temperature: fc.double({ min: 0.15, max: 0.4, noNaN: true }),
});

describe("E_τ(μ) − E_τ(μ*)", () => {
  it("is that difference where it has digits, negative cells included: all losses, p = 1, 2", () => {
    const start = fc.record({
      mean: fc.double({ min: -1, max: 1, noNaN: true }),
      std: fc.double({ min: 0.4, max: 0.9, noNaN: true }),
      below: fc.constantFrom(0, 1e-9),
    });
    fc.assert(
      fc.property(problems, start, ({ p, loss, labels, temperature }, { mean, std, below }) => {
        const grid = boxFor(p);
        const field = new GridField(network(p, loss, labels, temperature), grid);
        const law = gaussian({ mean: new Array(p).fill(mean), std: new Array(p).fill(std) });
        const smooth = initialDensity(grid, law, 1e-3);
        const density = normalised(
          grid,
          smooth.map((mu, i) => (i % 5 === 0 && mu < 1e-6 ? -below : mu)),
        );
        const z = new Float64Array(field.count);
        field.observe(density, z);
        const difference = freeEnergyOf(field, density, z) - stationary(field, { leak: 1e-3 }).freeEnergy;
        const found = excessAbove(field, { leak: 1e-3 }).of(density);
        // E is a sum of terms of order 1, V at most 6 of it, of whom each rounds.
        expect(Math.abs(found - difference)).toBeLessThan(1e-13);
        expect(found).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });

  it("of a mass that has drifted is that of the density it belongs to", () => {
    const grid = boxFor(1);
    const field = new GridField(network(1, "squared", [1, -0.5, 0.3], 0.3), grid);
    const excess = excessAbove(field, { leak: 1e-3 });
    const near = excess.equilibrium.map((mu, i) => mu * (1 + 1e-9 * Math.sin(i)));
    const drifted = near.map((mu) => mu * (1 + 1e-12));
    expect(Math.abs(excess.of(drifted) / excess.of(near) - 1)).toBeLessThan(1e-5);
  });

  it("is its quadratic form near the optimum: every loss, perturbations of 1e-2 to 1e-13", () => {
    fc.assert(
      fc.property(
        problems,
        fc.double({ min: -13, max: -2, noNaN: true }),
        ({ p, loss, labels, temperature }, exponent) => {
          const grid = boxFor(p);
          const made = network(p, loss, labels, temperature);
          const field = new GridField(made, grid);
          const excess = excessAbove(field, { leak: 1e-3 });
          const rest = excess.equilibrium;
          const size = 10 ** exponent;
          const wave = rest.map((_, i) => Math.sin(centreOf(grid, i).reduce((sum, u) => 2 * sum + u, 0.7)));
          const mean = massOf(
            grid,
            rest.map((mu, i) => mu * wave[i]!),
          );
          const moved = rest.map((mu, i) => mu * (1 + size * (wave[i]! - mean)));
          // (δ²/2)[Σ q ℓ″(f_*)(∫ψg dμ*)² + τ∫g² dμ*]
          const direction = rest.map((mu, i) => mu * (wave[i]! - mean));
          const [z, dz] = [new Float64Array(field.count), new Float64Array(field.count)];
          field.observe(rest, z);
          field.observe(direction, dz);
          let expected = 0;
          let corner = Number.POSITIVE_INFINITY;
          for (let i = 0; i < z.length; i++) {
            const residual = z[i]! - made.data.y[i]!;
            if (loss !== "squared" && loss !== "logistic") {
              corner = Math.min(corner, Math.abs(Math.abs(residual) - 0.4));
            }
            expected += made.data.weight[i]! * made.loss.curvatureAt(z[i]!, made.data.y[i]!) * dz[i]! ** 2;
          }
          for (const [i, mu] of rest.entries()) {
            expected += made.temperature * grid.volume * mu * (wave[i]! - mean) ** 2;
          }
          // No residual may cross Huber's corner.
          fc.pre(corner > 2 * size);
          const error = Math.abs(excess.of(moved) / (0.5 * size * size * expected) - 1);
          // The cubic terms, and what rounding of the Gibbs measure (log μ* is −60 at least) makes of so small a distance.
          expect(error).toBeLessThan(2 * size + (60 * EPS) / size);
        },
      ),
      { numRuns: 80 },
    );
  });

  it.each([
    "implicit",
    "second-order",
  ] as const)("%s comes to rest at that optimum, to round-off", (scheme) => {
    const made = network(1, { huber: { delta: 0.4 } }, [1, -0.5, 0.3, -0.9], 0.3);
    const grid = boxFor(1);
    const { field, stepper } = solver(made, grid, { scheme, step: 0.5, mobility: langevin().mobility(made) });
    const excess = excessAbove(field, { leak: 1e-3 });
    const density = initialDensity(grid, gaussian({ mean: [1], std: [0.5] }), 1e-3);
    let last = excess.of(density);
    expect(last).toBeGreaterThan(0.1);
    for (let n = 0; n < 160; n++) {
      stepper.step(density, n);
      const now = excess.of(density);
      if (now > 1e-27) expect(now).toBeLessThan(last);
      last = now;
    }
    expect(last).toBeLessThan(1e-27);
  });
});

describe("a linear neuron's Gaussians", () => {
  const made = gaussianProblem();
  const { s, lambda, tau }: LinearNeuron = linearNeuron(made);
  const { mean, variance } = limitOf(linearNeuron(made));
  /** r − log(1 + r), by its series where the difference would cancel. */
  const divergence = (r: number) =>
    Math.abs(r) > 1e-3 ? r - Math.log1p(r) : r * r * (0.5 - r * (1 / 3 - r * (0.25 - r * (0.2 - r / 6))));

  const distances = Array.from({ length: 28 }, (_, k) => 10 ** (-0.5 * (k + 1)));

  it("E_τ − E_τ* is ½(s + λ)(m − m*)² + (τ/2)(r − log(1 + r)), A = (1 + r)τ/λ, down to 1e-28", () => {
    const grid = boxOf({ low: -5, high: 5, cells: 160 });
    const excess = excessAbove(new GridField(made, grid));
    for (const distance of distances) {
      const [shift, r] = [0.7 * distance, -0.8 * distance];
      const density = normalised(
        grid,
        grid.axes[0]!.centres.map((u) => Math.exp((-0.5 * (u - mean - shift) ** 2) / (variance * (1 + r)))),
      );
      const expected = 0.5 * (s + lambda) * shift * shift + 0.5 * tau * divergence(r);
      const error = Math.abs(excess.of(density) / expected - 1);
      expect(error, `at ${expected}`).toBeLessThan(16 * EPS + (5 * EPS) / Math.sqrt(expected));
    }
  });

  it("H − H* adds ½v² and the same of the momenta, to what a phase density is known to", () => {
    const phase = plane(96, 5, 3);
    const excess = excessAbove(new GridField(made, boxOf({ low: -5, high: 5, cells: 96 })), { phase });
    const most = 1 / (2 * Math.PI * Math.sqrt(variance * tau));
    for (const distance of distances) {
      const [shift, omega, r] = [0.5 * distance, -0.4 * distance, 0.6 * distance];
      const law = { theta: mean + shift, omega, varTheta: variance, covariance: 0, varOmega: tau * (1 + r) };
      const expected = 0.5 * (s + lambda) * shift * shift + 0.5 * omega * omega + 0.5 * tau * divergence(r);
      const error = Math.abs(excess.of(gaussianDensity(phase, law)) / expected - 1);
      // Cells where μ is nearer to μ* than 4 ε of the largest are left out: some 20 of the volume of 60, with |log(μ/μ*)| ~ √excess.
      const noise = (4 * EPS * most * 20) / Math.sqrt(expected);
      expect(error, `at ${expected}`).toBeLessThan(20 * EPS + noise);
    }
  });

  it("H − H* does not hear the noise of its tails, of either sign", () => {
    const phase = plane(96, 5, 3);
    const excess = excessAbove(new GridField(made, boxOf({ low: -5, high: 5, cells: 96 })), { phase });
    const law = { theta: mean + 1e-6, omega: 0, varTheta: variance, covariance: 0, varOmega: tau };
    const clean = gaussianDensity(phase, law);
    const noisy = clean.map((mu, i) => mu + 1e-15 * Math.sin(12.9898 * i * i));
    // −log μ* in the tails times the noise, ± 1e-15 · 100 · 60, would be larger than H − H* = 7.5e-13.
    expect(Math.abs(excess.of(noisy) / excess.of(clean) - 1)).toBeLessThan(1e-3);
  });
});

describe("where it is", () => {
  const labels = [0.5, -0.5, 0.2];
  it("asks for τ > 0, p ≤ 2, no W and a V that confines, or the torus", () => {
    expect(hasExcess(network(1, "squared", labels, 0.1))).toBe(true);
    expect(hasExcess(network(2, "squared", labels, 0.1))).toBe(true);
    expect(hasExcess(network(1, "squared", labels, 0))).toBe(false);
    const torus = { domain: "torus", potential: { kind: "cosine" }, temperature: 0.1 } as const;
    expect(hasExcess(problem(torus))).toBe(true);
    expect(hasExcess(problem({ ...torus, domain: "plane" }))).toBe(false);
    expect(hasExcess(problem({ ...torus, interaction: { kind: "cosine", strength: 1 } }))).toBe(false);
    const quadratic = { potential: { kind: "quadratic" }, temperature: 0.1 } as const;
    expect(hasExcess(problem({ ...quadratic, dimension: 2 }))).toBe(true);
    expect(hasExcess(problem({ ...quadratic, dimension: 3 }))).toBe(false);
  });

  it("is not looked for where an iteration would take more than 2²⁷ multiplications, by the cheaper way", () => {
    expect(tooDear({ distinct: 600, inner: 300 })).toBeNull();
    // By conjugate gradients: 80 products of distinct × inner.
    expect(tooDear({ distinct: 4000, inner: 400 })).toBeNull();
    expect(tooDear({ distinct: 5000, inner: 400 })).toBe(
      "5000 inputs on 400 cells take 1.6e+8 multiplications an iteration; allowed: 1.3e+8",
    );
    expect(tooDear({ distinct: labels.length, inner: 1e5 })).toBeNull();
  });
});
