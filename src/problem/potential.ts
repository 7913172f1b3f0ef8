// V(θ) = Σ_k [ ½ λ_k θ_k² + strength · v(θ_k) ]: the regulariser, by block of θ, and an external potential v
// that is quadratic θ²/2, double-well θ⁴/4 − θ²/2, or cosine −cos θ (docs/theory.md §1.2, §3.2, §3.4); or strength · v(θ) of a user's own
// v, which need not be a sum over coordinates.

import { cos, sin } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import {
  requireFinite,
  requireFunction,
  requireKeys,
  requireNonNegative,
  requireWord,
} from "../base/keys.ts";

export type PotentialKind = "quadratic" | "double-well" | "cosine";

export interface PotentialOption {
  kind: PotentialKind;
  /** default 1 */
  strength?: number;
}

/** A user's own v(θ) with its gradient. Both functions must be pure; `gradient` writes ∂v/∂θ (length p) into `out`. */
export interface OwnPotentialOption {
  value(theta: Float64Array): number;
  gradient(theta: Float64Array, out: Float64Array): void;
  /** default 1 */
  strength?: number;
  /** What reports call it. */
  name?: string;
}

/** strength · v of a user's own v. */
export interface JointPotential {
  readonly own: OwnPotentialOption;
  value(theta: Float64Array): number;
  /** Writes the gradient into `out`. */
  gradient(theta: Float64Array, out: Float64Array): void;
}

/** V as a sum over coordinates; the methods are of its part in coordinate k, and leave out `joint`. */
export interface Potential {
  readonly formula: string;
  /** λ_k of the regulariser per coordinate. */
  readonly l2: Float64Array;
  /** What of ∂V/∂θ_k is linear, per θ_k. */
  readonly slopes: Float64Array;
  readonly kind: PotentialKind | "own" | null;
  readonly strength: number;
  /** The part of V that is no sum over coordinates: a user's own. */
  readonly joint: JointPotential | null;
  /** True where V ≡ 0. */
  readonly vanishes: boolean;
  /**
   * True where V(θ) → ∞ as |θ| → ∞ in every coordinate, fast enough for ∫e^(−V/τ) to be finite. Of a user's own V that cannot be
   * known, and is taken for true: on a grid mass at the faces tells.
   */
  readonly confining: boolean;
  /** At θ_k = theta. */
  value(k: number, theta: number): number;
  /** out[outAt + i] += its value at theta[at + i], i < count. */
  addValues(
    k: number,
    theta: Float64Array,
    at: number,
    count: number,
    out: Float64Array,
    outAt: number,
  ): void;
  /** out[outAt + i] += ∂V/∂θ_k at theta[at + i], i < count. */
  addGradient(
    k: number,
    theta: Float64Array,
    at: number,
    count: number,
    out: Float64Array,
    outAt: number,
  ): void;
}

const POTENTIAL_KEYS = ["kind", "strength", "value", "gradient", "name"] as const;

const FORMULA: Readonly<Record<PotentialKind, string>> = {
  quadratic: "θ²/2",
  "double-well": "(θ⁴/4 − θ²/2)",
  cosine: "(−cos θ)",
};

