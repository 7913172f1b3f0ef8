// Even 2π-periodic W, through the means C_k = ⟨cos kθ⟩, S_k = ⟨sin kθ⟩ of a few harmonics:
//   W(z) = c − Σ_k s_k cos kz,   ½∬W dμ dμ = ½(c − Σ_k s_k (C_k² + S_k²)).   Positive semidefinite iff every s_k ≤ 0.
// cosine: s₁ = K.  fourier: s_k = 2a_k.  attention: W = −e^{β cos z}/β, s_k = 2I_k(β)/β and c = −I₀(β)/β (Jacobi and Anger; Geshkovski,
// Letrouit, Polyanskiy, Rigollet 2023 for its name). Cost O(N·harmonics): cos kθ by addition, from one cosine and one sine.

import { bessel } from "../../base/bessel.ts";
import { cos, sin } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import { requireFinite, requireKeys } from "../../base/keys.ts";
import type { MomentBase } from "./interaction.ts";

export interface CircularInteraction extends MomentBase {
  readonly kind: "cosine" | "fourier" | "attention";
  /** s₁, s₂ … */
  readonly harmonics: readonly number[];
  /** c, W's mean over the circle. */
  readonly mean: number;
}

export interface CosineOption {
  kind: "cosine";
  /** K, of either sign */
  strength: number;
  /** Of kind gaussian; without meaning here. */
  scale?: number;
}

/** W = −K cos z. */
export function cosine(option: CosineOption): CircularInteraction {
  requireKeys("problem.interaction", option, ["kind", "strength", "scale"]);
  const { strength } = option;
  requireFinite("problem.interaction.strength", strength);
  return circular("cosine", `W(z) = −${strength} cos z`, [strength], 0);
}

export interface FourierOption {
  kind: "fourier";
  /** a_1, a_2, … */
  coefficients: readonly number[];
}

/** W = −2Σ_k a_k cos kz, k from 1. */
export function fourier(option: FourierOption): CircularInteraction {
  requireKeys("problem.interaction", option, ["kind", "coefficients"]);
  const { coefficients } = option;
  const where = "problem.interaction.coefficients";
  if (!Array.isArray(coefficients) || coefficients.length === 0) {
    throw inputError(where, `found ${JSON.stringify(coefficients)}; allowed: a list of numbers a_1, a_2, …`);
  }
  for (const [k, a] of coefficients.entries()) requireFinite(`${where}.${k}`, a);
  const terms = coefficients.map((a, k) => `${a} cos ${k === 0 ? "" : k + 1}z`);
  const harmonics = coefficients.map((a) => 2 * a);
  return circular("fourier", `W(z) = −2(${terms.join(" + ").replaceAll("+ -", "− ")})`, harmonics, 0);
}

/** From here on e^β nears the largest number. */
const MOST_BETA = 600;
/** A harmonic below this share of the first cannot be seen in a sum. */
const SEEN = 2 ** -56;

export interface AttentionOption {
  kind: "attention";
  /** β > 0 */
  beta: number;
}

/** W = −e^{β cos z}/β. */
export function attention(option: AttentionOption): CircularInteraction {
  requireKeys("problem.interaction", option, ["kind", "beta"]);
  const { beta } = option;
  requireFinite("problem.interaction.beta", beta);
  if (!(beta > 0 && beta <= MOST_BETA)) {
    throw inputError("problem.interaction.beta", `found ${beta}; allowed: β > 0, up to ${MOST_BETA}`);
  }
  const harmonics = [(2 * bessel(1, beta)) / beta];
  for (let k = 2; ; k++) {
    const next = (2 * bessel(k, beta)) / beta;
    if (k * next < SEEN * harmonics[0]) break;
    harmonics.push(next);
  }
  return circular("attention", `W(z) = −e^(${beta} cos z)/${beta}`, harmonics, -bessel(0, beta) / beta);
}

function circular(
  kind: CircularInteraction["kind"],
  formula: string,
  harmonics: readonly number[],
  mean: number,
): CircularInteraction {
  const count = harmonics.length;
  /** cos θ, sin θ, cos 2θ, sin 2θ, … of the angle last asked for. */
  const waves = new Float64Array(2 * count);
  const turn = (theta: number) => {
    const c = cos(theta);
    const s = sin(theta);
    waves[0] = c;
    waves[1] = s;
    for (let k = 2; k < 2 * count; k += 2) {
      waves[k] = waves[k - 2]! * c - waves[k - 1]! * s;
      waves[k + 1] = waves[k - 1]! * c + waves[k - 2]! * s;
    }
  };
  return {
    type: "moments",
    kind,
    formula,
    harmonics,
    mean,
    convex: harmonics.every((s) => s <= 0),
    count: 2 * count,
    accumulate(theta, at, lanes, sums, to, apart) {
      for (let i = 0; i < lanes; i++) {
        turn(theta[at + i]);
        for (let r = 0; r < 2 * count; r++) sums[to + r * apart + i] += waves[r]!;
      }
    },
    energy(numbers, from) {
      let total = mean;
      for (let k = 0; k < count; k++) {
        const cosine = numbers[from + 2 * k];
        const sine = numbers[from + 2 * k + 1];
        total -= harmonics[k] * (cosine * cosine + sine * sine);
      }
      return 0.5 * total;
    },
    value(theta, numbers, from) {
      turn(theta);
      let total = mean;
      for (let k = 0; k < count; k++) {
        const along = waves[2 * k]! * numbers[from + 2 * k] + waves[2 * k + 1]! * numbers[from + 2 * k + 1];
        total -= harmonics[k] * along;
      }
      return total;
    },
    addGradient(theta, at, lanes, numbers, from, out, outAt) {
      for (let i = 0; i < lanes; i++) {
        turn(theta[at + i]);
        for (let k = 0; k < count; k++) {
          const slope = waves[2 * k + 1]! * numbers[from + 2 * k] - waves[2 * k]! * numbers[from + 2 * k + 1];
          out[outAt + i] += (k + 1) * harmonics[k] * slope;
        }
      }
    },
  };
}
