// Momentum iterations and the motion they discretise, θ̈ + γθ̇ + ∇Φ = 0 with step h (kinetic dynamics, τ = 0):
//   θ_{k+1} = θ_k + β₁(θ_k − θ_{k−1}) + β₂(θ_{k−1} − θ_{k−2}) − s∇Φ.   Taylor's formula at t = kh turns it into
//   (h²/2)(1 + β₁ + 3β₂)θ̈ + h(1 − β₁ − β₂)θ̇ + s∇Φ = −(h³/6)(1 − β₁ − 7β₂)θ⃛ + …,
// so s = h²(1 + β₁ + 3β₂)/2 and γs = h(1 − β₁ − β₂) match it. Solved for β₁, with a = γh/2:
//   β₁ = (1 − β₂ − a(1 + 3β₂))/(1 + a), s = h²(1 + β₂)/(1 + a); the term left over is −(β₂/(1 + β₂))hθ⃛ + O(h²): order 1,
// and order 2 where β₂ = 0 (Polyak). Source: Polyak 1964; Scieur et al., arXiv 1702.06751 (momentum as multistep methods).

import { type Breach, refuse } from "../base/breach.ts";
import { inputError } from "../base/errors.ts";
import { requireKeys, requireNumber, requirePositive, showValue } from "../base/keys.ts";
import { rounded } from "../base/words.ts";
import type { Friction } from "../dynamics/dynamics.ts";

/** How closely Polyak's β and s match friction and step. */
export type MatchingOrder = 1 | 2;

/** The motion an iteration discretises: γ and h. */
export interface Motion {
  readonly friction: number;
  readonly step: number;
}

/** Momenta this close below 0 are 0: a step at the edge of its window, rounded to a decimal number. */
const ROUND_OFF = 1e-12;

/**
 * β and s of Polyak's iteration: order 2 (default) β = (2 − γh)/(2 + γh), s = h²(1 + β)/2; order 1 β = 1 − γh, s = h².
 *
 * @example
 * ```ts
 * import { fromPolyak, polyakMomentum } from "muflow";
 *
 * const { beta, s } = polyakMomentum({ friction: 1, step: 0.1 });
 * console.log(beta.toFixed(6), s.toFixed(6)); // 0.904762 0.009524
 * // Matched to second order, and back again.
 * const { friction, step } = fromPolyak({ beta, s });
 * console.log(friction.toFixed(6), step.toFixed(6)); // 1.000000 0.100000
 * ```
 */
export function polyakMomentum(options: Motion & { order?: MatchingOrder | undefined }): {
  beta: number;
  s: number;
} {
  requireKeys("polyakMomentum", options, ["friction", "step", "order"]);
  const { order = 2, ...motion } = options;
  requireOrder(order);
  requireMotion(motion);
  refuse(polyakBreach({ ...motion, order }));
  const { friction, step } = motion;
  if (order === 1) return { beta: Math.max(0, 1 - friction * step), s: step * step };
  const beta = Math.max(0, halfStepBeta(motion));
  return { beta, s: (step * step * (1 + beta)) / 2 };
}

/**
 * The friction and the step that Polyak's iteration with this β and s stands for.
 *
 * @example
 * ```ts
 * import { fromPolyak } from "muflow";
 *
 * // β = 0.9 and learning rate 0.01, as common libraries have them.
 * const { friction, step } = fromPolyak({ beta: 0.9, s: 0.01, order: 1 });
 * console.log(friction.toFixed(4), step); // 1.0000 0.1
 * // Matched to second order, these two stand for a little more friction.
 * console.log(fromPolyak({ beta: 0.9, s: 0.01 }).friction.toFixed(4)); // 1.0260
 * ```
 */
export function fromPolyak(options: { beta: number; s: number; order?: MatchingOrder | undefined }): Motion {
  requireKeys("fromPolyak", options, ["beta", "s", "order"]);
  const { beta, s, order = 2 } = options;
  requireOrder(order);
  requireMomentum(beta, s);
  if (order === 1) return { friction: (1 - beta) / Math.sqrt(s), step: Math.sqrt(s) };
  const step = Math.sqrt((2 * s) / (1 + beta));
  return { friction: (2 * (1 - beta)) / ((1 + beta) * step), step };
}

