// R(f) = Σ_i q_i ℓ(f_i, y_i), all losses convex in f:
// squared ½(f−y)² · logistic log(1 + e^(−yf)), y = ±1 · Huber ½r² for |r| ≤ δ, δ(|r| − δ/2) beyond, r = f − y.
// Bregman divergences ℓ(f) − ℓ(f*) − ℓ′(f*)(f − f*) have forms of their own: the difference of three drowns where f is near f*.

import { expm1, log, sigmoid, softplus } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { foundAllowed, requireKeys, requirePositive, showValue } from "../base/keys.ts";
import { phi } from "../base/relative-entropy.ts";

/** A loss ℓ(f, y), convex in f. */
export interface Loss {
  readonly name: "squared" | "logistic" | "huber";
  readonly formula: string;
  /** sup ∂²ℓ/∂f²: the Lipschitz constant of ∂ℓ/∂f. */
  readonly curvature: number;
  /** sup |∂ℓ/∂f|, or null where unbounded. */
  readonly slopeBound: number | null;
  value(f: number, y: number): number;
  /** ∂ℓ/∂f */
  slope(f: number, y: number): number;
  /** ∂²ℓ/∂f²; at the corner of Huber's loss that of its quadratic side. */
  curvatureAt(f: number, y: number): number;
  /** The conjugate sup_f sf − ℓ(f, y); Infinity outside its domain. */
  conjugate(s: number, y: number): number;
  /** The Bregman divergence ℓ(f) − ℓ(f*) − ℓ′(f*)(f − f*) ≥ 0, to a few ε however near f is to f*. */
  divergence(f: number, rest: number, y: number): number;
  /** Throws an input error where a label is not one this loss knows. */
  checkLabel(y: number, row: number): void;
}

export type LossOption = "squared" | "logistic" | { huber: { delta: number } };

const squared: Loss = {
  name: "squared",
  formula: "½(f − y)²",
  curvature: 1,
  slopeBound: null,
  value: (f, y) => 0.5 * (f - y) * (f - y),
  slope: (f, y) => f - y,
  curvatureAt: () => 1,
  conjugate: (s, y) => 0.5 * s * s + s * y,
  divergence: (f, rest) => 0.5 * (f - rest) * (f - rest),
  checkLabel() {},
};

/** From this |f − f*| on the three terms of the logistic divergence do not cancel, and its φ may overflow. */
const FAR = 8;

const logistic: Loss = {
  name: "logistic",
  formula: "log(1 + e^(−yf)), y = ±1",
  curvature: 0.25,
  slopeBound: 1,
  value: (f, y) => softplus(-y * f),
  slope: (f, y) => -y * sigmoid(-y * f),
  curvatureAt: (f, y) => sigmoid(-y * f) * sigmoid(y * f),
  conjugate(s, y) {
    const share = -y * s;
    return share < 0 || share > 1 ? Number.POSITIVE_INFINITY : xlogx(share) + xlogx(1 - share);
  },
  // KL(p* ‖ p) of the two labels' probabilities, Σ p φ(δ), δ = (p* − p)/p = σ(∓f*)(e^(∓(f − f*)) − 1). The label seen does not matter.
  divergence(f, rest) {
    const d = f - rest;
    if (Math.abs(d) > FAR) {
      // Seen from the likelier label at f*, so that no term is large where the whole is not.
      const sign = rest < 0 ? -1 : 1;
      return softplus(-sign * f) - softplus(-sign * rest) + sign * sigmoid(-sign * rest) * d;
    }
    return sigmoid(f) * phi(sigmoid(-rest) * expm1(-d)) + sigmoid(-f) * phi(sigmoid(rest) * expm1(d));
  },
  checkLabel(y, row) {
    if (y !== 1 && y !== -1) {
      throw inputError(
        "problem.loss",
        `logistic loss needs labels −1 or 1; found ${y} in row ${row} of the data. Map the labels to ±1, those of a file by its key labels, or use "squared"`,
      );
    }
  },
};

function huber(delta: number): Loss {
  requirePositive("problem.loss.huber.delta", delta);
  return {
    name: "huber",
    formula: `Huber with δ = ${delta}`,
    curvature: 1,
    slopeBound: delta,
    value(f, y) {
      const r = Math.abs(f - y);
      return r <= delta ? 0.5 * r * r : delta * (r - 0.5 * delta);
    },
    slope: (f, y) => Math.max(-delta, Math.min(delta, f - y)),
    curvatureAt: (f, y) => (Math.abs(f - y) <= delta ? 1 : 0),
    conjugate: (s, y) => (Math.abs(s) > delta ? Number.POSITIVE_INFINITY : 0.5 * s * s + s * y),
    divergence: (f, rest, y) => huberDivergence(delta, f, rest, y),
    checkLabel() {},
  };
}

/**
 * ½(v − u)(2r − u − v) with residuals r, r* of f, f* and u = clip r*, v = clip r, by where r and r* lie. Inside the corners r − r* is
 * f − f*; beyond one what counts is how far.
 */
function huberDivergence(delta: number, f: number, rest: number, y: number): number {
  // > 0 above the upper corner, and below the lower one.
  const [over, overRest] = [beyond(f, y, delta), beyond(rest, y, delta)];
  const [under, underRest] = [-beyond(f, y, -delta), -beyond(rest, y, -delta)];
  if (overRest > 0) return over > 0 ? 0 : under > 0 ? 2 * delta * (y - f) : 0.5 * over * over;
  if (underRest > 0) return under > 0 ? 0 : over > 0 ? 2 * delta * (f - y) : 0.5 * under * under;
  const d = f - rest;
  if (over > 0) return 0.5 * -overRest * (d + over);
  if (under > 0) return 0.5 * -underRest * (under - d);
  return 0.5 * d * d;
}

/** f − (y + c), without the rounding of y + c: a few ε of it, however small (Møller's and Knuth's two-sum). */
function beyond(f: number, y: number, c: number): number {
  const corner = y + c;
  const part = corner - y;
  const lost = y - (corner - part) + (c - part);
  return f - corner - lost;
}

function xlogx(x: number): number {
  return x > 0 ? x * log(x) : 0;
}

/** The loss of that name. */
export function loss(option: LossOption): Loss {
  if (option === "squared") return squared;
  if (option === "logistic") return logistic;
  if (typeof option !== "object" || option === null) {
    throw inputError(
      "problem.loss",
      foundAllowed(showValue(option), "squared, logistic, or {huber: {delta}}"),
    );
  }
  requireKeys("problem.loss", option, ["huber"]);
  requireKeys("problem.loss.huber", option.huber, ["delta"]);
  return huber(option.huber.delta);
}
