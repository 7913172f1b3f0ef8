// W(θ − θ′) = Σ_k w(θ_k − θ′_k), w even with w′(0) = 0: quadratic K z²/2, cosine −K cos z, Gaussian −K e^(−z²/2s²).
// Quadratic and cosine act on a measure through two numbers per coordinate, (⟨θ⟩, ⟨θ²⟩) or (⟨cos θ⟩, ⟨sin θ⟩);
// the Gaussian one needs every pair, and so does a user's own w. On the torus the Gaussian is periodised, Σ_n over the images z + 2πn.

import { cos, exp, sin } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireFinite, requireFunction, requireKeys, requirePositive, requireWord } from "../base/keys.ts";

export interface InteractionOption {
  kind: "quadratic" | "cosine" | "gaussian";
  /** K, of either sign */
  strength: number;
  /** s, for kind gaussian; default 1 */
  scale?: number;
}

/** A user's own w(z), even, with its derivative; on the torus 2π-periodic. Both functions must be pure. */
export interface OwnInteractionOption {
  value(z: number): number;
  slope(z: number): number;
  /** K, of either sign; default 1 */
  strength?: number;
  /** What reports call it. */
  name?: string;
}

interface InteractionBase {
  readonly formula: string;
  readonly strength: number;
  /** True where W is positive semidefinite as a kernel on measures of equal mass, so that μ ↦ ½∬W is convex; of a user's own it cannot be known, and is taken for false. */
  readonly convex: boolean;
}

/** An interaction that sees μ through the two numbers first = ⟨φ₁⟩, second = ⟨φ₂⟩ of each coordinate. */
export interface MomentInteraction extends InteractionBase {
  readonly type: "moments";
  readonly kind: "quadratic" | "cosine";
  /** sums[to + i] += φ₁(theta[at + i]), sums[to + apart + i] += φ₂(theta[at + i]), i < count. */
  accumulate(
    theta: Float64Array,
    at: number,
    count: number,
    sums: Float64Array,
    to: number,
    apart: number,
  ): void;
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
interface Pairs extends InteractionBase {
  readonly type: "pairs";
  /** Σ_j w(z − theta[j]) over all entries. */
  sum(z: number, theta: Float64Array): number;
  /** Σ_j w′(z − theta[j]) over all entries. */
  sumSlope(z: number, theta: Float64Array): number;
}

export interface GaussianInteraction extends Pairs {
  readonly kind: "gaussian";
  readonly scale: number;
}

export interface OwnInteraction extends Pairs {
  readonly kind: "own";
  readonly own: OwnInteractionOption;
}

export type PairInteraction = GaussianInteraction | OwnInteraction;
export type Interaction = MomentInteraction | PairInteraction;

/** W from its option; `torus` periodises the Gaussian kind. */
export function interaction(option: InteractionOption | OwnInteractionOption, torus: boolean): Interaction {
  requireKeys("problem.interaction", option, ["kind", "strength", "scale", "value", "slope", "name"]);
  const isOwn = "value" in option || "slope" in option;
  const { strength = isOwn ? 1 : undefined } = option;
  requireFinite("problem.interaction.strength", strength);
  if (isOwn) return ownInteraction(option, strength);
  const { kind, scale = 1 } = option;
  requireWord("problem.interaction.kind", kind, ["quadratic", "cosine", "gaussian"]);
  requirePositive("problem.interaction.scale", scale);
  if (kind === "quadratic") return quadratic(strength);
  if (kind === "cosine") return cosine(strength);
  return gaussian(strength, scale, torus);
}

function ownInteraction(option: OwnInteractionOption, strength: number): OwnInteraction {
  requireFunction("problem.interaction.value", option.value, "z ↦ w(z)");
  requireFunction("problem.interaction.slope", option.slope, "z ↦ w′(z)");
  if ("kind" in option) {
    throw inputError("problem.interaction", "found a kind and functions; allowed: one of them");
  }
  const { name = "w(z) given by the user" } = option;
  return {
    type: "pairs",
    kind: "own",
    own: option,
    formula: `W(z) = ${strength === 1 ? "" : `${strength} `}${name}`,
    strength,
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

function quadratic(strength: number): MomentInteraction {
  return {
    type: "moments",
    kind: "quadratic",
    formula: `W(z) = ${strength} z²/2`,
    strength,
    convex: strength <= 0,
    accumulate(theta, at, count, sums, to, apart) {
      for (let i = 0; i < count; i++) {
        const u = theta[at + i];
        sums[to + i] += u;
        sums[to + apart + i] += u * u;
      }
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
    accumulate(theta, at, count, sums, to, apart) {
      for (let i = 0; i < count; i++) {
        const u = theta[at + i];
        sums[to + i] += cos(u);
        sums[to + apart + i] += sin(u);
      }
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

function gaussian(strength: number, scale: number, torus: boolean): GaussianInteraction {
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
