// Barenblatt's solution of the porous medium equation ∂_tρ = ∂²_x ρ^m on the line, m > 1, mass 1 (docs/theory.md §3.5):
//   ρ(x, t) = t^(−β) (C − k x² t^(−2β))₊^(1/(m−1)),   β = 1/(m+1),   k = (m−1)β/(2m),   C from the mass.
// It is the W₂ gradient flow of U = ∫ρ^m/(m−1) (Otto 2001): a family of dilations, in which JKO steps stay too.

import { exp, power } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { Sum } from "../base/sum.ts";

/** The solution with that exponent, started from a point at x = 0, t = 0. */
export interface Barenblatt {
  /** m */
  readonly exponent: number;
  /** ρ(x, t), t > 0. */
  density(x: number, t: number): number;
  /** ρ vanishes for |x| ≥ radius. */
  radius(t: number): number;
  variance(t: number): number;
  /** U = ∫ρ^m/(m−1) */
  energy(t: number): number;
}

/** Barenblatt's solution. Errors (input): m ≤ 1. */
export function barenblatt(exponent: number): Barenblatt {
  if (!(exponent > 1) || !Number.isFinite(exponent)) {
    throw inputError("exponent", `found ${exponent}; allowed: a number > 1`);
  }
  const beta = 1 / (exponent + 1);
  const k = ((exponent - 1) * beta) / (2 * exponent);
  const q = 1 / (exponent - 1);
  // Mass 1: C^(q+½) k^(−½) ∫(1 − s²)^q ds = 1.
  const height = power(Math.sqrt(k) / bumpIntegral(q), 1 / (q + 0.5));
  const radius = (t: number) => Math.sqrt(height / k) * power(t, beta);
  const variance = (t: number) => (radius(t) * radius(t)) / (2 * q + 3);
  return {
    exponent,
    density(x, t) {
      const scaled = x * power(t, -beta);
      return power(t, -beta) * power(Math.max(0, height - k * scaled * scaled), q);
    },
    radius,
    variance,
    // d Var/dt = 2∫ρ^m and Var ∝ t^(2β).
    energy: (t) => (beta * variance(t) * q) / t,
  };
}

/** ∫(1 − s²)^q ds over [−1, 1], q > 0, by the double exponential rule s = tanh(½π sinh u). */
function bumpIntegral(q: number): number {
  const step = 1 / 32;
  const total = new Sum();
  for (let i = -160; i <= 160; i++) {
    const grow = exp(i * step);
    const g = 0.25 * Math.PI * (grow - 1 / grow);
    const decay = exp(-Math.abs(g));
    // 1 − s² = sech² g, and ds = sech² g ½π cosh u du.
    const sech = (2 * decay) / (1 + decay * decay);
    total.add(power(sech, 2 * q + 2) * 0.25 * Math.PI * (grow + 1 / grow));
  }
  return step * total.value();
}
