// W(z) = −K e^(−z²/2s²), which needs every pair; on the torus periodised, Σ_n over the images z + 2πn.

import { exp } from "../../base/elementary.ts";
import { requireFinite, requireKeys, requirePositive } from "../../base/keys.ts";
import type { PairBase } from "./interaction.ts";

export interface GaussianInteraction extends PairBase {
  readonly kind: "gaussian";
  readonly strength: number;
  readonly scale: number;
}

/** Beyond 8.6 standard deviations a Gaussian is below 1e-16 of its peak: further images cannot be seen. */
const VISIBLE_DEVIATIONS = 8.6;
const TURN = 2 * Math.PI;

export interface GaussianOption {
  kind: "gaussian";
  /** K, of either sign */
  strength: number;
  /** s; default 1 */
  scale?: number;
}

export function gaussian(option: GaussianOption, torus: boolean): GaussianInteraction {
  requireKeys("problem.interaction", option, ["kind", "strength", "scale"]);
  const { strength, scale = 1 } = option;
  requireFinite("problem.interaction.strength", strength);
  requirePositive("problem.interaction.scale", scale);
  const images = torus ? Math.ceil((VISIBLE_DEVIATIONS * scale) / TURN) + 1 : 0;
  const sharpness = 0.5 / (scale * scale);
  return {
    type: "pairs",
    kind: "gaussian",
    formula: `W(z) = −${strength} e^(−z²/(2·${scale}²))${torus ? ", periodised" : ""}`,
    strength,
    scale,
    convex: strength <= 0,
    sum(z, theta) {
      let total = 0;
      for (let n = -images; n <= images; n++) {
        const shifted = z + TURN * n;
        for (let j = 0; j < theta.length; j++) {
          const u = shifted - theta[j];
          total += exp(-sharpness * u * u);
        }
      }
      return -strength * total;
    },
    sumSlope(z, theta) {
      let total = 0;
      for (let n = -images; n <= images; n++) {
        const shifted = z + TURN * n;
        for (let j = 0; j < theta.length; j++) {
          const u = shifted - theta[j];
          total += u * exp(-sharpness * u * u);
        }
      }
      return 2 * sharpness * strength * total;
    },
  };
}
