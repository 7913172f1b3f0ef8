// The slope of E[y] = e^(c + s log x) from the means ȳ_k of R_k replicas at levels x_k, w_k = log x_k less its mean: the root of
// U(s) = Σ_k R_k w_k ȳ_k e^(−s w_k), the maximum of the quasi-likelihood with variance ∝ mean² (Wedderburn, Biometrika 61, 1974;
// McCullagh, Nelder, Generalized linear models, 1989, ch. 8, 9). Level k weighs R_k, which the design fixes and no sample moves.

import { exp, log } from "../base/elementary.ts";
import { inputError, MuflowError } from "../base/errors.ts";
import { bisected } from "../base/search.ts";
import { dotOf, sumOf } from "../base/sum.ts";
import { type Level, orderedLevels, type Pairing } from "./levels.ts";
import { meanOf } from "./sample.ts";
import { studentReach } from "./student.ts";

/** Whether y/E[y] has one law at all levels, as where a limit theorem says so, or each level a scatter of its own. */
export type Scatter = "common" | "by level";

/** A sum of means over its standard error, about Student's t with these degrees of freedom where the sum should be 0. */
export interface StudentRatio {
  readonly t: number;
  readonly degrees: number;
}

export interface QuasiSlope {
  readonly slope: number;
  /** E[y] ≈ e^(intercept + slope (log x − centre)), `centre` the mean of log x over all replicas. */
  readonly intercept: number;
  readonly centre: number;
  readonly degrees: number;
  /** Of the quadratic in log x beside the straight line, > 0 where the slope rises with x. */
  readonly curvature: StudentRatio;
  /** The slopes that the samples do not contradict: a confidence interval of that level, 0 < level < 1, not always symmetric. */
  interval(level: number): readonly [number, number];
}

/** Steps of s below it are lost in the rounding of D, which is quadratic near ŝ. */
const RESOLUTION = 1e-8;
/** Relative rounding of a sum over the levels: a curvature below it is none, however little scatters. */
const ROUNDING = 1e-13;
/** The ratio may be so many times what φ alone allows: 1.5 times costs paired lognormal samples 1 % of coverage, 3 adds 1 % too much. */
const MOST = 2;
const NEWTON_STEPS = 100;
/** An end of an interval at which powers of e exceed this is as good as none. */
const FAR = 300;
const HALVINGS = 45;

/**
 * Fits levels whose means are all positive. A slope s is in the interval at level 1 − α where, t being Student's quantile,
 *   |U(s)| ≤ t σ(s), σ(s)² the variance of U(s) that the scatter of y e^(−s w) at each level shows, and
 *   D(s) ≤ 2 t² φ, D(s) = 2n log(m(s)/m(ŝ)) the quasi-likelihood ratio, n m(s) = Σ R_k ȳ_k e^(−s w_k), φ the dispersion at ŝ.
 * The first is a t-test of E U(s) = 0, exact for Gaussian samples that are paired or of common scatter: linear in y, and with its
 * error taken at s, so that means which came out low do not make it small. Far from ŝ it loses its power, since a factor that
 * all levels share passes for scatter there; the second ends the interval, at √2 times what φ alone would give.
 * Coverage and what it rests on: calibration.test.ts. Degrees of freedom: R − 1 paired, n − K with common scatter, Welch's by level.
 * Resolution of s: 1e-8. Cost: R K² once, some 150 K² an interval.
 * Errors: as `orderedLevels`, a mean that is not positive (input); a slope that Newton's method does not find (numerics).
 */
export function quasiSlope(levels: readonly Level[], pairing: Pairing, scatter: Scatter): QuasiSlope {
  const data = dataOf(orderedLevels(levels, pairing), pairing, scatter);
  const { weights, w, total } = data;
  const spread = dot(weights, w, w);
  const slope = leastOf(data);
  const best = powersOf(data, slope);
  const least = meanAt(data, best);
  const line = varianceOf(data, w, best);

  // Orthogonal to 1 and w, so that the errors of c and s do not enter.
  const squares = w.map((value) => value * value);
  const tilt = dot(weights, squares, w) / spread;
  const bend = squares.map((value, k) => value - spread / total - tilt * w[k]);
  const bent = varianceOf(data, bend, best);
  const excess = scoreAt(data, bend, best);
  const rounding = ROUNDING * least * dot(weights, bend, bend.map(Math.sign));

  const dispersion = line.variance / (least * least * spread);
  const contradiction = (s: number, reach: number) => {
    const square = reach * reach;
    const powers = powersOf(data, s);
    const ratio = 2 * total * log(meanAt(data, powers) / least) - MOST * square * dispersion;
    const score = scoreAt(data, w, powers);
    return Math.max(ratio, score * score - square * varianceOf(data, w, powers).variance);
  };
  const error = Math.sqrt(dispersion / spread);
  return {
    slope,
    intercept: log(least) + log(data.unit),
    centre: data.centre,
    degrees: line.degrees,
    curvature: { t: excess / Math.sqrt(bent.variance + rounding * rounding), degrees: bent.degrees },
    interval(level) {
      const reach = studentReach(level, line.degrees);
      const step = Math.max(reach * error, RESOLUTION);
      const f = (s: number) => contradiction(s, reach);
      const far = FAR / Math.max(...w.map(Math.abs));
      return [crossing(f, slope, -step, far), crossing(f, slope, step, far)];
    },
  };
}

