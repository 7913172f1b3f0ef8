// Annealed Langevin on a grid: orders in the step and in the spacing against exact moments, the quasi-static limit, in which
// the density stays as close to the Gibbs measure of its τ as the cooling is slow, and the fall of F in a double well.

import { describe, expect, it } from "vitest";
import { slopeOf } from "../../base/slope.ts";
import { annealedLangevin } from "../../dynamics/annealed-langevin.ts";
import type { Temperature } from "../../dynamics/dynamics.ts";
import { momentsOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { annealedAt, linearNeuron } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { advance, boxOf, distanceOf, freeEnergy, normalised, solver } from "../testing.ts";
import type { FirstOrderScheme } from "./schemes.ts";

const cooling = annealedLangevin({ constant: 0.6 }).temperature!;

function run(
  made: Problem,
  grid: Grid,
  scheme: FirstOrderScheme,
  start: Float64Array,
  { until, count, temperature = cooling }: { until: number; count: number; temperature?: Temperature },
): Float64Array {
  const { stepper } = solver(made, grid, { scheme, step: until / count, temperature });
  return advance(stepper, start.slice(), count);
}

const linear = problem({
  data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
});
const START = { mean: -0.8, variance: 0.64 };
const startOn = (grid: Grid) =>
  initialDensity(grid, gaussian({ mean: [START.mean], std: [Math.sqrt(START.variance)] }), 1e-6);

describe("the linear neuron under τ = 0.6/log(e + t), at t = 1", () => {
  const COUNTS = [10, 20, 40];
  const steps = COUNTS.map((count) => 1 / count);

  it("implicit 1, second-order 2, in L1 against 640 steps of order 2", () => {
    const grid = boxOf({ low: -6, high: 6, cells: 150 });
    const start = startOn(grid);
    const reference = run(linear, grid, "second-order", start, { until: 1, count: 640 });
    for (const [scheme, order] of [
      ["implicit", 1],
      ["second-order", 2],
    ] as const) {
      const errors = COUNTS.map((count) =>
        distanceOf(grid, run(linear, grid, scheme, start, { until: 1, count }), reference),
      );
      expect(Math.abs(slopeOf(steps, errors) - order), `${scheme}: ${errors}`).toBeLessThan(0.12);
    }
  });

  it("order 2 in the spacing, in mean and variance, against Ȧ = −2λA + 2τ_t", () => {
    const law = annealedAt(linearNeuron(linear), START, cooling.at, 1);
    const cells = [60, 120, 240];
    const errors = cells.map((count) => {
      const grid = boxOf({ low: -6, high: 6, cells: count });
      const start = startOn(grid);
      const [coarse, fine] = [40, 80].map((steps) =>
        run(linear, grid, "second-order", start, { until: 1, count: steps }),
      );
      // Extrapolated: the error in time is of order 4 in the step.
      const [found] = momentsOf(
        grid,
        fine.map((value, i) => (4 * value - coarse[i]) / 3),
      );
      return [Math.abs(found.mean - law.mean), Math.abs(found.variance - law.variance)];
    });
    for (const which of [0, 1]) {
      if (errors[2][which] < 1e-8) continue;
      const slope = slopeOf(
        cells.map((count) => 1 / count),
        errors.map((error) => error[which]),
      );
      expect(Math.abs(slope - 2), `${errors.map((error) => error[which])}`).toBeLessThan(0.1);
    }
    expect(errors[2][1]).toBeLessThan(1e-3);
  });
});

describe("a double well", () => {
  const made = problem({ potential: { kind: "double-well" } });
  const grid = boxOf({ low: -4, high: 4, cells: 320 });
  const well = (theta: number) => theta ** 4 / 4 - theta ** 2 / 2;
  const gibbs = (tau: number) =>
    normalised(
      grid,
      grid.axes[0].centres.map((theta) => Math.exp(-well(theta) / tau)),
    );
  const slowed = (epsilon: number): Temperature => ({
    ...cooling,
    at: (t) => cooling.at(epsilon * t),
    slope: (t) => epsilon * cooling.slope(epsilon * t),
  });

  it("cooled 2, 4, 8 times more slowly lies 2, 4, 8 times closer to the Gibbs measure of its τ", () => {
    const slowness = [1 / 8, 1 / 16, 1 / 32];
    const start = gibbs(cooling.at(0));
    const distances = slowness.map((epsilon) => {
      const count = 40 / epsilon;
      const temperature = slowed(epsilon);
      const mu = run(made, grid, "second-order", start, { until: 4 / epsilon, count, temperature });
      return distanceOf(grid, mu, gibbs(cooling.at(4)));
    });
    expect(Math.abs(slopeOf(slowness, distances) - 1), `${distances}`).toBeLessThan(0.1);
    expect(distances[2]).toBeLessThan(2e-3);
  });

  it("F falls all along, to that of the Gibbs measure at τ by quadrature, within the lag of the cooling", () => {
    /** ∫V e^(−V/τ) / ∫e^(−V/τ) by the trapezoidal rule on [−6, 6]: round-off, as the integrand is smooth and vanishes there. */
    const mean = (tau: number) => {
      let [above, below] = [0, 0];
      for (let i = -6000; i <= 6000; i++) {
        const weight = Math.exp(-well(i / 1000) / tau);
        above += well(i / 1000) * weight;
        below += weight;
      }
      return above / below;
    };
    const step = 0.5;
    const { field, stepper } = solver(made, grid, { scheme: "implicit", step, temperature: cooling });
    const mu = gibbs(cooling.at(0));
    let before = freeEnergy(field, mu, 0).value;
    const from = before;
    for (let n = 0; n < 400; n++) {
      stepper.step(mu, n);
      const after = freeEnergy(field, mu, 0).value;
      expect(after).toBeLessThan(before);
      before = after;
    }
    const tau = cooling.at(200);
    const slope = (mean(1.01 * tau) - mean(0.99 * tau)) / (0.02 * tau);
    // The midpoint rule of the cells is exact too. F lags behind by at most |τ̇| dF/dτ over the slowest rate of an even mode,
    // 0.97 at this τ and more above it (eigenvalues of the generator, computed apart).
    const lag = before - mean(tau);
    expect(lag).toBeGreaterThan(0);
    expect(lag).toBeLessThan((-cooling.slope(200) * slope) / 0.97);
    expect(before).toBeLessThan(from - 0.1);
  });
});
