// W(z) = K w(z) with a user's own even w and its derivative, which needs every pair.

import { inputError } from "../../base/errors.ts";
import { requireFinite, requireFunction, requireKeys } from "../../base/keys.ts";
import type { PairBase } from "./interaction.ts";

/** A user's own w(z), even, with its derivative; on the torus 2π-periodic. Both functions must be pure. */
export interface OwnInteractionOption {
  value(z: number): number;
  slope(z: number): number;
  /** K, of either sign; default 1 */
  strength?: number;
  /** What reports call it. */
  name?: string;
}

export interface OwnInteraction extends PairBase {
  readonly kind: "own";
  readonly own: OwnInteractionOption;
}

export function ownInteraction(option: OwnInteractionOption): OwnInteraction {
  if ("kind" in option) {
    throw inputError("problem.interaction", "found a kind and functions; allowed: one of them");
  }
  requireKeys("problem.interaction", option, ["value", "slope", "strength", "name"]);
  const { strength = 1 } = option;
  requireFinite("problem.interaction.strength", strength);
  requireFunction("problem.interaction.value", option.value, "z ↦ w(z)");
  requireFunction("problem.interaction.slope", option.slope, "z ↦ w′(z)");
  const { name = "w(z) given by the user" } = option;
  return {
    type: "pairs",
    kind: "own",
    own: option,
    formula: `W(z) = ${strength === 1 ? "" : `${strength} `}${name}`,
    convex: false,
    sum(z, theta) {
      let total = 0;
      for (let j = 0; j < theta.length; j++) total += option.value(z - theta[j]);
      return strength * total;
    },
    sumSlope(z, theta) {
      let total = 0;
      for (let j = 0; j < theta.length; j++) total += option.slope(z - theta[j]);
      return strength * total;
    },
  };
}
