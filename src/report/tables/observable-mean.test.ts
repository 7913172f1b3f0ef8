// Intervals of observables: of what is never negative none reaches below 0, of all else they are Student's.

import { expect, it } from "vitest";
import { meanWithInterval } from "../../statistics/interval.ts";
import { observableMean } from "./observable-mean.ts";

const spread = [1e-5, 2e-4, 9e-4];

it.each([
  "risk",
  "test_risk",
  "kinetic",
  "dissipation",
  "excess",
  "excess_hamiltonian",
  "fisher_rao",
  "gap",
  "gap_hamiltonian",
  "identity_residual",
])("of %s is above 0, about the same mean", (name) => {
  const { mean, interval } = observableMean(name, spread);
  const student = meanWithInterval(spread);
  expect(student.interval![0]).toBeLessThan(0);
  expect(mean).toBe(student.mean);
  expect(interval![0]).toBeGreaterThan(0);
  // m e^(±t s/m): the mean lies in its geometric middle.
  expect(interval![0] * interval![1]).toBeCloseTo(mean * mean, 18);
});

it("of what has a sign, or shows one, is Student's", () => {
  expect(observableMean("energy", spread)).toEqual(meanWithInterval(spread));
  const noisy = [-1e-18, 2e-4, 9e-4];
  expect(observableMean("gap", noisy)).toEqual(meanWithInterval(noisy));
});
