// A Gaussian μ by the closed equations of its means and variances (gaussian-equations.ts).

import { hasMomenta } from "../../dynamics/motion.ts";
import { gaussianEquations, stableStep } from "../gaussian-equations.ts";
import { MIB } from "../memory-model.ts";
import { type EquationsRun, simulateEquations } from "../simulate-equations.ts";
import type { SolverRecord } from "./record.ts";

export interface MomentsRun extends EquationsRun {
  readonly solver: "moments";
}

/** Columns that the numbers give. */
const GIVEN = [
  "risk",
  "test_risk",
  "accuracy",
  "test_accuracy",
  "energy",
  "kinetic",
  "temperature",
  "entropy",
  "free_energy",
  "dissipation",
  "identity_residual",
  "mean_theta_#",
  "var_theta_#",
  "mean_omega_#",
  "var_omega_#",
  "cov_theta_#_omega_#",
];
/** Evaluations of the equations a step. */
const PASSES = 4;

export const MOMENTS: SolverRecord<MomentsRun, object, never> = {
  solver: "moments",
  holds: "equations",
  runs: (_, common) => [{ ...common, solver: "moments", holds: "equations", gives: GIVEN }],
  check() {},
  simulate: (run, hooks, resume) => simulateEquations(run, gaussianEquations(run), hooks, resume),
  isKept: () => false,
  stability: (run) => ({ method: "moments", limit: () => ({ step: stableStep(run), bound: null }) }),
  size: () => ({}),
  name: () => "moments",
  lines: (runs) =>
    runs.map(
      ({ dynamics }) =>
        `moments: a Gaussian μ by the equations of its means and ${hasMomenta(dynamics) ? "covariances" : "variances"}, of order 4 in the step`,
    ),
  costLines: (runs) => runs.map(({ schedule }) => `moments: ${schedule.steps} steps`),
  sources: () => ["hairer1993"],
  cost: ({ problem }) => PASSES * (problem.data.size + 1) * problem.dimension,
  unit: () => 15,
  bytes: () => 18 * MIB,
  numbers: () => 0,
};
