// V as a quadratic penalty, ½ Σ λ_kθ_k² with all λ_k > 0 in the plane: where it is one ∫e^(−V/τ) is a Gaussian's, and so is the integral over a
// trained output, in which Φ is quadratic too (docs/theory.md §3.6).

import type { Problem } from "./problem.ts";

/** l_a, where a can be integrated out: it is trained, and V is quadratic in it as in the rest of θ. */
export function outputPenalty(problem: Problem): number | null {
  return problem.neuron?.outer?.linear ? (penaltiesOf(problem)?.[0] ?? null) : null;
}

/** λ of each coordinate where V = Σ λ_kθ_k²/2, all of them > 0, in the plane. */
export function penaltiesOf({ potential, domain }: Problem): number[] | null {
  const { l2, kind, strength, confining } = potential;
  const quadratic = kind === null || kind === "quadratic" || strength === 0;
  if (!quadratic || !confining || domain !== "plane") return null;
  return Array.from(l2, (lambda) => lambda + (kind === "quadratic" ? strength : 0));
}
