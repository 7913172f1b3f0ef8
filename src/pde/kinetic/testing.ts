// What tests of the kinetic solver share: grids, Gaussian densities, L1 distances, orders.

import { axis } from "../../grid/axis.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import type { PhaseGaussian } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { momentumFisherOf } from "./ledger.ts";
import { PhaseSums } from "./phase-sums.ts";

/** [−θ, θ] × [−ω, ω], p = 1. */
export function plane(cells: number, theta: number, omega: number, periodic = false): Grid {
  return grid([
    axis({ low: -theta, high: theta, cells, periodic }),
    axis({ low: -omega, high: omega, cells }),
  ]);
}

/** A Gaussian's density at the centres. */
export function gaussianDensity(phase: Grid, law: PhaseGaussian): Float64Array {
  const [theta, omega] = phase.axes;
  const { varTheta: a, covariance: b, varOmega: c } = law;
  const determinant = a * c - b * b;
  const scale = 1 / (2 * Math.PI * Math.sqrt(determinant));
  const out = new Float64Array(phase.size);
  for (const [i, x] of theta.centres.entries()) {
    for (const [j, y] of omega.centres.entries()) {
      const [u, v] = [x - law.theta, y - law.omega];
      out[i * omega.cells + j] =
        scale * Math.exp((-0.5 * (c * u * u - 2 * b * u * v + a * v * v)) / determinant);
    }
  }
  return out;
}

/** max|a − b| */
export function worst(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

/** ∫|μ − ν| */
export function distance(phase: Grid, left: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let i = 0; i < left.length; i++) total += Math.abs(left[i] - right[i]);
  return total * phase.volume;
}

/** log2 of the ratio of neighbours: the order, where each error belongs to half the step of the one before. */
export function orders(errors: readonly number[]): number[] {
  return errors.slice(1).map((error, i) => Math.log2(errors[i] / error));
}

/** docs/theory.md §4.2's Gaussian case: ψ = θx, s = c = 1, λ = ½, τ = .1 (or another), γ = 1. */
export function gaussianProblem(temperature = 0.1) {
  return problem({
    data: fromArrays([1], [1]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.5 },
    temperature,
  });
}

/** Its initial law, as a law and as numbers. */
export const GAUSSIAN_LAW = gaussian({ mean: [-1], std: [0.5], momentum: { mean: [0.5], std: [0.4] } });
export const GAUSSIAN_START: PhaseGaussian = {
  theta: -1,
  omega: 0.5,
  varTheta: 0.25,
  covariance: 0,
  varOmega: 0.16,
};

/** ψ = tanh(θx) on 24 points of y = sin 2x, λ = .2, τ = .05. */
export function tanhProblem() {
  const x = Array.from({ length: 24 }, (_, i) => -2 + (4 * (i + 0.5)) / 24);
  return problem({
    data: fromArrays(
      x,
      x.map((u) => Math.sin(2 * u)),
    ),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.2 },
    temperature: 0.05,
  });
}

/** ∫|ω + τ∇_ω log μ|² dμ of one density. */
export function momentumFisher(phase: Grid, density: Float64Array, temperature: number): number {
  const sums = new PhaseSums(phase);
  sums.read(density);
  return momentumFisherOf(phase)(density, temperature, sums);
}
