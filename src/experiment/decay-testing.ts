// Shared by the short and the long tests of predictions against runs.

import { expect } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { fitRate } from "../observables/rate.ts";
import { tanhProblem } from "../pde/kinetic/testing.ts";
import { spectralGap } from "../pde/spectrum/predict.ts";
import { gaussian } from "../problem/law.ts";
import { equilibria, evolve, grid } from "./evolve.ts";

/** Runs the kinetic equation on tanh(θx): H − H* decays at twice the predicted gap, outputs at the gap. */
export async function expectPredictedDecay(friction: number, until: number): Promise<void> {
  const made = tanhProblem();
  const { temperature } = made;
  const phase = grid({
    cells: [128, 80],
    extent: [
      [-5, 5],
      [-2.2, 2.2],
    ],
    order: 4,
  });
  const [{ observables: limit }] = equilibria(made, grid({ cells: [128], extent: [[-5, 5]] })).rows;
  const least = limit.free_energy - 0.5 * temperature * Math.log(2 * Math.PI * temperature);
  const motion = kinetic({ friction });
  const { gap, oscillating } = spectralGap(made, motion, phase);
  const { rows } = await evolve(made, motion, phase, {
    initial: gaussian({ mean: [1], std: [0.5] }),
    until,
    step: 0.1,
    record: 300,
  });
  const t = rows.map(({ t }) => t);
  const energy = fitRate(
    t,
    rows.map(({ observables }) => observables.free_energy - least),
    { floor: 1e-14, offset: true },
  );
  const output = fitRate(
    t,
    rows.map(({ observables }) => observables.mean_theta_0 - limit.mean_theta_0),
    { floor: 1e-12, offset: true },
  );
  expect(oscillating).toBe(friction < 1.5);
  expect(output.frequency > 0).toBe(oscillating);
  expect(Math.abs(energy.rate / (2 * gap) - 1)).toBeLessThan(0.02);
  expect(Math.abs(output.rate / gap - 1)).toBeLessThan(0.005);
}
