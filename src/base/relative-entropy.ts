// φ(δ) = (1 + δ) log(1 + δ) − δ ≥ 0, convex, ½δ² near 0, of which relative entropies are made, term by term without cancellation:
//   KL(μ ‖ ν) = ∫ν φ(μ/ν − 1) = ∫[μ log(μ/ν) − μ + ν] for two measures of the same mass.
// With 1 + δ = e^d it is e^d (d − 1 + e^(−d)), the bracket by its series near 0.

import { exp, expm1, log, log1p } from "./elementary.ts";

/** Below this |d| the bracket is its series: twenty terms leave 1e-18. */
const NEAR = 1;

/** d − 1 + e^(−d) = (d²/2)(1 − (d/3)(1 − (d/4)(1 − …))) for |d| < 1 */
function bracket(d: number): number {
  let tail = 1;
  for (let n = 20; n >= 3; n--) tail = 1 - (d / n) * tail;
  return 0.5 * d * d * tail;
}

/** φ(δ), δ ≥ −1: what an error of δ, and a few ε more, make of it. */
export function phi(delta: number): number {
  // e^(−1) loses nothing: φ is 1 there.
  if (delta <= -1) return 1;
  const d = log1p(delta);
  return Math.abs(d) < NEAR ? (1 + delta) * bracket(d) : (1 + delta) * d - delta;
}

/**
 * μ log(μ/ν) − μ + ν from μ and log ν, for a ν that may underflow: what an error of log μ − log ν, and a few ε more, make
 * of it. Where μ ≤ 0 it has no entropy: −μ log ν − μ + ν.
 */
export function divergenceTerm(mu: number, logNu: number): number {
  if (!(mu > 0)) return exp(logNu) - mu * (1 + logNu);
  const d = log(mu) - logNu;
  if (Math.abs(d) < NEAR) return mu * bracket(d);
  // Far below ν the exponential would overflow before ν = μ e^(−d) does.
  return d < 0 ? mu * (d - 1) + exp(logNu) : mu * (d + expm1(-d));
}
