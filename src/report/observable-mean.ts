// The mean of an observable over replicas with the interval that tables and figures show alike: one without a negative number where the
// observable has none.

import { type MeanWithScatter, meanWithScatter } from "../statistics/interval.ts";

/** What is never negative, but for round-off. */
const POSITIVE: ReadonlySet<string> = new Set([
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
]);

/** Of finite values, one at least. */
export function observableMean(name: string, values: readonly number[]): MeanWithScatter {
  return meanWithScatter(values, POSITIVE.has(name) && values.every((value) => value >= 0));
}
