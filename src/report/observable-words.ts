// How reports name what is observed, in notation; a name that is not here stands for itself.

import { shortened } from "../base/labels.ts";
import { asNotation } from "./notation.ts";

const LONGEST_NAME = 40;

const OBSERVABLES = new Map([
  ["risk", "risk *R*"],
  ["test_risk", "risk on test data"],
  ["accuracy", "accuracy"],
  ["test_accuracy", "accuracy on test data"],
  ["energy", "energy *F*"],
  ["kinetic", "kinetic energy"],
  ["free_energy", "free energy"],
  ["gap", "certified gap"],
  ["gap_hamiltonian", "certified gap of *H*"],
  ["excess", "excess *E*_τ − *E*_τ∗"],
  ["excess_hamiltonian", "excess *H* − *H*∗"],
  ["hypocoercive", "modified *ℰ*"],
  ["dissipation", "dissipation"],
  ["fisher_rao", "squared Fisher–Rao speed"],
  ["identity_residual", "residual of the identity"],
]);

export function observableNotation(name: string): string {
  return OBSERVABLES.get(name) ?? asNotation(shortened(name, LONGEST_NAME));
}
