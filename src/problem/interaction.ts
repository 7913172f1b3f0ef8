// W(θ − θ′) = Σ_k w(θ_k − θ′_k), w even with w′(0) = 0: quadratic K z²/2, cosine −K cos z, Gaussian −K e^(−z²/2s²).
// Quadratic and cosine act on a measure through two numbers per coordinate, (⟨θ⟩, ⟨θ²⟩) or (⟨cos θ⟩, ⟨sin θ⟩);
// the Gaussian one needs every pair. On the torus it is the periodised Gaussian, Σ_n over the images z + 2πn.

import { cos, exp, sin } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireKeys } from "../base/keys.ts";

export interface InteractionOption {
  kind: "quadratic" | "cosine" | "gaussian";
  /** K, of either sign */
  strength: number;
  /** s, for kind gaussian; default 1 */
  scale?: number;
}

interface InteractionBase {
  readonly formula: string;
  readonly strength: number;
  /** True where W is positive semidefinite as a kernel on measures of equal mass, so that μ ↦ ½∬W is convex. */
  readonly convex: boolean;
}

/** An interaction that sees μ through the two numbers first = ⟨φ₁⟩, second = ⟨φ₂⟩ of each coordinate. */
export interface MomentInteraction extends InteractionBase {
  readonly type: "moments";
  readonly kind: "quadratic" | "cosine";
  /** sums[to] += Σ φ₁, sums[to + 1] += Σ φ₂ over theta[at … at + count). */
  accumulate(theta: Float64Array, at: number, count: number, sums: Float64Array, to: number): void;
  /** The coordinate's part of ½∬W dμ dμ. */
  energy(first: number, second: number): number;
  /** The coordinate's part of (W∗μ)(theta). */
  value(theta: number, first: number, second: number): number;
  /** out[outAt + i] += ∂(W∗μ)/∂θ_k at theta[at + i]. */
  addGradient(
    theta: Float64Array,
    at: number,
    count: number,
    first: number,
    second: number,
    out: Float64Array,
    outAt: number,
  ): void;
}

/** An interaction that needs every pair: cost O(N²) per coordinate. */
export interface PairInteraction extends InteractionBase {
  readonly type: "pairs";
  readonly kind: "gaussian";
  readonly scale: number;
  /** Σ_j w(z − theta[j]) over all entries. */
  sum(z: number, theta: Float64Array): number;
  /** Σ_j w′(z − theta[j]) over all entries. */
  sumSlope(z: number, theta: Float64Array): number;
}

export type Interaction = MomentInteraction | PairInteraction;

/** W from its option; `torus` periodises the Gaussian kind. */
export function interaction(option: InteractionOption, torus: boolean): Interaction {
  requireKeys("problem.interaction", option, ["kind", "strength", "scale"]);
  const { kind, strength, scale = 1 } = option;
  if (!Number.isFinite(strength)) {
    throw inputError("problem.interaction.strength", `found ${strength}; allowed: a finite number`);
  }
  if (!(scale > 0) || !Number.isFinite(scale)) {
    throw inputError("problem.interaction.scale", `found ${scale}; allowed: a number > 0`);
  }
  if (kind === "quadratic") return quadratic(strength);
  if (kind === "cosine") return cosine(strength);
  if (kind === "gaussian") return gaussian(strength, scale, torus);
  throw inputError("problem.interaction.kind", `found "${kind}"; allowed: quadratic, cosine, gaussian`);
}

function quadratic(strength: number): MomentInteraction {
  return {
    type: "moments",
    kind: "quadratic",
    formula: `W(z) = ${strength} z²/2`,
    strength,
    convex: strength <= 0,
    accumulate(theta, at, count, sums, to) {
      let first = 0;
      let second = 0;
      for (let i = at; i < at + count; i++) {
        first += theta[i];
        second += theta[i] * theta[i];
      }
      sums[to] += first;
      sums[to + 1] += second;
    },
    energy: (first, second) => 0.5 * strength * (second - first * first),
    value: (theta, first, second) => 0.5 * strength * (theta * (theta - 2 * first) + second),
    addGradient(theta, at, count, first, _second, out, outAt) {
      for (let i = 0; i < count; i++) out[outAt + i] += strength * (theta[at + i] - first);
    },
  };
}

function cosine(strength: number): MomentInteraction {
  return {
    type: "moments",
    kind: "cosine",
    formula: `W(z) = −${strength} cos z`,
    strength,
    convex: strength <= 0,
    accumulate(theta, at, count, sums, to) {
      let first = 0;
      let second = 0;
      for (let i = at; i < at + count; i++) {
        first += cos(theta[i]);
        second += sin(theta[i]);
      }
      sums[to] += first;
      sums[to + 1] += second;
    },
    energy: (first, second) => -0.5 * strength * (first * first + second * second),
    value: (theta, first, second) => -strength * (cos(theta) * first + sin(theta) * second),
    addGradient(theta, at, count, first, second, out, outAt) {
      for (let i = 0; i < count; i++) {
        const u = theta[at + i];
        out[outAt + i] += strength * (sin(u) * first - cos(u) * second);
      }
    },
  };
}

/** Beyond 8.6 standard deviations a Gaussian is below 1e-16 of its peak: further images cannot be seen. */
const VISIBLE_DEVIATIONS = 8.6;
const TURN = 2 * Math.PI;

function gaussian(strength: number, scale: number, torus: boolean): PairInteraction {
  const images = torus ? Math.ceil((VISIBLE_DEVIATIONS * scale) / TURN) + 1 : 0;
  const rate = 0.5 / (scale * scale);
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
          total += exp(-rate * u * u);
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
          total += u * exp(-rate * u * u);
        }
      }
      return 2 * rate * strength * total;
    },
  };
}
