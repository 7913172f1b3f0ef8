// V(θ) = Σ_k [ ½ λ_k θ_k² + strength · v(θ_k) ]: the regulariser, by block of θ, and an external potential v
// that is quadratic θ²/2, double-well θ⁴/4 − θ²/2, or cosine −cos θ (THEORY §1, §3.2, §3.4).

import { cos, sin } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireKeys } from "../base/keys.ts";

export type PotentialKind = "quadratic" | "double-well" | "cosine";

export interface PotentialOption {
  kind: PotentialKind;
  /** default 1 */
  strength?: number;
}

/** V as a sum over coordinates; the methods act on `count` entries that all hold coordinate k. */
export interface Potential {
  readonly formula: string;
  /** λ_k of the regulariser per coordinate. */
  readonly l2: Float64Array;
  readonly kind: PotentialKind | null;
  readonly strength: number;
  /** True where V ≡ 0. */
  readonly vanishes: boolean;
  /** True where V(θ) → ∞ as |θ| → ∞ in every coordinate, fast enough for ∫e^(−V/τ) to be finite. */
  readonly confining: boolean;
  /** Σ of V's part in coordinate k over theta[at … at + count). */
  sum(k: number, theta: Float64Array, at: number, count: number): number;
  /** out[outAt + i] += ∂V/∂θ_k at theta[at + i]. */
  addGradient(
    k: number,
    theta: Float64Array,
    at: number,
    count: number,
    out: Float64Array,
    outAt: number,
  ): void;
}

const FORMULA: Readonly<Record<PotentialKind, string>> = {
  quadratic: "θ²/2",
  "double-well": "(θ⁴/4 − θ²/2)",
  cosine: "(−cos θ)",
};

/** V from λ per coordinate and an optional external potential. Errors: a non-finite or negative λ, an unknown kind. */
export function potential(l2: Float64Array, external?: PotentialOption): Potential {
  for (const lambda of l2) {
    if (!(lambda >= 0) || !Number.isFinite(lambda)) {
      throw inputError("problem.regulariser.l2", `found ${lambda}; allowed: a number ≥ 0`);
    }
  }
  if (external !== undefined) requireKeys("problem.potential", external, ["kind", "strength"]);
  const kind = external?.kind ?? null;
  const strength = external === undefined ? 0 : (external.strength ?? 1);
  if (kind !== null && !(kind in FORMULA)) {
    throw inputError(
      "problem.potential.kind",
      `found "${kind}"; allowed: ${Object.keys(FORMULA).join(", ")}`,
    );
  }
  if (!Number.isFinite(strength)) {
    throw inputError("problem.potential.strength", `found ${strength}; allowed: a finite number`);
  }
  return {
    formula: describe(l2, kind, strength),
    l2,
    kind,
    strength,
    vanishes: l2.every((lambda) => lambda === 0) && strength === 0,
    confining: l2.every((_, k) => confines({ l2, kind, strength }, k)),
    sum(k, theta, at, count) {
      const lambda = l2[k];
      let total = 0;
      for (let i = at; i < at + count; i++) {
        const u = theta[i] * theta[i];
        total += 0.5 * lambda * u;
        if (kind === "quadratic") total += strength * 0.5 * u;
        else if (kind === "double-well") total += strength * (0.25 * u * u - 0.5 * u);
        else if (kind === "cosine") total -= strength * cos(theta[i]);
      }
      return total;
    },
    addGradient(k, theta, at, count, out, outAt) {
      const linear = l2[k] + (kind === "quadratic" ? strength : kind === "double-well" ? -strength : 0);
      for (let i = 0; i < count; i++) out[outAt + i] += linear * theta[at + i];
      if (kind === "double-well") {
        for (let i = 0; i < count; i++) {
          const u = theta[at + i];
          out[outAt + i] += strength * u * u * u;
        }
      } else if (kind === "cosine") {
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
  if (kind === "double-well" && strength !== 0) return strength > 0;
  return l2[k] + (kind === "quadratic" ? strength : 0) > 0;
}

function describe(l2: Float64Array, kind: PotentialKind | null, strength: number): string {
  const parts: string[] = [];
  const lambda = l2[0] ?? 0;
  if (l2.every((entry) => entry === lambda)) {
    if (lambda > 0) parts.push(`${lambda} |θ|²/2`);
  } else {
    parts.push(`Σ λ_k θ_k²/2, λ = (${Array.from(l2).join(", ")})`);
  }
  if (kind !== null && strength !== 0) {
    const term = FORMULA[kind];
    const prefix = strength === 1 ? "" : `${strength} `;
    parts.push(l2.length === 1 ? `${prefix}${term}` : `${prefix}Σ_k ${term.replaceAll("θ", "θ_k")}`);
  }
  return parts.length === 0 ? "0" : parts.join(" + ");
}
