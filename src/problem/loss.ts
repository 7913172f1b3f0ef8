// R(f) = Σ_i q_i ℓ(f_i, y_i), all losses convex in f:
// squared ½(f−y)² · logistic log(1 + e^(−yf)), y = ±1 · Huber ½r² for |r| ≤ δ, δ(|r| − δ/2) beyond, r = f − y.

import { log, sigmoid, softplus } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { foundAllowed, requireKeys, showValue } from "../base/keys.ts";

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
  checkLabel() {},
};

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
  checkLabel(y, row) {
    if (y !== 1 && y !== -1) {
      throw inputError(
        "problem.loss",
        `logistic loss needs labels −1 or 1; found ${y} in row ${row} of the data. Map the labels to ±1, or use "squared"`,
      );
    }
  },
};

function huber(delta: number): Loss {
  if (!(delta > 0) || !Number.isFinite(delta)) {
    throw inputError("problem.loss.huber.delta", `found ${delta}; allowed: a number > 0`);
  }
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
    checkLabel() {},
  };
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
