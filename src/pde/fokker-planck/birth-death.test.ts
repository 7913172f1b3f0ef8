// Birth–death dynamics of a density against the exact Gaussian solution, with a mobility, with and without noise; and
// populations of neurons against a density that is not Gaussian.

import { describe, expect, it } from "vitest";
import { slopeOf } from "../../base/slope.ts";
import { birthDeath } from "../../dynamics/birth-death.ts";
import { gradientFlow } from "../../dynamics/gradient-flow.ts";
import { birthDeathAt, linearNeuron } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { evolve, grid, particles } from "../../run/evolve.ts";
import type { FirstOrderScheme } from "./schemes.ts";

const STEPS = [0.1, 0.05, 0.025];

describe("the linear neuron, mobility 0.6, rate 1.2: mean and variance at t = 1, step and cells halved together", () => {
  const course = { initial: gaussian({ mean: [-1], std: [0.8] }), until: 1 };

  // At τ = 0 the limited transport's error still falls faster than its order, 2: slopes 2.3 (mean) and 2.6 (variance).
  it.each([
    [0, "implicit", 1, 0.1],
    [0.2, "implicit", 1, 0.1],
    [0, "second-order", 2.3, 0.4],
    [0.2, "second-order", 2, 0.1],
  ] as [
    number,
    FirstOrderScheme,
    number,
    number,
  ][])("τ = %d, %s: order %d", async (tau, scheme, order, within) => {
    const made = problem({
      data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
      neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.5 },
      temperature: tau,
    });
    const dynamics = birthDeath({ rate: 1.2, mobility: { w: 0.6 } });
    const exact = birthDeathAt(
      linearNeuron(made),
      { rate: 1.2, mobility: 0.6 },
      { mean: -1, variance: 0.64 },
      1,
    );
    const means: number[] = [];
    const variances: number[] = [];
    for (const step of STEPS) {
      const solver = grid({ cells: [Math.round(20 / step)], extent: [[-7, 6]], scheme });
      const { rows } = await evolve(made, dynamics, solver, { ...course, step });
      const { mean_theta_0: mean, var_theta_0: variance } = rows[rows.length - 1].observables;
      means.push(Math.abs(mean - exact.mean));
      variances.push(Math.abs(variance - exact.variance));
    }
    for (const errors of [means, variances]) {
      expect(Math.abs(slopeOf(STEPS, errors) - order), `${errors}`).toBeLessThan(within);
    }
  });
});

it("is what populations of tanh neurons go to, as N → ∞ and h → 0", async () => {
  const x = [-3, -2.2, -1.1, -0.4, 0.6, 1.3, 2.1, 2.9];
  const made = problem({
    data: fromArrays(x, x.map(Math.sin)),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.1 },
  });
  const dynamics = birthDeath({ rate: 4 });
  const course = { initial: gaussian({ mean: [-0.5], std: [1] }), until: 1 };
  const solver = grid({ cells: [500], extent: [[-7, 6]], scheme: "second-order" });
  const density = (await evolve(made, dynamics, solver, { ...course, step: 0.02 })).rows;
  const replicas = 20;
  const width = 1000;
  const names = ["energy", "risk", "mean_theta_0", "var_theta_0", "identity_defect"];
  // The scheme is of order 1: 2·(h/2) − (h) is of order 2, replica by replica. Its h² part, measured on the limit of the
  // scheme (weighted nodes), is 0.0014 at most; the O(1/N) part below 1/N (0.8/N for a variance, measured at N = 25, 50).
  const values = await Promise.all(
    Array.from({ length: replicas }, async (_, replica) => {
      const [coarse, fine] = await Promise.all(
        [0.1, 0.05].map((step) =>
          evolve(made, dynamics, particles({ width, seed: 31, replica }), { ...course, step }),
        ),
      );
      const [a, b] = [coarse, fine].map(({ rows }) => rows[rows.length - 1].observables);
      return names.map((name) => 2 * b[name] - a[name]);
    }),
  );
  const last = density[density.length - 1].observables;
  for (const [i, name] of names.entries()) {
    const sample = values.map((each) => each[i]);
    const mean = sample.reduce((sum, value) => sum + value, 0) / replicas;
    const square = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = Math.sqrt(square / (replicas - 1) / replicas);
    const expected = name === "identity_defect" ? 0 : last[name];
    expect(Math.abs(mean - expected), `${name}: ${mean} ± ${error}, ${expected}`).toBeLessThan(
      5 * error + 0.002 + 1 / width,
    );
  }
  // Transport alone has hardly begun: what was compared is the work of births and deaths.
  const flow = (await evolve(made, gradientFlow(), solver, { ...course, step: 0.02 })).rows;
  expect(flow[flow.length - 1].observables.energy).toBeGreaterThan(2 * last.energy);
});