interface Data {
  readonly means: Float64Array;
  /** Σ_r (y_kr − ȳ_k)(y_lr − ȳ_l), row by row; of independent replicas only l = k. */
  readonly products: readonly Float64Array[];
  /** R_k, and their sum n. */
  readonly weights: Float64Array;
  readonly total: number;
  readonly w: Float64Array;
  readonly centre: number;
  /** What the samples were divided by: the largest mean, so that the unit of y drops out and nothing overflows. */
  readonly unit: number;
  readonly pairing: Pairing;
  readonly scatter: Scatter;
}

function dataOf(levels: readonly Level[], pairing: Pairing, scatter: Scatter): Data {
  const given = levels.map(({ samples }) => meanOf(Float64Array.from(samples)));
  for (const [k, mean] of given.entries()) {
    if (!(mean > 0)) {
      throw inputError(
        "levels",
        `found the mean ${mean} at x = ${levels[k].x}; allowed: > 0, as a power law is`,
      );
    }
  }
  const unit = Math.max(...given);
  const samples = levels.map((level) => Float64Array.from(level.samples, (value) => value / unit));
  const means = Float64Array.from(samples, meanOf);
  const away = samples.map((values, k) => values.map((value) => value - means[k]));
  const products = away.map((values, k) =>
    Float64Array.from(away, (others, l) => (pairing === "paired" || l === k ? dotOf(values, others) : 0)),
  );
  const weights = Float64Array.from(samples, (values) => values.length);
  const total = sumOf(weights);
  const logs = Float64Array.from(levels, ({ x }) => log(x));
  const centre = dotOf(weights, logs) / total;
  const w = logs.map((value) => value - centre);
  return { means, products, weights, total, w, centre, unit, pairing, scatter };
}

/** Σ_k R_k a_k b_k */
function dot(weights: Float64Array, a: Float64Array, b: Float64Array): number {
  return sumOf(a.map((value, k) => weights[k] * value * b[k]));
}

/** e^(−s w_k) */
function powersOf({ w }: Data, s: number): Float64Array {
  return w.map((value) => exp(-s * value));
}

/** m(s), convex in s: its least is where U(s) = 0. */
function meanAt({ means, weights, total }: Data, powers: Float64Array): number {
  return dot(weights, means, powers) / total;
}

/** Σ_k R_k a_k ȳ_k e^(−s w_k); U(s) for a = w. */
function scoreAt({ means, weights }: Data, a: Float64Array, powers: Float64Array): number {
  return sumOf(means.map((mean, k) => weights[k] * a[k] * mean * powers[k]));
}

/** The s where m is least: Newton's method from the line through the log ȳ_k, no step moving an exponent by more than 1. */
function leastOf({ means, weights, w }: Data): number {
  const widest = Math.max(...w.map(Math.abs));
  let s = dot(weights, w, means.map(log)) / dot(weights, w, w);
  for (let n = 0; n < NEWTON_STEPS; n++) {
    const terms = means.map((mean, k) => weights[k] * mean * exp(-s * w[k]));
    const slope = dotOf(w, terms);
    const step = slope / sumOf(terms.map((term, k) => w[k] * w[k] * term));
    s += Math.min(Math.max(step, -1 / widest), 1 / widest);
    if (Math.abs(step) * widest <= 1e-14 * (1 + Math.abs(s) * widest)) return s;
  }
  throw new MuflowError(
    "numerics",
    `slope: no convergence in ${NEWTON_STEPS} steps near ${s}; look at the means`,
  );
}

/** The variance of that sum, as the scatter at the levels shows it. */
function varianceOf(
  { products, weights, total, pairing, scatter }: Data,
  a: Float64Array,
  powers: Float64Array,
): { variance: number; degrees: number } {
  if (pairing === "paired") {
    // Replica r adds Σ_k a_k y_kr e^(−s w_k); R of them, with this variance each.
    const scaled = powers.map((value, k) => a[k] * value);
    const square = sumOf(scaled.map((value, k) => value * dotOf(products[k], scaled)));
    const replicas = weights[0];
    return { variance: (replicas * Math.max(0, square)) / (replicas - 1), degrees: replicas - 1 };
  }
  const free = total - a.length;
  const scaled = powers.map((value, k) => value * value * products[k][k]);
  if (scatter === "common") return { variance: (sumOf(scaled) / free) * dot(weights, a, a), degrees: free };
  const parts = scaled.map((value, k) => (weights[k] * a[k] * a[k] * value) / (weights[k] - 1));
  const variance = sumOf(parts);
  if (variance === 0) return { variance, degrees: free };
  return {
    variance,
    degrees: (variance * variance) / sumOf(parts.map((part, k) => (part * part) / (weights[k] - 1))),
  };
}

/** Where f > 0 begins on that side of s, f(s) ≤ 0 < f far out: doubling steps, then halving; infinite beyond `far`. */
function crossing(f: (s: number) => number, s: number, step: number, far: number): number {
  let inside = s;
  let outside = s + step;
  while (Math.abs(outside) < far && f(outside) <= 0) {
    inside = outside;
    outside = s + 2 * (outside - s);
  }
  if (!(Math.abs(outside) < far)) return step * Infinity;
  return bisected(inside, outside, HALVINGS, (middle) => f(middle) <= 0)[1];
}
