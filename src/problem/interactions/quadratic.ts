// W(z) = K z²/2 through ⟨θ⟩ and ⟨θ²⟩: W∗μ = ½K(θ² − 2θ⟨θ⟩ + ⟨θ²⟩), ½∬W dμ dμ = ½K Var θ. K of either sign; K > 0 attracts.

import { requireFinite, requireKeys } from "../../base/keys.ts";
import type { MomentBase } from "./interaction.ts";

export interface QuadraticInteraction extends MomentBase {
  readonly kind: "quadratic";
  readonly strength: number;
}

export interface QuadraticOption {
  kind: "quadratic";
  /** K */
  strength: number;
  /** Of kind gaussian; without meaning here. */
  scale?: number;
}

export function quadratic(option: QuadraticOption): QuadraticInteraction {
  requireKeys("problem.interaction", option, ["kind", "strength", "scale"]);
  const { strength } = option;
  requireFinite("problem.interaction.strength", strength);
  return {
    type: "moments",
    kind: "quadratic",
    formula: `W(z) = ${strength} z²/2`,
    strength,
    convex: strength <= 0,
    count: 2,
    accumulate(theta, at, lanes, sums, to, apart) {
      for (let i = 0; i < lanes; i++) {
        const u = theta[at + i];
        sums[to + i] += u;
        sums[to + apart + i] += u * u;
      }
    },
    energy: (numbers, from) => 0.5 * strength * (numbers[from + 1] - numbers[from] * numbers[from]),
    value: (theta, numbers, from) =>
      0.5 * strength * (theta * (theta - 2 * numbers[from]) + numbers[from + 1]),
    addGradient(theta, at, lanes, numbers, from, out, outAt) {
      for (let i = 0; i < lanes; i++) out[outAt + i] += strength * (theta[at + i] - numbers[from]);
    },
  };
}
