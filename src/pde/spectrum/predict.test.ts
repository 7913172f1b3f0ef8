// Predictions against runs: the decay of E_τ and of H as fitted from densities that moved, first order and kinetic, over- and
// underdamped; and the best friction, where it is known.

import { expect, it } from "vitest";
import { kinetic } from "../../dynamics/kinetic.ts";
import { langevin } from "../../dynamics/langevin.ts";
import { gaussian } from "../../problem/law.ts";
import { problem } from "../../problem/problem.ts";
import { expectPredictedDecay } from "../../run/decay-testing.ts";
import { equilibria, evolve, grid } from "../../run/evolve.ts";
import { fitRate } from "../../statistics/rate.ts";
import { gaussianProblem, tanhProblem } from "../kinetic/testing.ts";
import { bestFriction, spectralGap } from "./predict.ts";

const made = tanhProblem();

it("Langevin on tanh(θx): E_τ − E_τ* decays at 2 gap", async () => {
  const solver = grid({ cells: [400], extent: [[-5, 5]], scheme: "second-order" });
  const [{ observables: limit }] = equilibria(made, solver).rows;
  const { rows } = await evolve(made, langevin(), solver, {
    initial: gaussian({ mean: [1], std: [0.5] }),
    until: 30,
    step: 0.05,
    record: 150,
  });
  const fitted = fitRate(
    rows.map(({ t }) => t),
    rows.map(({ observables }) => observables.free_energy - limit.free_energy),
    { floor: 1e-15 },
  );
  const { gap, estimate } = spectralGap(made, langevin(), solver);
  // The gap is this grid's own; the step adds (h gap)²/12 of it.
  expect(Math.abs(fitted.rate / (2 * gap) - 1)).toBeLessThan(1e-3);
  expect(estimate).toBeLessThan(1e-3 * gap);
});

it("kinetic on tanh(θx): H − H* decays at 2 gap, outputs at gap (γ = 0.3 and 2 in validation/)", () =>
  expectPredictedDecay(1, 60));

it("the linear neuron's best friction is √(8/3), where γ/2 meets γ − √(γ² − 2)", () => {
  const found = bestFriction(
    gaussianProblem(),
    { cells: [96], extent: [[-5, 6]] },
    { from: 0.2, to: 8, count: 12 },
  );
  expect(Math.abs(found.friction / Math.sqrt(8 / 3) - 1)).toBeLessThan(1e-4);
  expect(Math.abs(found.spectrum.gap / Math.sqrt(2 / 3) - 1)).toBeLessThan(1e-4);
  expect(found.scan).toHaveLength(12);
});

it("refuses friction that varies, and grids without an extent", () => {
  const nesterov = kinetic({ friction: { nesterov: 3, from: 1 } });
  expect(() => spectralGap(made, nesterov, { cells: [64], extent: [[-5, 5]] })).toThrow(/constant friction/);
  expect(() => spectralGap(made, langevin(), { cells: [64] })).toThrow(/allowed: one for each of 1 coord/);
  expect(() => bestFriction(made, { cells: [64], extent: [[-5, 5]] }, { from: 1, to: 0 })).toThrow(
    /0 < from/,
  );
});

it("takes the attracting branch where W has several, on the torus without an extent", () => {
  const ordered = problem({
    domain: "torus",
    interaction: { kind: "cosine", strength: 1.5 },
    temperature: 0.5,
  });
  expect(spectralGap(ordered, langevin(), grid({ cells: [64] })).zeroModes).toContain("rotation of θ0");
});