/**
 * β and s of Nesterov's iteration under a constant friction: β = (2 − γh)/(2 + γh), s = h².
 *
 * @example
 * ```ts
 * import { nesterovMomentum } from "muflow";
 *
 * const { beta, s } = nesterovMomentum({ friction: 1, step: 0.1 });
 * console.log(beta.toFixed(6), s.toFixed(6)); // 0.904762 0.010000
 * ```
 */
export function nesterovMomentum(motion: Motion): { beta: number; s: number } {
  requireKeys("nesterovMomentum", motion, ["friction", "step"]);
  requireMotion(motion);
  refuse(halfStepBreach("nesterov-iteration", motion));
  return { beta: Math.max(0, halfStepBeta(motion)), s: motion.step * motion.step };
}

/**
 * The constant friction and the step that Nesterov's iteration with this β and s stands for.
 *
 * @example
 * ```ts
 * import { fromNesterov } from "muflow";
 *
 * const { friction, step } = fromNesterov({ beta: 0.9, s: 0.01 });
 * console.log(friction.toFixed(4), step); // 1.0526 0.1
 * ```
 */
export function fromNesterov(options: { beta: number; s: number }): Motion {
  requireKeys("fromNesterov", options, ["beta", "s"]);
  const { beta, s } = options;
  requireMomentum(beta, s);
  const step = Math.sqrt(s);
  return { friction: (2 * (1 - beta)) / ((1 + beta) * step), step };
}

/** β_k of Nesterov's iteration: (T − h)/(T + (r − 1)h), T = kh + from, where γ = r/(t + from); else constant. */
export function nesterovBeta(friction: Friction, step: number, k: number): number {
  const { nesterov } = friction;
  if (nesterov === null) return nesterovMomentum({ friction: friction.at(0), step }).beta;
  const { r, from } = nesterov;
  // From 0 the first step has no momentum, and (k − 1)/(k + r − 1) would be negative there.
  if (k === 0 && from === 0) return 0;
  const time = k * step + from;
  return Math.max(0, (time - step) / (time + (r - 1) * step));
}

/**
 * β₁ and s of the iteration with two momenta, from friction, step and β₂.
 *
 * @example
 * ```ts
 * import { higherMomentum } from "muflow";
 *
 * const { beta1, beta2, s } = higherMomentum({ friction: 1, step: 0.1, beta2: 0.3 });
 * console.log(beta1.toFixed(6), beta2, s.toFixed(6)); // 0.576190 0.3 0.012381
 * ```
 */
export function higherMomentum(options: Motion & { beta2: number }): {
  beta1: number;
  beta2: number;
  s: number;
} {
  requireKeys("higherMomentum", options, ["friction", "step", "beta2"]);
  const { beta2, ...motion } = options;
  requireNumber("beta2", beta2, "a number > -1 and < 1");
  requireMotion(motion);
  refuse(higherBreach({ ...motion, beta2 }));
  const { friction, step } = motion;
  return { beta1: beta1Of(options), beta2, s: (step * step * (1 + beta2)) / (1 + (friction * step) / 2) };
}

/**
 * The friction and the step that the iteration with these two momenta and s stands for.
 *
 * @example
 * ```ts
 * import { fromHigherMomentum, fromPolyak } from "muflow";
 *
 * // Without a second momentum it is Polyak's iteration.
 * const { friction, step } = fromHigherMomentum({ beta1: 0.9, beta2: 0, s: 0.01 });
 * const polyak = fromPolyak({ beta: 0.9, s: 0.01 });
 * console.log(Math.abs(friction - polyak.friction) < 1e-12, Math.abs(step - polyak.step) < 1e-12); // true true
 * ```
 */
export function fromHigherMomentum(options: { beta1: number; beta2: number; s: number }): Motion {
  requireKeys("fromHigherMomentum", options, ["beta1", "beta2", "s"]);
  const { beta1, beta2, s } = options;
  for (const key of ["beta1", "beta2", "s"] as const) requireNumber(key, options[key]);
  const inside = Math.abs(beta2) < 1 && beta1 + beta2 < 1 && beta2 - beta1 < 1;
  if (!inside || !(1 + beta1 + 3 * beta2 > 0)) {
    throw inputError(
      "beta1, beta2",
      `found ${beta1}, ${beta2}; allowed: |β₂| < 1, β₁ + β₂ < 1, β₂ − β₁ < 1 and 1 + β₁ + 3β₂ > 0`,
    );
  }
  requirePositive("s", s);
  const step = Math.sqrt((2 * s) / (1 + beta1 + 3 * beta2));
  return { friction: (step * (1 - beta1 - beta2)) / s, step };
}

