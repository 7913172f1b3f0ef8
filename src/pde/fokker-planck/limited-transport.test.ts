// Transport without noise against exact flows: θ̇ = −λθ carries a Gaussian along; the linear neuron moves its mean too.

import { describe, expect, it } from "vitest";
import { slopeOf } from "../../base/slope.ts";
import { leastCell, massOf, momentsOf } from "../../grid/density.ts";
import { initialDensity } from "../../grid/initial.ts";
import { langevinAt, linearNeuron } from "../../limits/gaussian.ts";
import { uniforms } from "../../particles/testing.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { advance, boxOf, circle, distanceOf, freeEnergy, normalised, solver } from "../testing.ts";
import { LimitedTransport } from "./limited-transport.ts";

const CELLS = [100, 200, 400, 800];

const linear = problem({
  data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
});

/** L1 and mean errors at t = 0.4 of the linear neuron at τ = 0 from N(−1, 0.6²), steps shrinking with the cells. */
function linearErrors(scheme: "implicit" | "second-order", cells: number) {
  const grid = boxOf({ low: -5, high: 5, cells });
  const step = 4 / cells;
  const { stepper } = solver(linear, grid, { scheme, step });
  const mu = initialDensity(grid, gaussian({ mean: [-1], std: [0.6] }), 1e-9);
  advance(stepper, mu, Math.round(0.4 / step));
  const { mean, variance } = langevinAt(linearNeuron(linear), { mean: -1, variance: 0.36 }, 0.4);
  const exact = initialDensity(grid, gaussian({ mean: [mean], std: [Math.sqrt(variance)] }), 1e-9);
  return {
    l1: distanceOf(grid, mu, exact),
    mean: Math.abs(momentsOf(grid, mu)[0].mean - mean),
    variance: Math.abs(momentsOf(grid, mu)[0].variance - variance - (10 / cells) ** 2 / 12),
  };
}

const spacings = CELLS.map((cells) => 1 / cells);

describe("transport of the linear neuron, τ = 0, h ∝ Δ", () => {
  it("second-order: order 2 in L1 (limited at the crest), mean and variance", () => {
    const errors = CELLS.map((cells) => linearErrors("second-order", cells));
    const orders = (["l1", "mean", "variance"] as const).map((what) =>
      slopeOf(
        spacings.slice(1),
        errors.slice(1).map((error) => error[what]),
      ),
    );
    // What the limiter does at the crest is of order 3 in the moments, and still counts there.
    expect(orders[0]).toBeGreaterThan(1.9);
    expect(orders[0]).toBeLessThan(2.1);
    expect(Math.min(...orders), `${orders}`).toBeGreaterThan(1.9);
    expect(errors[3].l1).toBeLessThan(1e-3);
  });

  it("implicit: order 1", () => {
    const errors = CELLS.map((cells) => linearErrors("implicit", cells).l1);
    const order = slopeOf(spacings.slice(2), errors.slice(2));
    expect(order).toBeGreaterThan(0.85);
    expect(order).toBeLessThan(1.05);
  });
});

describe("a corner in ψ, at which velocities jump, τ = 0, h ∝ Δ", () => {
  // Residuals beyond Huber's corner are constant: with relu neurons move at speed `left` below 0 and `right` above, and the
  // density downstream of the corner is left/right times what arrives, behind a front at θ = right·t.
  const [left, right, t, mean, std] = [1, 0.4, 0.5, -0.5, 0.6];
  const made = problem({
    data: fromArrays([1, -1], [100, -100], [right, left]),
    neuron: neuron({ activation: "relu", inputs: 1, output: "fixed", bias: false }),
    loss: { huber: { delta: left + right } },
  });
  const start = (u: number) => Math.exp(-0.5 * ((u - mean) / std) ** 2) / (std * Math.sqrt(2 * Math.PI));
  const exact = (u: number) => {
    if (u < 0) return start(u - left * t);
    return u > right * t ? start(u - right * t) : (left / right) * start(-left * (t - u / right));
  };

  it.each(["implicit", "second-order"] as const)("%s: order 1 in L1, as the density breaks", (scheme) => {
    const counts = [100, 200, 400, 800];
    const errors = counts.map((cells) => {
      const grid = boxOf({ low: -5, high: 5, cells });
      const { stepper } = solver(made, grid, { scheme, step: 5 / cells });
      const mu = initialDensity(grid, gaussian({ mean: [mean], std: [std] }), 1e-9);
      advance(stepper, mu, cells / 10);
      // Cell averages by 200 midpoints: the front lies on a face.
      const { low, spacing } = grid.axes[0];
      const truth = mu.map((_, i) => {
        let total = 0;
        for (let k = 0; k < 200; k++) total += exact(low + spacing * (i + (k + 0.5) / 200));
        return total / 200;
      });
      return distanceOf(grid, mu, truth);
    });
    const order = slopeOf(
      counts.map((cells) => 1 / cells),
      errors,
    );
    // At a front that moves a scheme of order k has order k/(k + 1) in L1 in the end, ½ and ⅔.
    expect(order, `${errors}`).toBeGreaterThan(scheme === "implicit" ? 0.4 : 0.6);
    expect(order, `${errors}`).toBeLessThan(1.1);
  });
});