/** V from λ per coordinate and an optional external potential. Errors: a non-finite or negative λ, an unknown kind. */
export function potential(l2: Float64Array, external?: PotentialOption | OwnPotentialOption): Potential {
  for (const lambda of l2) requireNonNegative("problem.regulariser.l2", lambda);
  if (external !== undefined) requireKeys("problem.potential", external, POTENTIAL_KEYS);
  const isOwn = external !== undefined && ("value" in external || "gradient" in external);
  const option = isOwn ? (external as OwnPotentialOption) : null;
  const kind = option !== null ? "own" : ((external as PotentialOption | undefined)?.kind ?? null);
  const strength = external === undefined ? 0 : (external.strength ?? 1);
  if (option !== null) {
    requireFunction("problem.potential.value", option.value, "(θ) ↦ v(θ)");
    requireFunction("problem.potential.gradient", option.gradient, "(θ, out), which writes ∂v/∂θ into out");
    if ("kind" in option) {
      throw inputError("problem.potential", "found a kind and functions; allowed: one of them");
    }
  } else if (external !== undefined) requireWord("problem.potential.kind", kind, Object.keys(FORMULA));
  requireFinite("problem.potential.strength", strength);
  // Asked once, never in the loops: see base/interned.ts for what comparing text there has done.
  const isQuadratic = kind === "quadratic";
  const isDoubleWell = kind === "double-well";
  const isCosine = kind === "cosine";
  const slopes = l2.map((lambda) => lambda + (isQuadratic ? strength : isDoubleWell ? -strength : 0));
  const value = (k: number, theta: number) => {
    const u = theta * theta;
    const ridge = 0.5 * l2[k] * u;
    if (isQuadratic) return ridge + strength * 0.5 * u;
    if (isDoubleWell) return ridge + strength * (0.25 * u * u - 0.5 * u);
    return isCosine ? ridge - strength * cos(theta) : ridge;
  };
  return {
    formula: describe(l2, kind, strength, option?.name),
    l2,
    slopes,
    kind,
    strength,
    joint: option === null || strength === 0 ? null : scaled(option, strength),
    vanishes: l2.every((lambda) => lambda === 0) && strength === 0,
    confining: l2.every((_, k) => confines({ l2, kind, strength }, k)),
    value,
    addValues(k, theta, at, count, out, outAt) {
      if (isDoubleWell || isCosine) {
        for (let i = 0; i < count; i++) out[outAt + i] += value(k, theta[at + i]);
        return;
      }
      const [ridge, own] = [0.5 * l2[k]!, isQuadratic ? strength * 0.5 : 0];
      for (let i = 0; i < count; i++) {
        const u = theta[at + i]! * theta[at + i]!;
        out[outAt + i] += ridge * u + own * u;
      }
    },
    addGradient(k, theta, at, count, out, outAt) {
      const slope = slopes[k];
      for (let i = 0; i < count; i++) out[outAt + i] += slope * theta[at + i];
      if (isDoubleWell) {
        for (let i = 0; i < count; i++) {
          const u = theta[at + i];
          out[outAt + i] += strength * u * u * u;
        }
      } else if (isCosine) {
        for (let i = 0; i < count; i++) out[outAt + i] += strength * sin(theta[at + i]);
      }
    },
  };
}

/** Whether V grows to infinity in coordinate k, fast enough for ∫e^(−V/τ) to be finite. */
export function confines(
  { l2, kind, strength }: Pick<Potential, "l2" | "kind" | "strength">,
  k: number,
): boolean {
  if (kind === "own" && strength !== 0) return true;
  if (kind === "double-well" && strength !== 0) return strength > 0;
  return l2[k] + (kind === "quadratic" ? strength : 0) > 0;
}

function scaled(option: OwnPotentialOption, strength: number): JointPotential {
  return {
    own: option,
    value: (theta) => strength * option.value(theta),
    gradient(theta, out) {
      option.gradient(theta, out);
      for (let k = 0; k < out.length; k++) out[k] *= strength;
    },
  };
}

function describe(l2: Float64Array, kind: Potential["kind"], strength: number, name?: string): string {
  const parts: string[] = [];
  const lambda = l2[0] ?? 0;
  if (l2.every((entry) => entry === lambda)) {
    if (lambda > 0) parts.push(`${lambda} |θ|²/2`);
  } else {
    parts.push(`Σ λ_k θ_k²/2, λ = (${Array.from(l2).join(", ")})`);
  }
  const prefix = strength === 1 ? "" : `${strength} `;
  if (kind === "own" && strength !== 0) {
    parts.push(`${prefix}${name ?? "v(θ) given by the user"}`);
  } else if (kind !== null && kind !== "own" && strength !== 0) {
    const term = FORMULA[kind];
    parts.push(l2.length === 1 ? `${prefix}${term}` : `${prefix}Σ_k ${term.replaceAll("θ", "θ_k")}`);
  }
  return parts.length === 0 ? "0" : parts.join(" + ");
}