// ---- Windows ----

/** Polyak's 0 ≤ β ≤ 1 (1 without friction): γh ≤ 2, for order 1 γh ≤ 1. */
export function polyakBreach(motion: Motion & { order?: MatchingOrder | undefined }): Breach | null {
  if (motion.order !== 1) return halfStepBreach("polyak", motion);
  const { friction, step } = motion;
  const beta = 1 - friction * step;
  return windowBreach("polyak of order 1", motion, `β = 1 − γh = ${rounded(beta, 12)}`, beta, 1 / friction);
}

/** Nesterov's 0 ≤ β ≤ 1: γh ≤ 2 for a constant friction; for r/(t + from) no step beyond `from`, unless that is 0. */
export function nesterovBreach({ nesterov, at }: Friction, step: number): Breach | null {
  if (nesterov === null) return halfStepBreach("nesterov-iteration", { friction: at(0), step });
  const { r, from } = nesterov;
  const beta = (from - step) / (from + (r - 1) * step);
  if (from === 0 || from >= step * (1 - ROUND_OFF)) return null;
  return {
    key: ["dynamics", "friction", "from"],
    found: from,
    allowed: `0, or at least the step ${step} with nesterov-iteration, whose momentum β = (from − h)/(from + (r − 1)h) = ${rounded(beta, 12)} at t = 0 must lie in [0, 1); or a time.step up to ${from}`,
  };
}

/** What keeps the roots of z² − β₁z − β₂ inside the unit disc: γ > 0, and for β₂ > 0 γh < (1 − β₂)/β₂. */
export function higherBreach({ friction, step, beta2 }: Motion & { beta2: number }): Breach | null {
  if (!(Math.abs(beta2) < 1)) {
    return { key: ["beta2"], found: beta2, allowed: "a number > -1 and < 1" };
  }
  if (!(friction > 0)) {
    return {
      key: ["dynamics", "friction"],
      found: friction,
      allowed: "a number > 0 with higher-momentum, whose momenta must satisfy β₁ + β₂ < 1",
    };
  }
  const beta1 = beta1Of({ friction, step, beta2 });
  if (beta2 - beta1 < 1) return null;
  return {
    key: ["time", "step"],
    found: step,
    allowed: `a step below ${rounded((1 - beta2) / (beta2 * friction), 12)} with higher-momentum, beta2 ${beta2} and dynamics.friction γ = ${friction}: its momentum β₁ = (1 − β₂ − (γh/2)(1 + 3β₂))/(1 + γh/2) = ${rounded(beta1, 12)} must lie above β₂ − 1`,
  };
}

function beta1Of({ friction, step, beta2 }: Motion & { beta2: number }): number {
  const half = (friction * step) / 2;
  return (1 - beta2 - half * (1 + 3 * beta2)) / (1 + half);
}

function halfStepBeta({ friction, step }: Motion): number {
  return (2 - friction * step) / (2 + friction * step);
}

function halfStepBreach(name: string, motion: Motion): Breach | null {
  const beta = halfStepBeta(motion);
  const text = `β = (2 − γh)/(2 + γh) = ${rounded(beta, 12)}`;
  return windowBreach(name, motion, text, beta, 2 / motion.friction);
}

function windowBreach(
  name: string,
  { friction, step }: Motion,
  text: string,
  beta: number,
  largest: number,
): Breach | null {
  if (beta >= -ROUND_OFF) return null;
  return {
    key: ["time", "step"],
    found: step,
    allowed: `a step up to ${rounded(largest, 12)} with ${name} and dynamics.friction γ = ${friction}: its momentum ${text} must lie in [0, 1)`,
  };
}

function requireMotion({ friction, step }: Motion): void {
  requireNumber("friction", friction, "a number ≥ 0");
  requireNumber("step", step, "a number > 0");
}

function requireOrder(order: MatchingOrder): void {
  if (order !== 1 && order !== 2) throw inputError("order", `found ${showValue(order)}; allowed: 1, 2`);
}

function requireMomentum(beta: number, s: number): void {
  if (!(beta >= 0 && beta <= 1))
    throw inputError("beta", `found ${showValue(beta)}; allowed: a number from 0 to 1`);
  requirePositive("s", s);
}

/** Of momenta in words: 1 − β matters, so more than elsewhere. */
export const DIGITS = 8;
