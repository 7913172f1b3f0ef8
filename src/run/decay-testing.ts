// Shared by the short and the long tests of predictions against runs.

import { expect } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { tanhProblem } from "../pde/kinetic/testing.ts";
import { spectralGap } from "../pde/spectrum/predict.ts";
import { gaussian } from "../problem/law.ts";
import { fitRate } from "../statistics/rate.ts";
import { equilibria, evolve, grid } from "./evolve.ts";

/** Runs the kinetic equation on tanh(θx): H − H* decays at twice the predicted gap, outputs at the gap. */
export async function expectPredictedDecay(friction: number, until: number): Promise<void> {
  const task = tanhProblem();
  const phase = grid({
    cells: [128, 80],
    extent: [
      [-5, 5],
      [-2.2, 2.2],
    ],
    order: 4,
  });
  const [{ observables: limit }] = equilibria(task, grid({ cells: [128], extent: [[-5, 5]] })).rows;
  const motion = kinetic({ friction });
  const { gap, oscillating } = spectralGap(task, motion, phase);
  const { rows } = await evolve(task, motion, phase, {
    initial: gaussian({ mean: [1], std: [0.5] }),
    until,
    step: 0.2,
    record: Math.round(until / 0.2),
  });
  const t = rows.map(({ t }) => t);
  // H − H* falls as the squared speed does, which is blank before the first step.
  const energy = fitRate(
    t.slice(1),
    rows.slice(1).map(({ observables }) => observables.fisher_rao),
    { quadratic: true },
  );
  const output = fitRate(
    t,
    rows.map(({ observables }) => observables.mean_theta_0 - limit.mean_theta_0),
    { floor: 1e-12, offset: true },
  );
  expect(oscillating).toBe(friction < 1.5);
  expect(output.frequency > 0).toBe(oscillating);
  expect(Math.abs(energy.rate - 2 * gap)).toBeLessThan(energy.widened);
  expect(energy.widened).toBeLessThan(0.06 * gap);
  expect(Math.abs(output.rate / gap - 1)).toBeLessThan(0.005);
}