describe("two coordinates with mobilities, V = |θ|²/2", () => {
  it("second-order: θ_k = θ_k(0) e^(−D_k t), order 2", () => {
    const made = problem({ regulariser: { l2: 1 }, dimension: 2 });
    const errors = [50, 100, 200].map((cells) => {
      const side = { low: -5, high: 5, cells };
      const grid = boxOf(side, { ...side, cells: cells + 10 });
      const mobility = Float64Array.of(1, 0.5);
      const { stepper } = solver(made, grid, { scheme: "second-order", step: 0.25, mobility });
      const mu = initialDensity(grid, gaussian({ mean: [0.4, -0.5], std: [1, 0.8] }), 1e-4);
      advance(stepper, mu, 2);
      const [one, two] = [Math.exp(-0.5), Math.exp(-0.25)];
      const exact = initialDensity(
        grid,
        gaussian({ mean: [0.4 * one, -0.5 * two], std: [one, 0.8 * two] }),
        1e-4,
      );
      return distanceOf(grid, mu, exact);
    });
    const order = Math.log2(errors[1] / errors[2]);
    expect(order, `${errors}`).toBeGreaterThan(1.8);
    expect(order, `${errors}`).toBeLessThan(2.2);
  });
});

describe("always", () => {
  it.each([
    0, 3,
  ])("positive, mass kept, F falls, from rough starts and for steps of any length, κ = %d", (rate) => {
    const random = uniforms(3);
    const made = problem({
      data: fromArrays([1, -0.4, 2], [1.5, 1, -1]),
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
      regulariser: { l2: 0.2 },
    });
    const grid = boxOf({ low: -2, high: 2, cells: 16 }, { low: -3, high: 3, cells: 21 });
    for (const step of [0.01, 1, 30]) {
      const { field, stepper } = solver(made, grid, { scheme: "second-order", step, rate });
      const mu = normalised(
        grid,
        Float64Array.from({ length: grid.size }, () => Math.max(0, random() - 0.7)),
      );
      let before = freeEnergy(field, mu);
      for (let n = 1; n <= 5; n++) {
        stepper.step(mu, n - 1);
        const after = freeEnergy(field, mu);
        expect(leastCell(mu)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(massOf(grid, mu) - 1)).toBeLessThan(1e-16 * grid.size * 1000);
        expect(after.value).toBeLessThan(before.value + 1e-13 * before.scale);
        before = after;
      }
    }
  });

  it("a Φ that does not move leaves the bits alone", () => {
    const made = problem({ domain: "torus" });
    const grid = boxOf(circle(20));
    const random = uniforms(4);
    const mu = normalised(grid, Float64Array.from({ length: 20 }, random));
    const { stepper } = solver(made, grid, { scheme: "second-order", step: 1 });
    expect(advance(stepper, mu.slice(), 3)).toEqual(mu);
  });
});

describe("dissipation of the semi-discrete equation", () => {
  it.each([0, 1.5])("is −dF/dt, tends to ∫|∇Φ|² dμ + κ Var Φ, order 2, κ = %d", (rate) => {
    // V = θ²/2 with N(m, s²): ∫θ² dμ = m² + s²; Var(θ²/2) = s⁴/2 + m²s².
    const [m, s] = [0.5, 0.7];
    const exact = m * m + s * s + rate * (s ** 4 / 2 + m * m * s * s);
    const made = problem({ regulariser: { l2: 1 } });
    const errors = [100, 200].map((cells) => {
      const grid = boxOf({ low: -6, high: 6, cells });
      const { field, stepper } = solver(made, grid, { scheme: "second-order", step: 1e-5, rate });
      if (!(stepper instanceof LimitedTransport)) throw new Error("another stepper");
      const mu = initialDensity(grid, gaussian({ mean: [m], std: [s] }), 1e-9);
      const found = stepper.dissipation(mu);
      const before = freeEnergy(field, mu).value;
      const fall = (before - freeEnergy(field, advance(stepper, mu.slice(), 1)).value) / 1e-5;
      expect(Math.abs(fall / found - 1)).toBeLessThan(1e-4);
      return Math.abs(found - exact);
    });
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(1.8);
  });
});

describe("positivity", () => {
  it("is exact beside densities that differ by 10²⁰ from cell to cell, where rounding crosses 0", () => {
    const grid = boxOf({ low: -3, high: 3, cells: 60 });
    const made = problem({
      potential: { kind: "double-well" },
      interaction: { kind: "quadratic", strength: -0.2 },
    });
    const random = uniforms(9);
    for (let trial = 0; trial < 200; trial++) {
      const { stepper } = solver(made, grid, { scheme: "second-order", step: 0.003 });
      const mu = normalised(
        grid,
        Float64Array.from({ length: 60 }, () => 10 ** (-60 * random())),
      );
      for (let n = 0; n < 6; n++) {
        stepper.step(mu, n);
        expect(leastCell(mu)).toBeGreaterThanOrEqual(0);
      }
    }
  });
});
