// Observables in the words of their observers, as notation that reads as such.

import { expect, it } from "vitest";
import { COLUMNS } from "../observables/list.ts";
import { notationToText } from "./notation.ts";
import { quantityNotation } from "./quantity-words.ts";

it.each([
  ["risk", "risk *R*"],
  ["free_energy", "free energy"],
  ["gap_hamiltonian", "certified gap of *H*"],
  ["mean_theta_10", "mean of *θ*_10"],
  ["cov_theta_1_omega_1", "covariance of *θ*_1 and *ω*_1"],
  ["order_theta_0_2", "order 2 of *θ*_0"],
  ["w1", "*W*_1"],
  ["my_own*", "my\\_own\\*"],
])("%s is %s", (name, notation) => {
  expect(quantityNotation(name)).toBe(notation);
});

it("no words hold signs of notation that are none", () => {
  for (const { name } of COLUMNS) {
    expect(notationToText(quantityNotation(name.replaceAll("#", "0")))).not.toMatch(/[*#\\]/);
  }
});
